/// A line of a group as it was received: the event, and the code that may sign it.
///
/// Whoever has a token compares the code before believing the event.
package struct GroupLine: Equatable, Sendable {
    package let event: GroupEvent
    /// The line before the code.
    package let signed: [UInt8]
    /// `nil` where the line does not end with one.
    package let code: [UInt8]?

    /// Of a code's bytes so many are sent, in twice as many digits.
    static let codeBytes = 8
    static let codeKey = "mac"
    /// The bytes of ` mac=` and the digits.
    static let codeLength = codeKey.utf8.count + 2 + 2 * codeBytes

    /// Reads a datagram; an end of line at its end is allowed, as programs for lines write one.
    ///
    /// - Parameter datagram: The whole of it.
    /// - Throws: What keeps it from being an event.
    package init(_ datagram: [UInt8]) throws(GroupEventError) {
        let line = Self.withoutEnd(datagram)
        guard line.count <= GroupEvent.longestLine else { throw .tooLong(bytes: line.count) }
        guard let text = String(validating: line, as: UTF8.self), Sanitizer.sanitize(text) == text
        else { throw .notText }
        var words = text.split(separator: " ", omittingEmptySubsequences: false)[...]
        code = Self.takeCode(&words)
        signed = Array(code == nil ? line : line.dropLast(Self.codeLength))
        event = try GroupEvent(words)
    }

    private static func withoutEnd(_ datagram: [UInt8]) -> ArraySlice<UInt8> {
        var line = datagram[...]
        if line.last == UInt8(ascii: "\n") { line.removeLast() }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line
    }

    /// Takes the code off the end, where there is one of the right form.
    private static func takeCode(_ words: inout ArraySlice<Substring>) -> [UInt8]? {
        guard let last = words.last, last.hasPrefix("\(codeKey)=") else { return nil }
        let digits = Array(last.utf8.dropFirst(codeKey.utf8.count + 1))
        guard digits.count == 2 * codeBytes else { return nil }
        var code: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digit(digits[start]), let low = digit(digits[start + 1])
            else { return nil }
            code.append(high << 4 | low)
        }
        words.removeLast()
        return code
    }

    /// Of lower-case digits only, so that a line has one form.
    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

extension GroupEvent {
    fileprivate init(_ words: ArraySlice<Substring>) throws(GroupEventError) {
        let head = Array(words.prefix(6))
        guard head.count == 6, head[0] == Self.mark else { throw .notAnEvent }
        self.init(
            group: try Self.word(head[1], "group"),
            sender: try Self.word(head[2], "sender"),
            epoch: try Self.number(head[3], "epoch"),
            sequence: try Self.number(head[4], "seq"),
            name: Name(try Self.word(head[5], "event"))
        )
        let rest = words.dropFirst(6)
        guard rest.count <= Self.mostFields else { throw .tooManyFields }
        for (position, word) in rest.enumerated() {
            guard let separator = word.firstIndex(of: "="),
                case let key = String(word[..<separator]),
                // A second code would be one that nobody has compared.
                Self.isWord(key), key != GroupLine.codeKey
            else { throw .notAField(position: position + 1) }
            fields.append(Field(key, String(word[word.index(after: separator)...])))
        }
    }

    private static func word(
        _ text: Substring,
        _ field: String
    ) throws(GroupEventError) -> String {
        let text = String(text)
        guard isWord(text) else { throw .notAWord(field: field) }
        return text
    }

    private static func number(
        _ text: Substring,
        _ field: String
    ) throws(GroupEventError) -> UInt64 {
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let number = UInt64(text)
        else { throw .notANumber(field: field) }
        return number
    }
}
