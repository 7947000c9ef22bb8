/// Finds the records in a stream: each is one or more fragments, and before each fragment stands a
/// mark of 4 bytes, the top bit for the last fragment and 31 bits for its length.
///
/// The caller lends the stream piece by piece; a record that lies in one piece as one fragment, as
/// nearly all do, is not copied. Nothing is allocated before its bytes have come. After an error the
/// stream is of no more use.
///
/// Source: RFC 5531, section 11.
package struct RecordMarking {
    package static let longestRecord = 128 << 10
    package static let mostFragments = 64
    package static let markSize = 4

    package enum Failure: Error, Equatable, Sendable {
        case recordTooLong(bytes: Int, limit: Int)
        /// Also a flood of empty fragments ends here.
        case tooManyFragments(limit: Int)
    }

    package enum Finding: Equatable, Sendable {
        /// A record lies here in the piece.
        case inPiece(Range<Int>)
        /// A record has been joined in `joined`, which is valid until the next call.
        case joined
        /// The piece is used up.
        case needsMore
    }

    /// The fragments of a record so far, without their marks.
    package private(set) var joined: [UInt8] = []
    private var fragments = 0
    private var markBytes = 0
    private var mark: UInt32 = 0
    /// How much of the fragment has not come; `nil` while its mark has not.
    private var missing: Int?
    private var isDelivered = false

    private let limit: Int

    /// - Parameter limit: The most bytes of a record, at most `longestRecord`.
    package init(limit: Int = longestRecord) {
        self.limit = limit
    }

    /// Whether a record has begun and not ended.
    package var isInRecord: Bool {
        !isDelivered && (fragments > 0 || markBytes > 0)
    }

    /// The mark of a record that is one fragment.
    package static func mark(recordOf bytes: Int) -> UInt32 {
        precondition(bytes <= longestRecord, "a record has at most \(longestRecord) bytes")
        return lastFragment | UInt32(bytes)
    }

    /// A record of one fragment.
    package static func record(_ message: [UInt8]) -> [UInt8] {
        withUnsafeBytes(of: mark(recordOf: message.count).bigEndian) { Array($0) } + message
    }

    /// Looks for the next record.
    ///
    /// - Parameters:
    ///   - piece: What came from the stream; the same until it is used up.
    ///   - position: Where to go on in it; moved behind what was read.
    /// - Returns: Where the record is.
    /// - Throws: Why the stream cannot be followed.
    /// - Complexity: O(n) for all the n bytes of a stream together.
    package mutating func next(
        in piece: UnsafeRawBufferPointer,
        from position: inout Int
    ) throws(Failure) -> Finding {
        if isDelivered { forgetRecord() }
        if fragments == 0, markBytes == 0, let whole = try wholeRecord(piece, &position) {
            return .inPiece(whole)
        }
        while position < piece.count || missing == 0 {
            guard let missing else {
                try readMark(piece, &position)
                continue
            }
            let count = min(missing, piece.count - position)
            joined.append(
                contentsOf: UnsafeRawBufferPointer(rebasing: piece[position..<position + count])
            )
            position += count
            self.missing = missing - count
            guard self.missing == 0 else { break }
            self.missing = nil
            if mark & Self.lastFragment != 0 {
                isDelivered = true
                return .joined
            }
        }
        return .needsMore
    }

    private static let lastFragment: UInt32 = 0x8000_0000

    private func wholeRecord(
        _ piece: UnsafeRawBufferPointer,
        _ position: inout Int
    ) throws(Failure) -> Range<Int>? {
        guard piece.count - position >= Self.markSize else { return nil }
        let word = piece.loadUnaligned(fromByteOffset: position, as: UInt32.self)
        let mark = UInt32(bigEndian: word)
        guard mark & Self.lastFragment != 0 else { return nil }
        let length = Int(mark & ~Self.lastFragment)
        guard length <= limit else {
            throw .recordTooLong(bytes: length, limit: limit)
        }
        let start = position + Self.markSize
        guard length <= piece.count - start else { return nil }
        position = start + length
        return start..<start + length
    }

    private mutating func readMark(
        _ piece: UnsafeRawBufferPointer,
        _ position: inout Int
    ) throws(Failure) {
        mark = mark << 8 | UInt32(piece[position])
        position += 1
        markBytes += 1
        guard markBytes == Self.markSize else { return }
        markBytes = 0
        fragments += 1
        guard fragments <= Self.mostFragments else {
            throw .tooManyFragments(limit: Self.mostFragments)
        }
        let length = Int(mark & ~Self.lastFragment)
        guard length <= limit - joined.count else {
            throw .recordTooLong(bytes: joined.count + length, limit: limit)
        }
        missing = length
    }

    private mutating func forgetRecord() {
        isDelivered = false
        fragments = 0
        // A long record's memory is not kept for a connection that may send nothing for hours.
        joined.removeAll(keepingCapacity: joined.capacity <= 4096)
    }
}

extension RecordMarking.Failure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .recordTooLong(let bytes, let limit):
            "the record has \(bytes) bytes, at most \(limit) are allowed"
        case .tooManyFragments(let limit):
            "the record has more than \(limit) fragments"
        }
    }
}
