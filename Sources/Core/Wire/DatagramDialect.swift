/// What a datagram is, decided by its bytes alone, in a fixed order.
package enum DatagramDialect: Equatable, Sendable {
    /// A remote procedure call (RFC 5531).
    case remoteCall
    /// A reply to a remote procedure call. Answering it would make two programs talk for ever.
    case remoteReply
    /// A payload signed with a token.
    case sealed
    case json
    case text(TextJob)
    /// Nothing that we know; what keeps it from being a text job.
    case unknown(WireError)

    package static let longestDatagram = 8192

    private static let shortestCall = 24
    private static let shortestReply = 8

    /// Tells the dialects apart.
    ///
    /// Remote calls come first, because a call's number may begin with any byte, and text never
    /// holds the zero bytes that follow it.
    package init(_ datagram: Span<UInt8>) {
        if datagram.count > Self.longestDatagram {
            self = .tooLong(bytes: datagram.count)
        } else if let remote = Self.remote(datagram) {
            self = remote
        } else if SealedDatagram.isMarked(datagram) {
            self = .sealed
        } else if Self.startsJSON(datagram) {
            self = .json
        } else {
            do {
                self = .text(try TextJob(datagram))
            } catch {
                self = .unknown(error)
            }
        }
    }

    package static func tooLong(bytes: Int) -> DatagramDialect {
        .unknown(.datagramTooLong(bytes: bytes, limit: longestDatagram))
    }

    private static func remote(_ datagram: Span<UInt8>) -> DatagramDialect? {
        guard datagram.count >= shortestReply,
            datagram[4] == 0, datagram[5] == 0, datagram[6] == 0, datagram[7] <= 1
        else { return nil }
        if datagram[7] == 1 { return .remoteReply }
        guard datagram.count >= shortestCall,
            datagram[8] == 0, datagram[9] == 0, datagram[10] == 0
        else { return nil }
        return .remoteCall
    }

    private static func startsJSON(_ datagram: Span<UInt8>) -> Bool {
        // A byte order mark gets the answer that JSON has none.
        let mark: [3 of UInt8] = [0xef, 0xbb, 0xbf]
        let hasMark = datagram.count > 3 && mark.indices.allSatisfy { datagram[$0] == mark[$0] }
        for position in (hasMark ? 3 : 0)..<datagram.count {
            switch datagram[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                return true
            default:
                return false
            }
        }
        return false
    }
}
