/// Text as JSON writes it (RFC 8259 §7).
package enum JSONString {
    /// The text, which must be valid UTF-8, with quotation marks, and with escapes only where there
    /// must be one, so that it never gets longer than what any sender wrote for the same text.
    package static func quoted(_ text: some Sequence<UInt8>) -> [UInt8] {
        var quoted = [UInt8(ascii: "\"")]
        quoted.reserveCapacity(text.underestimatedCount + 2)
        for byte in text {
            if let letter = shortEscape(byte) {
                quoted.append(UInt8(ascii: "\\"))
                quoted.append(letter)
            } else if byte < 32 {
                quoted.append(contentsOf: "\\u00".utf8)
                quoted.append(byte < 16 ? 48 : 49)
                quoted.append(byte & 15 < 10 ? 48 + byte & 15 : 87 + byte & 15)
            } else {
                quoted.append(byte)
            }
        }
        quoted.append(UInt8(ascii: "\""))
        return quoted
    }

    private static func shortEscape(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
        case 8: UInt8(ascii: "b")
        case 9: UInt8(ascii: "t")
        case 10: UInt8(ascii: "n")
        case 12: UInt8(ascii: "f")
        case 13: UInt8(ascii: "r")
        default: nil
        }
    }

    /// What a string means, as UTF-8; the string is one with its quotation marks that `JSONScanner`
    /// has passed.
    static func decode(_ quoted: ArraySlice<UInt8>) -> [UInt8] {
        var inside = quoted.dropFirst().dropLast()
        guard inside.contains(UInt8(ascii: "\\")) else { return Array(inside) }
        var text: [UInt8] = []
        text.reserveCapacity(inside.count)
        while let byte = inside.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                text.append(byte)
                continue
            }
            decodeEscape(&inside, into: &text)
        }
        return text
    }

    private static func decodeEscape(_ rest: inout ArraySlice<UInt8>, into text: inout [UInt8]) {
        guard let letter = rest.popFirst() else { return }
        switch letter {
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "f"): text.append(12)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "u"):
            var units = [unit(&rest)]
            if UTF16.isLeadSurrogate(units[0]) {
                rest = rest.dropFirst(2)
                units.append(unit(&rest))
            }
            text.append(contentsOf: String(decoding: units, as: UTF16.self).utf8)
        default: text.append(letter)
        }
    }

    private static func unit(_ rest: inout ArraySlice<UInt8>) -> UInt16 {
        let digits = rest.prefix(4)
        rest = rest.dropFirst(4)
        return digits.reduce(0) { $0 << 4 | UInt16(hexDigit($1) ?? 0) }
    }

    static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}
