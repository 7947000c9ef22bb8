/// The bytes of hexadecimal digits, blanks left out.
func bytes(hex: String) -> [UInt8] {
    let digits = hex.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map {
        UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
}

/// The 32-bit words of a message, in hexadecimal digits without leading zeros.
func words(_ bytes: [UInt8]) -> String {
    stride(from: 0, to: bytes.count, by: 4).map { start in
        let word = bytes[start..<min(start + 4, bytes.count)].reduce(UInt32(0)) {
            $0 << 8 | UInt32($1)
        }
        return String(word, radix: 16)
    }.joined(separator: " ")
}

extension String {
    /// Control and format characters other than the newlines of the lines, in hexadecimal digits.
    var unsafeCharacters: [String] {
        unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control: scalar != "\n"
            case .format, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }.map { String($0.value, radix: 16) }
    }
}
