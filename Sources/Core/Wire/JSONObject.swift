/// One JSON object: its members by name, each value as it was written.
///
/// A name that occurs twice is refused, however it is escaped, because readers differ in which of
/// the two they take. That goes for our members; what is inside a value is the sender's own.
package struct JSONObject {
    private let text: [UInt8]
    private var members: [[UInt8]: Range<Int>] = [:]

    /// Reads the whole text as one object; spaces may stand around it.
    ///
    /// - Complexity: O(n) for n bytes.
    package init(_ text: [UInt8]) throws(JSONProblem) {
        guard text.count <= JSONFraming.longestObject else {
            throw .tooLong(limit: JSONFraming.longestObject)
        }
        guard !text.starts(with: [0xef, 0xbb, 0xbf]) else { throw .byteOrderMark }
        guard String(validating: text, as: UTF8.self) != nil else { throw .invalidUTF8 }
        self.text = text
        var scanner = JSONScanner(text)
        guard scanner.skip(UInt8(ascii: "{")) else { throw .notAnObject }
        if !scanner.skip(UInt8(ascii: "}")) {
            repeat { try readMember(&scanner) } while scanner.skip(UInt8(ascii: ","))
            try scanner.expect(UInt8(ascii: "}"))
        }
        try scanner.expectEnd()
    }

    private mutating func readMember(_ scanner: inout JSONScanner) throws(JSONProblem) {
        scanner.skipSpace()
        let name = JSONString.decode(text[try scanner.string()])
        try scanner.expect(UInt8(ascii: ":"))
        let value = try scanner.value(depth: 1)
        guard members.updateValue(value, forKey: name) == nil else {
            throw .repeatedName(Excerpt.of(String(decoding: name, as: UTF8.self)))
        }
    }

    package subscript(name: String) -> JSONValue? {
        members[Array(name.utf8)].map { JSONValue(raw: Array(text[$0])) }
    }
}

/// A value as it was written.
package struct JSONValue: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case string, number, object, array, word
    }

    /// Correct JSON without spaces around it.
    package let raw: [UInt8]

    /// - Parameter raw: Correct JSON without spaces around it.
    package init(raw: [UInt8]) {
        self.raw = raw
    }

    package var kind: Kind {
        switch raw.first {
        case UInt8(ascii: "\"")?: .string
        case UInt8(ascii: "{")?: .object
        case UInt8(ascii: "[")?: .array
        case UInt8(ascii: "-")?, (48...57)?: .number
        default: .word
        }
    }

    /// What a string means, and how any other value is written; UTF-8, not fit to be shown.
    package var text: [UInt8] {
        kind == .string ? JSONString.decode(raw[...]) : raw
    }
}

/// The beginning of a text from a stranger, to be shown within a sentence.
enum Excerpt {
    private static let longest = 64

    /// At most 64 characters and an ellipsis; sanitised.
    static func of(_ text: String) -> String {
        // Counted in scalars: one character can be made of any number of them.
        let scalars = text.unicodeScalars
        let start = String(String.UnicodeScalarView(scalars.prefix(longest)))
        let clean = Sanitizer.sanitize(start)
        return scalars.dropFirst(longest).isEmpty ? clean : clean + "…"
    }
}
