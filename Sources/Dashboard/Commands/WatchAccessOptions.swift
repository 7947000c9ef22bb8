import ArgumentParser
import Core

/// The flags of a watcher about what it shows to the server, and how it makes sure of it.
struct WatchAccessOptions: ParsableArguments {
    @Option(name: .customLong("token-file"), help: "A file with the server's token.")
    var tokenFile: String?

    @Flag(help: "Secure the connection with TLS.")
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

    /// Reads the files.
    ///
    /// - Parameter host: The server as the user calls it, which must stand in its certificate.
    /// - Returns: What to show.
    /// - Throws: A `StartError` that says which file is wrong, and why.
    func credentials(for host: String) throws -> Credentials {
        do throws(SecretError) {
            return try CredentialFiles(
                token: tokenFile,
                authority: authority,
                certificate: certificate,
                key: key,
                wantsTLS: tls
            ).read(for: host)
        } catch {
            throw StartError("\(error)")
        }
    }
}
