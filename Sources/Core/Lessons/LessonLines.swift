/// A lesson's text as entries: a line at the margin, with the indented lines that belong to it.
struct LessonEntry {
    let line: Int
    /// The first word, such as `say`; a setting's ends with its colon.
    let word: String
    /// What follows the first word.
    let rest: String
    /// Without indentation; empty lines only between others.
    var block: [(line: Int, text: String)] = []
}

/// Cuts a lesson's bytes into entries. It is total: bytes come from strangers.
enum LessonLines {
    static let longestFile = 262_144
    static let longestLine = 1000
    static let mostLines = 5000

    static func entries(of bytes: [UInt8]) throws(LessonError) -> [LessonEntry] {
        guard bytes.count <= longestFile else {
            // A line that never ends says more than the file's size.
            try check(bytes.prefix { $0 != 10 }.count, line: 1)
            throw LessonError(.fileTooLong(limit: longestFile), line: nil)
        }
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        guard lines.count <= mostLines else {
            throw LessonError(.tooManyLines(limit: mostLines), line: nil)
        }
        var entries: [LessonEntry] = []
        var blanks = 0
        for (index, line) in lines.enumerated() {
            let text = try text(of: line, number: index + 1)
            if text.isEmpty {
                blanks += 1
            } else if text.first == " " {
                try add(text, line: index + 1, after: blanks, to: &entries)
                blanks = 0
            } else {
                blanks = 0
                if text.first != "#" { entries.append(entry(text, line: index + 1)) }
            }
        }
        return entries
    }

    private static func add(
        _ text: String,
        line: Int,
        after blanks: Int,
        to entries: inout [LessonEntry]
    ) throws(LessonError) {
        guard let last = entries.indices.last else {
            throw LessonError(.unexpectedBlock(after: "the beginning"), line: line)
        }
        if blanks > 0, !entries[last].block.isEmpty { entries[last].block.append((line - 1, "")) }
        entries[last].block.append((line, trimmed(text)))
    }

    private static func entry(_ text: String, line: Int) -> LessonEntry {
        let word = text.prefix { $0 != " " }
        return LessonEntry(
            line: line,
            word: String(word),
            rest: trimmed(String(text.dropFirst(word.count)))
        )
    }

    private static func text(
        of line: ArraySlice<UInt8>,
        number: Int
    ) throws(LessonError) -> String {
        try check(line.count, line: number)
        // Other systems end their lines with two characters.
        let line = line.last == 13 ? line.dropLast() : line
        guard let text = String(validating: line, as: UTF8.self) else {
            throw LessonError(.notText, line: number)
        }
        for scalar in text.unicodeScalars
        where Sanitizer.sanitize(String(scalar)).isEmpty {
            throw LessonError(.controlCharacter(scalar.value), line: number)
        }
        // The rest of what the sanitizer removes: heaps of marks.
        let clean = Sanitizer.sanitize(text)
        return String(clean.reversed().drop { $0 == " " }.reversed())
    }

    private static func check(_ count: Int, line: Int) throws(LessonError) {
        guard count <= longestLine else {
            throw LessonError(.lineTooLong(bytes: count, limit: longestLine), line: line)
        }
    }

    static func trimmed(_ text: String) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

extension Lesson {
    /// The most bytes that a lesson's text can have.
    package static let longestFile = LessonLines.longestFile
}
