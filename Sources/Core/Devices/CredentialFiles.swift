/// Where a client's credentials are, as a user names the files.
package struct CredentialFiles {
    package var token: String?
    /// Certificates to trust instead of the system's.
    package var authority: String?
    package var certificate: String?
    /// Goes with the certificate.
    package var key: String?
    /// Whether TLS is wanted even where no file of it is named.
    package var wantsTLS: Bool

    package init(
        token: String?,
        authority: String?,
        certificate: String?,
        key: String?,
        wantsTLS: Bool
    ) {
        self.token = token
        self.authority = authority
        self.certificate = certificate
        self.key = key
        self.wantsTLS = wantsTLS
    }

    /// Reads them.
    ///
    /// - Parameter host: The server as the user calls it, which must stand in its certificate.
    /// - Returns: What to show.
    /// - Throws: Which file is wrong, and why.
    package func read(for host: String) throws(SecretError) -> Credentials {
        var credentials = Credentials()
        if let token { credentials.token = try TokenFile(token).token }
        guard wantsTLS || authority != nil || certificate != nil else { return credentials }
        var identity: Certificates.Identity?
        if let certificate, let key {
            identity = try Certificates.Identity(certificate: certificate, key: key)
        }
        credentials.tls = try ClientTLS(host: host, authority: authority, identity: identity)
        return credentials
    }
}
