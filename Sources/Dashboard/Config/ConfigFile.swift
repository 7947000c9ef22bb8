import Core

/// The lines of a config file: `key = value`, and what follows `#` is a comment.
///
/// The parser is total: every sequence of bytes is a file or an error that names the line. It knows
/// no keys.
struct ConfigFile: Equatable {
    struct Entry: Equatable {
        let key: String
        let value: String
        /// Counts from 1.
        let line: Int
    }

    private(set) var entries: [Entry] = []

    /// More than anybody writes by hand.
    static let longest = 65_536

    /// - Parameters:
    ///   - bytes: The whole file, in UTF-8.
    ///   - repeatable: The keys that may have several lines; each other has one at most.
    /// - Throws: What is wrong with the first line that cannot be read.
    init(_ bytes: [UInt8], repeatable: Set<String> = []) throws(ConfigError) {
        guard bytes.count <= Self.longest else {
            throw ConfigError(.tooLong(limit: Self.longest))
        }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var lineOfKey: [String: Int] = [:]
        for (index, line) in lines.enumerated() {
            guard let entry = try Self.entry(line, number: index + 1) else { continue }
            let first = lineOfKey.updateValue(entry.line, forKey: entry.key)
            if let first, !repeatable.contains(entry.key) {
                throw ConfigError(.duplicate(entry.key, first: first), line: entry.line)
            }
            entries.append(entry)
        }
    }

    /// The entry in a line; `nil` where there is none.
    private static func entry(
        _ line: ArraySlice<UInt8>,
        number: Int
    ) throws(ConfigError) -> Entry? {
        guard let text = String(validating: line, as: UTF8.self) else {
            throw ConfigError(.notUTF8, line: number)
        }
        let meaning = trimmed(withoutComment(text))
        guard !meaning.isEmpty else { return nil }
        guard let sign = meaning.firstIndex(of: "=") else {
            throw ConfigError(.noEqualsSign(meaning), line: number)
        }
        let key = trimmed(meaning[..<sign])
        let value = trimmed(meaning[meaning.index(after: sign)...])
        guard !key.isEmpty else { throw ConfigError(.noKey, line: number) }
        guard !value.isEmpty else { throw ConfigError(.noValue(key), line: number) }
        guard Sanitizer.sanitize(key + value) == key + value else {
            throw ConfigError(.unprintable, line: number)
        }
        return Entry(key: key, value: value, line: number)
    }

    /// `#` begins a comment at the start of a line and after a space, so that names may contain it.
    private static func withoutComment(_ text: String) -> Substring {
        var before: Character = " "
        for index in text.indices {
            if text[index] == "#", before.isWhitespace { return text[..<index] }
            before = text[index]
        }
        return text[...]
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop { $0.isWhitespace }
        let end = start.lastIndex { !$0.isWhitespace }
        return end.map { String(start[...$0]) } ?? ""
    }
}
