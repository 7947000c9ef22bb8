/// Finds where a JSON object ends in a stream without frames, however the stream is cut.
///
/// It follows strings and brackets only; whether the object is JSON is for `JSONObject` to say. What
/// follows the object does not belong to it.
package struct JSONFraming: Sendable {
    private var scanned = 0
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    package static let longestObject = 65_536
    package static let deepest = 64

    private let limit: Int

    /// - Parameter limit: The most bytes of an object, at most `longestObject`.
    package init(limit: Int = longestObject) {
        self.limit = limit
    }

    /// Looks at the next bytes of the stream; not to be called again once the end was found.
    ///
    /// - Parameter piece: The bytes that follow those of the last call.
    /// - Returns: How many bytes of the piece belong to the object, the last of them its `}`; `nil`
    ///   when the end is still to come.
    /// - Throws: When no object, or none that is allowed, can come of it.
    /// - Complexity: O(n) for n bytes in all.
    package mutating func end(in piece: Span<UInt8>) throws(JSONProblem) -> Int? {
        for position in piece.indices {
            guard scanned < limit else {
                throw .tooLong(limit: limit)
            }
            scanned += 1
            if try isEnd(piece[position]) { return position + 1 }
        }
        return nil
    }

    private mutating func isEnd(_ byte: UInt8) throws(JSONProblem) -> Bool {
        if depth == 0 {
            try begin(byte)
        } else if isInString {
            passInString(byte)
        } else {
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard depth < Self.deepest else { throw .tooDeep(limit: Self.deepest) }
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                return depth == 0
            default: break
            }
        }
        return false
    }

    private mutating func begin(_ byte: UInt8) throws(JSONProblem) {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): break
        case UInt8(ascii: "{"): depth = 1
        case 0xef: throw .byteOrderMark
        default: throw .notAnObject
        }
    }

    private mutating func passInString(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInString = false
        }
    }
}
