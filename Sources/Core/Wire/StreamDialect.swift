/// What a TCP connection speaks, decided by its first bytes, in a fixed order.
package enum StreamDialect: Equatable, Sendable {
    /// TLS: a handshake record (RFC 8446, section 5.1).
    case secured
    /// Remote procedure calls with record marks (RFC 5531, section 11).
    case remoteCalls
    case json
    case http
    case text
    /// Nothing that we know.
    case unknown

    /// A first line longer than this is no HTTP of ours.
    package static let longestFirstLine = 16_384

    private static let methods = [
        "GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "OPTIONS ", "PATCH ",
    ].map { Array($0.utf8) }
    private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
    /// A record mark, a call's number and its kind.
    private static let callStart = 12

    /// Decides by all bytes so far; `nil` while there are too few to tell.
    package static func decide(_ bytes: Span<UInt8>) -> StreamDialect? {
        guard bytes.count > 0 else { return nil }
        switch bytes[0] {
        case 0x16: return .secured
        case 0x00, 0x80: return remoteCalls(bytes)
        default: break
        }
        if bytes[0] == byteOrderMark[0] { return markedOrText(bytes) }
        if bytes[0] == UInt8(ascii: "*") { return redisOrText(bytes) }
        guard let start = bytes.indices.first(where: { !isSpace(bytes[$0]) }) else {
            return bytes.count > longestFirstLine ? .unknown : nil
        }
        switch bytes[start] {
        case UInt8(ascii: "{"), UInt8(ascii: "["): return .json
        case 0x21...0x7e: return start == 0 ? httpOrText(bytes) : .text
        case 0xc2...0xf4: return .text
        default: return .unknown
        }
    }

    /// The mark's length stays below 128 KiB, and a call follows, not a reply.
    private static func remoteCalls(_ bytes: Span<UInt8>) -> StreamDialect? {
        guard bytes.count > 1 else { return nil }
        guard bytes[1] <= 1 else { return .unknown }
        guard bytes.count >= callStart else { return nil }
        return (8..<callStart).allSatisfy { bytes[$0] == 0 } ? .remoteCalls : .unknown
    }

    private static func httpOrText(_ bytes: Span<UInt8>) -> StreamDialect? {
        var mayBe = false
        for method in methods {
            let count = min(method.count, bytes.count)
            guard (0..<count).allSatisfy({ bytes[$0] == method[$0] }) else { continue }
            mayBe = true
        }
        guard mayBe else { return .text }
        guard let end = bytes.indices.first(where: { bytes[$0] == UInt8(ascii: "\n") }) else {
            return bytes.count > longestFirstLine ? .unknown : nil
        }
        // Any version: an unknown one gets HTTP's own answer.
        let line = bytes.extracting(0..<end).withUnsafeBufferPointer {
            String(decoding: $0, as: UTF8.self)
        }
        return line.contains(" HTTP/") ? .http : .text
    }

    /// A byte order mark before JSON, which gets the answer that JSON has none; else a name.
    private static func markedOrText(_ bytes: Span<UInt8>) -> StreamDialect? {
        for position in byteOrderMark.indices.dropFirst() where position < bytes.count {
            guard bytes[position] == byteOrderMark[position] else { return .text }
        }
        guard bytes.count > byteOrderMark.count else { return nil }
        switch bytes[byteOrderMark.count] {
        case UInt8(ascii: "{"), UInt8(ascii: "["): return .json
        default: return .text
        }
    }

    /// `*3` and the end of a line is a command for Redis, and no job's name.
    private static func redisOrText(_ bytes: Span<UInt8>) -> StreamDialect? {
        for position in 1..<bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): continue
            case UInt8(ascii: "\r") where position > 1: return .unknown
            default: return .text
            }
        }
        return bytes.count < 8 ? nil : .text
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\n")
    }
}
