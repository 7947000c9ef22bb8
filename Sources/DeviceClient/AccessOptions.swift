import ArgumentParser
import Core

/// The flags of every client about what it shows to the server, and how it makes sure of it.
struct AccessOptions: ParsableArguments {
    @Option(
        name: .customLong("token-file"),
        help: "A file with the server's token: datagrams are sealed with it, JSON shows it."
    )
    var tokenFile: String?

    @Flag(help: "Secure TCP connections with TLS.")
    var tls = false

    @Option(
        name: .customLong("tls-ca"),
        help:
            "Certificates to trust instead of the system's, such as the server's own; means --tls."
    )
    var authority: String?

    @Option(name: .customLong("tls-cert"), help: "A certificate to show; means --tls.")
    var certificate: String?

    @Option(name: .customLong("tls-key"), help: "The private key of the certificate.")
    var key: String?

    func validate() throws {
        guard (certificate == nil) == (key == nil) else {
            throw ValidationError("--tls-cert and --tls-key belong together.")
        }
    }

    /// Whether connections are to be secured.
    var wantsTLS: Bool { tls || authority != nil || certificate != nil }

    /// Reads the files.
    ///
    /// - Parameter host: The server as the user calls it, which must stand in its certificate.
    /// - Returns: What to show.
    /// - Throws: Which file is wrong, and why.
    func credentials(for host: String) throws -> Credentials {
        try CredentialFiles(
            token: tokenFile,
            authority: authority,
            certificate: certificate,
            key: key,
            wantsTLS: tls
        ).read(for: host)
    }
}
