import Crypto

/// A secret that a server shares with its clients.
///
/// It signs (HMAC-SHA256, RFC 2104) and is compared, both in a time that tells nothing of it. It never
/// appears in a description, a log or an error.
package struct Token: Sendable {
    /// Fewer bytes could be guessed by trying.
    package static let shortest = 16
    package static let longest = 256
    /// Bytes of a whole code.
    package static let codeLength = SHA256.byteCount

    private let key: SymmetricKey
    private let bytes: [UInt8]

    /// - Parameter bytes: The secret, of `shortest` to `longest` printable ASCII bytes without spaces,
    ///   so that it can be written in a header and in JSON.
    /// - Throws: What is wrong with it.
    package init(_ bytes: [UInt8]) throws(TokenError) {
        guard (Self.shortest...Self.longest).contains(bytes.count) else {
            throw .length(bytes.count)
        }
        guard bytes.allSatisfy({ (0x21...0x7e).contains($0) }) else { throw .notPrintable }
        self.bytes = bytes
        key = SymmetricKey(data: bytes)
    }

    /// The code that proves who wrote the message, to all who know the token.
    package func code(for message: some Sequence<UInt8>) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(message), using: key))
    }

    /// Whether a code, or its beginning, is that of the message.
    ///
    /// - Parameters:
    ///   - code: At least eight bytes of it; fewer never are.
    ///   - message: What was signed.
    /// - Returns: The answer, after a time that does not depend on where the codes differ.
    package func isCode(_ code: some Collection<UInt8>, of message: some Sequence<UInt8>) -> Bool {
        guard (8...Self.codeLength).contains(code.count) else { return false }
        return Self.areEqual(Array(code), Array(self.code(for: message).prefix(code.count)))
    }

    /// Whether somebody has shown the token itself.
    ///
    /// Codes of both are compared, so the time does not even tell the token's length.
    package func isShown(by bytes: some Sequence<UInt8>) -> Bool {
        Self.areEqual(code(for: bytes), code(for: self.bytes))
    }

    /// The token as it is shown to a server.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    private static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in left.indices { difference |= left[index] ^ right[index] }
        return difference == 0
    }
}

/// Why some bytes are no token; says nothing of the bytes.
package enum TokenError: Error, Equatable, Sendable, CustomStringConvertible {
    case length(Int)
    case notPrintable

    package var description: String {
        switch self {
        case .length(let count):
            "a token has \(Token.shortest) to \(Token.longest) bytes, not \(count)"
        case .notPrintable: "a token has printable ASCII characters only, and no spaces"
        }
    }
}
