extension Payload {
    /// The payload as the body of a remote call: any bytes.
    ///
    /// An item that is a JSON string is its text, any other item its JSON text; a document is its
    /// bytes.
    package var asBody: [UInt8] {
        switch form {
        case .body, .document: bytes
        case .item: JSONString.unescaped(bytes) ?? bytes
        }
    }
}

/// The text of a JSON string (RFC 8259, section 7).
private enum JSONString {
    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")

    /// The UTF-8 of the text, half a surrogate pair as U+FFFD; `nil` where it is no JSON string.
    static func unescaped(_ json: [UInt8]) -> [UInt8]? {
        guard json.count >= 2, json.first == quote, json.last == quote else { return nil }
        let inner = json[1..<json.count - 1]
        guard inner.contains(backslash) else { return Array(inner) }
        var rest = inner
        var text: [UInt8] = []
        while let byte = rest.popFirst() {
            guard byte == backslash else {
                text.append(byte)
                continue
            }
            guard let escape = rest.popFirst() else { return nil }
            switch escape {
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0c)
            case UInt8(ascii: "n"): text.append(0x0a)
            case UInt8(ascii: "r"): text.append(0x0d)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"):
                guard let scalar = scalar(&rest) else { return nil }
                text += Array(String(scalar).utf8)
            default: text.append(escape)
            }
        }
        return text
    }

    /// The scalar after `\u`, of two escapes where they are a surrogate pair.
    private static func scalar(_ rest: inout ArraySlice<UInt8>) -> Unicode.Scalar? {
        guard let unit = codeUnit(&rest) else { return nil }
        if let scalar = Unicode.Scalar(unit) { return scalar }
        var ahead = rest
        if UTF16.isLeadSurrogate(UInt16(unit)), ahead.popFirst() == backslash,
            ahead.popFirst() == UInt8(ascii: "u"), let second = codeUnit(&ahead),
            UTF16.isTrailSurrogate(UInt16(second))
        {
            rest = ahead
            return Unicode.Scalar(0x10000 + (unit & 0x3ff) << 10 + second & 0x3ff)
        }
        return "\u{fffd}"
    }

    private static func codeUnit(_ rest: inout ArraySlice<UInt8>) -> UInt32? {
        guard rest.count >= 4 else { return nil }
        var unit: UInt32 = 0
        for digit in rest.prefix(4) {
            guard let value = Character(Unicode.Scalar(digit)).hexDigitValue else { return nil }
            unit = unit << 4 | UInt32(value)
        }
        rest = rest.dropFirst(4)
        return unit
    }
}
