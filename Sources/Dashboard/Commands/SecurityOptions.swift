import ArgumentParser
import Core

/// The flags that say who is let in, and how connections are secured.
struct SecurityOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help: "Allow an address that other machines can reach; anybody there may send jobs."
    )
    var open = false

    @Option(
        name: .customLong("token-file"),
        help: "A file with a token, which clients on other machines must show."
    )
    var tokenFile: String?

    @Flag(
        name: .customLong("token-for-all"),
        inversion: .prefixedNo,
        help: "Clients on this machine must show it too."
    )
    var tokenForAll = false

    @Option(name: .customLong("tls-cert"), help: "A certificate in PEM form, for TLS over TCP.")
    var certificate: String?

    @Option(name: .customLong("tls-key"), help: "The private key of the certificate.")
    var key: String?

    @Option(
        name: .customLong("tls-ca"),
        help: "Certificates that sign those of clients; such a client needs no token."
    )
    var authority: String?

    func validate() throws {
        if open && tokenFile != nil {
            throw ValidationError(
                "--open lets everybody in, --token-file only those who have the token; say one."
            )
        }
        if tokenForAll && tokenFile == nil {
            throw ValidationError("--token-for-all needs --token-file.")
        }
        guard (certificate == nil) == (key == nil) else {
            throw ValidationError("--tls-cert and --tls-key belong together.")
        }
        if authority != nil && certificate == nil {
            throw ValidationError("--tls-ca needs --tls-cert and --tls-key.")
        }
    }

    /// Whether an address beyond loopback may be served.
    var allowsOtherMachines: Bool { open || tokenFile != nil }

    /// Reads the files, and says what the user should know of them.
    ///
    /// - Parameter warn: Gets sentences.
    /// - Returns: What the network needs of it.
    /// - Throws: A `StartError` that names the flag and the file.
    func read(warn: (String) -> Void) throws -> Security {
        var security = Security()
        if let certificate, let key {
            security.tls = try named("--tls-cert, --tls-key, --tls-ca") {
                let identity = try Certificates.Identity(certificate: certificate, key: key)
                return try ServerTLS(identity, authority: authority)
            }
        }
        if let tokenFile {
            let file = try named("--token-file") { try TokenFile(tokenFile) }
            if file.isExposed {
                warn(
                    "--token-file \(Sanitizer.sanitize(tokenFile)): other users can read it; chmod 600 keeps them out"
                )
            }
            security.admission = Admission(token: file.token, asksLoopback: tokenForAll)
            security.seals = Seals(file.token, milliseconds: Seals.wallClock)
        }
        return security
    }

    private func named<Result>(_ flag: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as SecretError {
            throw StartError("\(flag): \(error)")
        }
    }
}

/// Who is let in, and what secures connections, read from their files.
struct Security {
    var admission = Admission()
    var seals: Seals?
    var tls: ServerTLS?

    /// Says what the user may not have thought of.
    func warn(of addresses: [SocketAddress], _ warn: (String) -> Void) {
        if admission.token != nil, tls == nil, !addresses.allSatisfy(\.isLoopback) {
            warn("without --tls-cert a token shown over TCP can be read on its way")
        }
    }
}
