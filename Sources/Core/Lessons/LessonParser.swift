extension Lesson {
    /// Reads a lesson's text (`Docs/lesson-format.md`).
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - name: What a user types for it.
    /// - Throws: What is wrong first, and in which line.
    package init(_ bytes: [UInt8], name: String) throws(LessonError) {
        let entries = try LessonLines.entries(of: bytes)
        let firstChapter = entries.firstIndex { $0.word == "chapter" } ?? entries.count
        let header = try LessonHeader(entries[..<firstChapter])
        var script = ScriptParser(header)
        for entry in entries[firstChapter...] { try script.read(entry) }
        self.init(
            name: name,
            title: header.title,
            summary: header.summary,
            settings: header.settings,
            chapters: try script.finish()
        )
    }
}

/// Reads chapters and their beats.
struct ScriptParser {
    private static let mostChapters = 100
    static let words = [
        "chapter", "say", "ask", "send", "step", "run", "program", "rate", "marshal", "call",
        "expect",
    ]

    private let header: LessonHeader
    private var chapters: [Lesson.Chapter] = []
    private var title: (text: String, line: Int)?
    private var beats: [Lesson.Beat] = []
    private var hasCalled = false

    init(_ header: LessonHeader) {
        self.header = header
    }

    mutating func read(_ entry: LessonEntry) throws(LessonError) {
        if entry.word == "chapter" { return try begin(entry) }
        if !["say", "ask"].contains(entry.word), let first = entry.block.first {
            throw LessonError(.unexpectedBlock(after: entry.word), line: first.line)
        }
        let beat = BeatParser(entry, header)
        let action = try beat.action()
        if case .call(let call) = action {
            guard hasCalled || call.request != nil else {
                throw LessonError(.missing("a call before \"call again\""), line: entry.line)
            }
            hasCalled = true
        }
        beats.append(Lesson.Beat(line: entry.line, action: action))
    }

    private mutating func begin(_ entry: LessonEntry) throws(LessonError) {
        try end()
        guard !entry.rest.isEmpty else {
            throw LessonError(.missing("the chapter's title"), line: entry.line)
        }
        guard chapters.count < Self.mostChapters else {
            throw LessonError(.tooMany("chapters", limit: Self.mostChapters), line: entry.line)
        }
        title = (entry.rest, entry.line)
    }

    private mutating func end() throws(LessonError) {
        guard let title else { return }
        guard beats.contains(where: { Lesson.beginsPage($0.action) }) else {
            throw LessonError(
                .missing("anything to read (\"say\" or \"ask\") in the chapter"),
                line: title.line
            )
        }
        chapters.append(Lesson.Chapter(title: title.text, beats: beats))
        beats = []
    }

    mutating func finish() throws(LessonError) -> [Lesson.Chapter] {
        try end()
        guard !chapters.isEmpty else {
            throw LessonError(.missing("a chapter (\"chapter TITLE\")"), line: nil)
        }
        return chapters
    }
}
