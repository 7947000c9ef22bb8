import Glibc
import NIOSSL

/// Files in PEM form for TLS (RFC 8446), each error with the file's name.
package enum Certificates {
    /// A certificate, those above it, and its key.
    package struct Identity: Sendable {
        let chain: [NIOSSLCertificate]
        let key: NIOSSLPrivateKey

        /// - Parameters:
        ///   - certificate: The file's path; the own certificate stands first in it.
        ///   - key: The path of its private key, without a pass phrase.
        /// - Throws: Which file is wrong, and why.
        package init(certificate: String, key: String) throws(SecretError) {
            chain = try Certificates.all(in: certificate)
            self.key = try Certificates.read(key, for: "private key") {
                try NIOSSLPrivateKey(file: key, format: .pem)
            }
            // The key's own file is named, for that is what is mixed up most often.
            guard let first = chain.first, Certificates.fit(first, self.key) else {
                throw SecretError(key, "it is not the key of the certificate in \(certificate)")
            }
        }
    }

    /// All certificates of a file, at least one.
    package static func all(in path: String) throws(SecretError) -> [NIOSSLCertificate] {
        try read(path, for: "certificate") {
            try NIOSSLCertificate.fromPEMFile(path)
        }
    }

    private static func fit(_ certificate: NIOSSLCertificate, _ key: NIOSSLPrivateKey) -> Bool {
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(certificate)],
            privateKey: .privateKey(key)
        )
        return (try? NIOSSLContext(configuration: configuration)) != nil
    }

    /// The library does not tell a file that is not there from one with nothing in it.
    private static func read<Result>(
        _ path: String,
        for thing: String,
        _ body: () throws -> Result
    ) throws(SecretError) -> Result {
        do throws(SystemError) {
            close(try SystemError.check("open") { open(path, O_RDONLY | O_CLOEXEC) })
        } catch {
            throw SecretError(path, "\(error)")
        }
        do {
            return try body()
        } catch {
            throw SecretError(path, "there is no \(thing) in PEM form in it that can be read")
        }
    }
}

/// What a server needs to speak TLS.
package struct ServerTLS: Sendable {
    let context: NIOSSLContext
    /// Whether clients are asked for a certificate, which counts as the token.
    let asksForCertificates: Bool

    /// - Parameters:
    ///   - identity: The server's certificate and key.
    ///   - authority: A file with the certificates that sign clients'; `nil` asks for none.
    /// - Throws: Which file is wrong, and why.
    package init(_ identity: Certificates.Identity, authority: String?) throws(SecretError) {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: identity.chain.map { .certificate($0) },
            privateKey: .privateKey(identity.key)
        )
        configuration.minimumTLSVersion = .tlsv12
        // A client that does not say goodbye must not keep us at the end.
        configuration.shutdownTimeout = .milliseconds(500)
        asksForCertificates = authority != nil
        if let authority {
            configuration.trustRoots = .certificates(try Certificates.all(in: authority))
            configuration.certificateVerification = .optionalVerification
        }
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw SecretError(authority ?? "TLS", "it cannot be used: \(error)")
        }
    }
}
