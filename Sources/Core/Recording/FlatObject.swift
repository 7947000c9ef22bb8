/// One line of a recording: a JSON object whose values are texts, numbers, flags, null, or lists of
/// texts.
///
/// It notes where fields begin and end, and looks into those that are asked for. Anything at all may
/// be in the bytes: what is no such object is an error, never a trap.
struct FlatObject {
    private struct Field {
        let name: Range<Int>
        let value: Range<Int>
    }

    private let bytes: [UInt8]
    private var fields: [Field] = []

    init(_ bytes: [UInt8]) throws(LineProblem) {
        self.bytes = bytes
        fields.reserveCapacity(8)
        var scanner = FlatScanner(bytes)
        try scanner.expect(UInt8(ascii: "{"))
        if !scanner.skip(UInt8(ascii: "}")) {
            repeat {
                let name = try scanner.string()
                try scanner.expect(UInt8(ascii: ":"))
                fields.append(Field(name: name, value: try scanner.value()))
            } while scanner.skip(UInt8(ascii: ","))
            try scanner.expect(UInt8(ascii: "}"))
        }
        try scanner.expectEnd()
        if scanner.sawMoreThanASCII, String(validating: bytes, as: UTF8.self) == nil {
            throw .invalidUTF8
        }
    }

    func has(_ name: StaticString) -> Bool { find(name) != nil }

    /// Where the value is; of several the last counts, as in most readers of JSON.
    private func find(_ name: StaticString) -> Range<Int>? {
        fields.last { isName($0.name, name) }?.value
    }

    private func isName(_ quoted: Range<Int>, _ name: StaticString) -> Bool {
        let count = name.utf8CodeUnitCount
        guard quoted.count == count + 2 else { return false }
        for position in 0..<count
        where bytes[quoted.lowerBound + 1 + position] != name.utf8Start[position] {
            return false
        }
        return true
    }

    private func value(_ name: StaticString) throws(LineProblem) -> Range<Int> {
        guard let value = find(name) else { throw .missing("\(name)") }
        return value
    }

    // MARK: - Values

    func flag(_ name: StaticString) throws(LineProblem) -> Bool {
        switch bytes[try value(name)].first {
        case UInt8(ascii: "t"): return true
        case UInt8(ascii: "f"): return false
        default: throw .notA("true or false", field: "\(name)")
        }
    }

    func text(_ name: StaticString) throws(LineProblem) -> String {
        let value = try value(name)
        guard bytes[value.lowerBound] == UInt8(ascii: "\""),
            let text = FlatScanner.text(bytes[value])
        else { throw .notA("text", field: "\(name)") }
        return text
    }

    /// Text that can be shown: nothing in it moves a cursor or turns the direction of writing.
    func printable(
        _ name: StaticString,
        limit: Int,
        mayBeEmpty: Bool = false
    ) throws(LineProblem) -> String {
        let text = try text(name)
        guard text.utf8.count <= limit, mayBeEmpty || !text.isEmpty, text.isPrintable else {
            throw .badText(field: "\(name)", limit: limit)
        }
        return text
    }

    func texts(_ name: StaticString) throws(LineProblem) -> [String] {
        let value = try value(name)
        guard bytes[value.lowerBound] == UInt8(ascii: "["),
            let texts = FlatScanner.texts(bytes, value)
        else { throw .notA("a list of texts", field: "\(name)") }
        return texts
    }

    func integer(
        _ name: StaticString,
        in allowed: ClosedRange<UInt64>
    ) throws(LineProblem) -> UInt64 {
        let digits = bytes[try value(name)]
        guard digits.allSatisfy({ (48...57).contains($0) }) else {
            throw .notA("a whole number", field: "\(name)")
        }
        var number: UInt64 = 0
        for digit in digits {
            let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(digit - 48))
            guard !overflow && !carry else {
                throw .outOfRange(field: "\(name)", allowed: allowed)
            }
            number = sum
        }
        guard allowed.contains(number) else {
            throw .outOfRange(field: "\(name)", allowed: allowed)
        }
        return number
    }

    /// A plain number of seconds with at most six decimals.
    func seconds(_ name: StaticString, upTo limit: Microseconds) throws(LineProblem) -> Microseconds
    {
        var (count, decimals): (UInt64, Int?) = (0, nil)
        for byte in bytes[try value(name)] {
            switch byte {
            case 48...57 where (decimals ?? 0) < 6 && count < UInt64.max / 100:
                count = count * 10 + UInt64(byte - 48)
                decimals = decimals.map { $0 + 1 }
            case UInt8(ascii: ".") where decimals == nil: decimals = 0
            default: throw .notA("a number with at most six decimals", field: "\(name)")
            }
        }
        let allowed = 0...limit.count / 1_000_000
        for _ in (decimals ?? 0)..<6 {
            let (tens, overflow) = count.multipliedReportingOverflow(by: 10)
            guard !overflow else { throw .outOfRange(field: "\(name)", allowed: allowed) }
            count = tens
        }
        guard count <= limit.count else { throw .outOfRange(field: "\(name)", allowed: allowed) }
        return Microseconds(count)
    }
}

extension String {
    /// Whether it has no control or format characters and no piles of marks.
    var isPrintable: Bool {
        if utf8.allSatisfy({ (0x20...0x7e).contains($0) }) { return true }
        var marks = 0
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: return false
            case .nonspacingMark, .spacingMark, .enclosingMark: marks += 1
            default: marks = 0
            }
            if marks > 2 { return false }
        }
        return true
    }
}
