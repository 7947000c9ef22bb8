/// Finds its way through the JSON of one line.
struct FlatScanner {
    private let bytes: [UInt8]
    private var position: Int
    private(set) var sawMoreThanASCII = false

    init(_ bytes: [UInt8], from position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private var problem: LineProblem { .notFlatJSON(position: position) }

    private mutating func skipSpace() {
        while let byte = next, byte == 32 || byte == 9 || byte == 13 { position += 1 }
    }

    /// Whether the next byte is this one; then it is passed.
    mutating func skip(_ byte: UInt8) -> Bool {
        skipSpace()
        guard next == byte else { return false }
        position += 1
        return true
    }

    mutating func expect(_ byte: UInt8) throws(LineProblem) {
        guard skip(byte) else { throw problem }
    }

    mutating func expectEnd() throws(LineProblem) {
        skipSpace()
        guard next == nil else { throw problem }
    }

    /// Passes a string with its quotation marks.
    mutating func string() throws(LineProblem) -> Range<Int> {
        skipSpace()
        let start = position
        guard next == UInt8(ascii: "\"") else { throw problem }
        position += 1
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return start..<position
            case UInt8(ascii: "\\"): position += 1
            case 0..<32:
                position -= 1
                throw problem
            case 128...: sawMoreThanASCII = true
            default: break
            }
        }
        throw problem
    }

    /// Passes any value that a flat object can have.
    mutating func value() throws(LineProblem) -> Range<Int> {
        skipSpace()
        let start = position
        switch next {
        case UInt8(ascii: "\"")?: return try string()
        case UInt8(ascii: "[")?:
            position += 1
            if skip(UInt8(ascii: "]")) { return start..<position }
            repeat { _ = try string() } while skip(UInt8(ascii: ","))
            try expect(UInt8(ascii: "]"))
        case UInt8(ascii: "t")?: try word("true")
        case UInt8(ascii: "f")?: try word("false")
        case UInt8(ascii: "n")?: try word("null")
        case UInt8(ascii: "-")?, (48...57)?: skipNumber()
        default: throw problem
        }
        return start..<position
    }

    private mutating func word(_ word: StaticString) throws(LineProblem) {
        for byte in UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount) {
            guard next == byte else { throw problem }
            position += 1
        }
    }

    /// Whether it is a number that we can use is asked when it is used.
    private mutating func skipNumber() {
        while let byte = next {
            switch byte {
            case 48...57, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                position += 1
            default: return
            }
        }
    }
}

// MARK: - Texts

extension FlatScanner {
    /// The texts of a list that was passed; `nil` where an escape means nothing.
    static func texts(_ bytes: [UInt8], _ list: Range<Int>) -> [String]? {
        var scanner = FlatScanner(bytes, from: list.lowerBound + 1)
        var texts: [String] = []
        while let string = try? scanner.string() {
            guard let text = text(bytes[string]) else { return nil }
            texts.append(text)
            guard scanner.skip(UInt8(ascii: ",")) else { break }
        }
        return texts
    }

    /// What a string with its quotation marks says; `nil` where an escape means nothing.
    static func text(_ quoted: ArraySlice<UInt8>) -> String? {
        let inside = quoted.dropFirst().dropLast()
        guard inside.contains(UInt8(ascii: "\\")) else {
            return String(decoding: inside, as: UTF8.self)
        }
        var units: [UInt16] = []
        var rest = inside
        while let byte = rest.first {
            let run = rest.prefix { $0 != UInt8(ascii: "\\") }
            units += String(decoding: run, as: UTF8.self).utf16
            rest = rest.dropFirst(run.count)
            guard byte == UInt8(ascii: "\\") || !rest.isEmpty else { break }
            guard let unit = escaped(&rest) else { return nil }
            units.append(unit)
        }
        return String(validating: units, as: UTF16.self)
    }

    /// Takes an escape from the beginning.
    private static func escaped(_ rest: inout ArraySlice<UInt8>) -> UInt16? {
        rest = rest.dropFirst()
        guard let letter = rest.popFirst() else { return nil }
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt16(letter)
        case UInt8(ascii: "b"): return 8
        case UInt8(ascii: "f"): return 12
        case UInt8(ascii: "n"): return 10
        case UInt8(ascii: "r"): return 13
        case UInt8(ascii: "t"): return 9
        case UInt8(ascii: "u"):
            let digits = rest.prefix(4)
            rest = rest.dropFirst(4)
            guard digits.count == 4, digits.first != UInt8(ascii: "+") else { return nil }
            return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        default: return nil
        }
    }
}
