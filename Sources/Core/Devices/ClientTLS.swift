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

extension ClientTLS {
    /// The name to ask the server for; `nil` for an address, which is none (RFC 6066 §3).
    var serverName: String? {
        let withoutZone = host.prefix { $0 != "%" }
        return SocketAddress(numeric: String(withoutZone), port: 0) == nil ? host : nil
    }

    /// Why there is no secured connection, for people; `nil` where the reason is another.
    static func sentence(_ error: any Error) -> String? {
        switch error {
        case is NIOSSLExtraError: return "the certificate is not for this host's name or address"
        case NIOSSLError.handshakeFailed(let reason):
            return "\(reason)".contains("CERTIFICATE_VERIFY_FAILED")
                ? "nobody we trust vouches for the certificate (see --tls-ca)"
                : "the TLS handshake failed; perhaps the server speaks no TLS"
        default: return nil
        }
    }

    /// Whether the server has only hung up during the handshake, as one does that has no room or is
    /// just ending, but also one that speaks no TLS.
    static func mayPass(_ error: any Error) -> Bool {
        error as? NIOSSLError == .handshakeFailed(.sslError([.eofDuringHandshake]))
    }
}
