/// Passes over JSON values and checks them to the letter of RFC 8259.
///
/// Stricter than the grammar in one thing: half a surrogate pair is refused, because no text is
/// meant by it (§8.2), so that every string that was passed can be decoded. The bytes must be valid
/// UTF-8 already.
struct JSONScanner {
    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private var problem: JSONProblem {
        position < bytes.count ? .malformed(position: position) : .unfinished
    }

    mutating func skipSpace() {
        while let byte = next, byte == 32 || byte == 9 || byte == 10 || byte == 13 { position += 1 }
    }

    /// Whether the next byte after spaces is this one; then it is passed.
    mutating func skip(_ byte: UInt8) -> Bool {
        skipSpace()
        guard next == byte else { return false }
        position += 1
        return true
    }

    mutating func expect(_ byte: UInt8) throws(JSONProblem) {
        guard skip(byte) else { throw problem }
    }

    mutating func expectEnd() throws(JSONProblem) {
        skipSpace()
        guard next == nil else { throw problem }
    }

    // MARK: - Values

    /// Passes a value that stands in so many objects and arrays, and tells where it is.
    mutating func value(depth: Int) throws(JSONProblem) -> Range<Int> {
        skipSpace()
        let start = position
        switch next {
        case UInt8(ascii: "\"")?: return try string()
        case UInt8(ascii: "{")?: try object(depth: depth + 1)
        case UInt8(ascii: "[")?: try array(depth: depth + 1)
        case UInt8(ascii: "t")?: try word("true")
        case UInt8(ascii: "f")?: try word("false")
        case UInt8(ascii: "n")?: try word("null")
        case UInt8(ascii: "-")?, (48...57)?: try number()
        default: throw problem
        }
        return start..<position
    }

    private mutating func object(depth: Int) throws(JSONProblem) {
        try enter(depth)
        if skip(UInt8(ascii: "}")) { return }
        repeat {
            skipSpace()
            _ = try string()
            try expect(UInt8(ascii: ":"))
            _ = try value(depth: depth)
        } while skip(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
    }

    private mutating func array(depth: Int) throws(JSONProblem) {
        try enter(depth)
        if skip(UInt8(ascii: "]")) { return }
        repeat { _ = try value(depth: depth) } while skip(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
    }

    private mutating func enter(_ depth: Int) throws(JSONProblem) {
        guard depth <= JSONFraming.deepest else { throw .tooDeep(limit: JSONFraming.deepest) }
        position += 1
    }

    private mutating func word(_ word: StaticString) throws(JSONProblem) {
        for offset in 0..<word.utf8CodeUnitCount {
            guard next == word.utf8Start[offset] else { throw problem }
            position += 1
        }
    }

    /// Passes a number of any size: nothing computes with it.
    private mutating func number() throws(JSONProblem) {
        if next == UInt8(ascii: "-") { position += 1 }
        if next == UInt8(ascii: "0") { position += 1 } else { try digits() }
        if next == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
    }

    private mutating func digits() throws(JSONProblem) {
        let start = position
        while let byte = next, (48...57).contains(byte) { position += 1 }
        guard position > start else { throw problem }
    }

    // MARK: - Strings

    /// Passes a string with its quotation marks.
    mutating func string() throws(JSONProblem) -> Range<Int> {
        let start = position
        guard next == UInt8(ascii: "\"") else { throw problem }
        position += 1
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return start..<position
            case UInt8(ascii: "\\"): try escape()
            case 0..<32: throw problem
            default: position += 1
            }
        }
        throw problem
    }

    private mutating func escape() throws(JSONProblem) {
        let start = position
        position += 1
        switch next {
        case UInt8(ascii: "u")?:
            let unit = try hexDigits()
            if UTF16.isTrailSurrogate(unit) { throw .loneSurrogate(position: start) }
            guard UTF16.isLeadSurrogate(unit) else { return }
            guard next == UInt8(ascii: "\\"), position + 1 < bytes.count,
                bytes[position + 1] == UInt8(ascii: "u")
            else { throw .loneSurrogate(position: start) }
            position += 1
            guard UTF16.isTrailSurrogate(try hexDigits()) else {
                throw .loneSurrogate(position: start)
            }
        case UInt8(ascii: "\"")?, UInt8(ascii: "\\")?, UInt8(ascii: "/")?, UInt8(ascii: "b")?,
            UInt8(ascii: "f")?, UInt8(ascii: "n")?, UInt8(ascii: "r")?, UInt8(ascii: "t")?:
            position += 1
        default: throw problem
        }
    }

    /// Passes the `u` and the four digits after it.
    private mutating func hexDigits() throws(JSONProblem) -> UInt16 {
        position += 1
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = JSONString.hexDigit(byte) else { throw problem }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }
}
