/// A datagram that carries a payload and the proof that its sender knows the token.
///
/// `"SBX1" | u8 key | u8 direction | u16 length | u64 milliseconds | u64 nonce | payload | code`, all
/// numbers with the highest byte first. The code is the first half of HMAC-SHA256 (RFC 2104) of all
/// before it. This reads and writes what stands around the payload; the code is the token's business.
package struct SealedDatagram: Equatable, Sendable {
    /// Which way it goes: else a client's own request, sent back to it, would be a reply.
    package enum Direction: UInt8, Sendable {
        case request
        /// It has the nonce of its request.
        case reply
    }

    package static let mark: [4 of UInt8] = [0x53, 0x42, 0x58, 0x31]
    package static let headLength = 24
    package static let codeLength = 16
    /// What sealing adds to a payload.
    package static let overhead = headLength + codeLength
    /// There is one token, so there is one key.
    private static let key: UInt8 = 0

    package let direction: Direction
    /// When it was sealed, since 1970.
    package let milliseconds: UInt64
    /// Never used twice with the same token, but by a reply.
    package let nonce: UInt64
    /// How many bytes the payload has.
    package let payloadLength: Int

    package init(
        _ direction: Direction,
        milliseconds: UInt64,
        nonce: UInt64,
        payloadLength: Int
    ) {
        self.direction = direction
        self.milliseconds = milliseconds
        self.nonce = nonce
        self.payloadLength = payloadLength
    }

    /// Whether it claims to be one.
    package static func isMarked(_ datagram: Span<UInt8>) -> Bool {
        datagram.count >= mark.count && mark.indices.allSatisfy { datagram[$0] == mark[$0] }
    }

    /// Reads the head, and checks the lengths.
    package init(_ datagram: Span<UInt8>) throws(SealError) {
        guard datagram.count >= Self.overhead else { throw .tooShort(bytes: datagram.count) }
        guard Self.isMarked(datagram) else { throw .noMark }
        guard datagram[4] == Self.key else { throw .unknownKey(datagram[4]) }
        guard let direction = Direction(rawValue: datagram[5]) else {
            throw .unknownDirection(datagram[5])
        }
        let said = Int(Self.number(in: datagram, 6..<8))
        guard said == datagram.count - Self.overhead else {
            throw .wrongLength(said: said, found: datagram.count - Self.overhead)
        }
        self.init(
            direction,
            milliseconds: Self.number(in: datagram, 8..<16),
            nonce: Self.number(in: datagram, 16..<24),
            payloadLength: said
        )
    }

    /// Where the payload lies.
    package var payload: Range<Int> { Self.headLength..<Self.headLength + payloadLength }

    /// The bytes before the payload.
    package var head: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.overhead + payloadLength)
        for position in Self.mark.indices { bytes.append(Self.mark[position]) }
        bytes += [Self.key, direction.rawValue]
        bytes += [UInt8(truncatingIfNeeded: payloadLength >> 8)]
        bytes += [UInt8(truncatingIfNeeded: payloadLength)]
        for number in [milliseconds, nonce] {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
            }
        }
        return bytes
    }

    private static func number(in bytes: Span<UInt8>, _ places: Range<Int>) -> UInt64 {
        var number: UInt64 = 0
        for place in places { number = number << 8 | UInt64(bytes[place]) }
        return number
    }
}

/// Why a sealed datagram is not opened.
package enum SealError: Error, Equatable, Sendable {
    case tooShort(bytes: Int)
    case noMark
    case unknownKey(UInt8)
    case unknownDirection(UInt8)
    /// A reply where a request is due, or the other way round.
    case wrongDirection
    case wrongLength(said: Int, found: Int)
    /// Somebody who does not know the token has written it, or changed it on its way.
    case wrongCode
    /// It is too old, or the clocks differ.
    case outsideWindow(milliseconds: UInt64)
    case replayed
    case tooManyOfPeer(limit: Int)
    case tooManyInAll(limit: Int)
}

extension SealError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooShort(let bytes):
            "a sealed datagram has \(SealedDatagram.overhead) bytes or more, not \(bytes)"
        case .noMark: "a sealed datagram begins with SBX1"
        case .unknownKey(let key): "the key is 0, not \(key)"
        case .unknownDirection(let direction): "the direction is 0 or 1, not \(direction)"
        case .wrongDirection: "it goes the other way"
        case .wrongLength(let said, let found):
            "the length says \(said) bytes of payload, there are \(found)"
        case .wrongCode: "the code is not that of the token"
        case .outsideWindow(let milliseconds):
            "it was sealed \(milliseconds / 1000) s away from now, 60 s are allowed"
        case .replayed: "its nonce was used before"
        case .tooManyOfPeer(let limit): "one peer has at most \(limit) of them in two minutes"
        case .tooManyInAll(let limit): "there are at most \(limit) of them in two minutes"
        }
    }
}
