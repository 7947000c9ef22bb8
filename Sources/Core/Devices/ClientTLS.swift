import NIOSSL

/// How a client secures its connections to one server.
package struct ClientTLS: Sendable {
    let context: NIOSSLContext
    /// The name or address that must stand in the server's certificate.
    let host: String

    /// - Parameters:
    ///   - host: The server, as the user calls it.
    ///   - authority: A file with the certificates to trust, which may be the server's own; `nil` means
    ///     those that the system trusts.
    ///   - identity: What a server with client certificates wants to see.
    /// - Throws: Which file is wrong, and why.
    package init(
        host: String,
        authority: String? = nil,
        identity: Certificates.Identity? = nil
    ) throws(SecretError) {
        self.host = host
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.shutdownTimeout = .milliseconds(500)
        if let authority {
            configuration.trustRoots = .certificates(try Certificates.all(in: authority))
        }
        if let identity {
            configuration.certificateChain = identity.chain.map { .certificate($0) }
            configuration.privateKey = .privateKey(identity.key)
        }
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw SecretError(authority ?? "the system's certificates", "\(error)")
        }
    }
}
