import Core
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

extension GrabError {
    /// Puts what the network's layers throw into a sentence.
    ///
    /// - Parameters:
    ///   - error: What was thrown.
    ///   - address: Whom it was about.
    init(_ error: any Error, _ address: WebAddress) {
        switch error {
        case let error as GrabError: self = error
        case let error as NIOConnectionError: self.init(error)
        case let error as HTTPParserError: self = .notHTTP(Self.reason(error))
        case is NIOSSLExtraError:
            self = .notSecure("the certificate is not for '\(address.host)'")
        case let error as NIOSSLError: self.init(error)
        case let error as BoringSSLError: self = .notSecure("\(error)")
        case let error as IOError:
            self = .notConnected(String(cString: strerror(error.errnoCode)))
        default: self = .notConnected("\(error)")
        }
    }

    private init(_ error: NIOConnectionError) {
        let reasons = error.connectionErrors.map(\.error)
        guard let first = reasons.first else {
            self = .unknownHost(error.host)
            return
        }
        let number = (first as? IOError)?.errnoCode
        self = .notConnected(
            number == ECONNREFUSED
                ? "no server answers at \(error.host) \(error.port)"
                : number.map { String(cString: strerror($0)) } ?? "\(first)"
        )
    }

    private init(_ error: NIOSSLError) {
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            self = .notSecure("nobody we trust vouches for the certificate (see --tls-ca)")
        } else if case .unableToValidateCertificate = error {
            self = .notSecure("the certificate cannot be validated")
        } else if case .handshakeFailed = error {
            self = .notSecure("the server speaks no TLS that we know; perhaps it is http://")
        } else {
            self = .notSecure(text)
        }
    }

    private static func reason(_ error: HTTPParserError) -> String {
        switch error {
        case .headerOverflow: "its head is larger than \(PageFetcher.longestHead) bytes"
        case .invalidEOFState: "it ends in the middle"
        case .invalidChunkSize: "a chunk has an impossible size"
        case .invalidContentLength, .unexpectedContentLength: "its length is no possible number"
        case .invalidConstant, .invalidVersion, .invalidStatus: "it does not begin like HTTP/1"
        default: "\(error)"
        }
    }
}
