/// Reads one beat of a lesson's script.
struct BeatParser {
    private static let mostJobs = 100
    private static let mostStatements = 1000
    private static let longestNarration = 1000
    private static let choices = 2...4
    private static let mostValues = 20

    private let entry: LessonEntry
    private let header: LessonHeader

    init(_ entry: LessonEntry, _ header: LessonHeader) {
        self.entry = entry
        self.header = header
    }

    func action() throws(LessonError) -> Lesson.Action {
        switch entry.word {
        case "say": return .say(try paragraphs())
        case "ask": return .ask(try question())
        case "send": return try send()
        case "step": return .step(try stepping())
        case "run": return .run(try span())
        case "program": return .program(try programName())
        case "rate": return .rate(try entry.rate())
        case "marshal": return .marshal(try values())
        case "call": return .call(try call())
        case "expect": return .expect(try condition(entry.rest, line: entry.line))
        default:
            throw LessonError(
                .unknownWord(entry.word, field: "beat", allowed: ScriptParser.words),
                line: entry.line
            )
        }
    }

    private func bad(_ field: String, _ text: String, _ allowed: String) -> LessonError {
        LessonError(.badValue(field: field, text: text, allowed: allowed), line: entry.line)
    }

    private func condition(_ text: String, line: Int) throws(LessonError) -> Condition {
        try ConditionParser(text, line: line, header).condition()
    }

    // MARK: - Narration and questions

    private func paragraphs() throws(LessonError) -> [String] {
        let lines = (entry.rest.isEmpty ? [] : [entry.rest]) + entry.block.map(\.text)
        let paragraphs = lines.split(separator: "").map { $0.joined(separator: " ") }
        guard !paragraphs.isEmpty else {
            throw LessonError(.missing("a text after \"say\""), line: entry.line)
        }
        guard paragraphs.reduce(0, { $0 + $1.count }) <= Self.longestNarration else {
            throw LessonError(
                .tooMany("characters of narration on one page", limit: Self.longestNarration),
                line: entry.line
            )
        }
        return paragraphs
    }

    private func question() throws(LessonError) -> LessonQuestion {
        guard !entry.rest.isEmpty else {
            throw LessonError(.missing("a text after \"ask\""), line: entry.line)
        }
        var choices: [LessonQuestion.Choice] = []
        for line in entry.block where !line.text.isEmpty {
            choices.append(try choice(line.text, line: line.line))
        }
        guard Self.choices.contains(choices.count) else {
            let allowed =
                "followed by \(Self.choices.lowerBound) to \(Self.choices.upperBound) "
                + "indented choices"
            throw bad("\"ask\"", "\(choices.count)", allowed)
        }
        let right = choices.count(where: \.isRight)
        guard right == 1 else { throw LessonError(.rightChoices(right), line: entry.line) }
        return LessonQuestion(text: entry.rest, choices: choices)
    }

    /// `* It waits. [P1 waits for empty]`, or with `-` a wrong one.
    private func choice(_ text: String, line: Int) throws(LessonError) -> LessonQuestion.Choice {
        guard text.hasPrefix("* ") || text.hasPrefix("- ") else {
            let allowed = "\"* TEXT [CONDITION]\" or \"- TEXT [CONDITION]\""
            throw LessonError(
                .badValue(field: "a choice", text: text, allowed: allowed),
                line: line
            )
        }
        let isRight = text.first == "*"
        let (words, inBrackets) = parts(of: String(text.dropFirst(2)))
        guard !words.isEmpty else {
            throw LessonError(.missing("the choice's text"), line: line)
        }
        guard !isRight || inBrackets != nil else {
            let need = "[CONDITION] after the right choice, which shows that it is right"
            throw LessonError(.missing(need), line: line)
        }
        var condition: Condition?
        if let inBrackets { condition = try self.condition(inBrackets, line: line) }
        return LessonQuestion.Choice(
            line: line,
            text: words,
            isRight: isRight,
            condition: condition
        )
    }

    private func parts(of text: String) -> (words: String, inBrackets: String?) {
        guard text.last == "]", let bracket = text.lastIndex(of: "[") else {
            return (LessonLines.trimmed(text), nil)
        }
        return (
            LessonLines.trimmed(String(text[..<bracket])),
            LessonLines.trimmed(String(text[bracket...].dropFirst().dropLast()))
        )
    }

    // MARK: - The engine

    /// `3:5 1:2`, perhaps `after 2 s`.
    private func send() throws(LessonError) -> Lesson.Action {
        var text = entry.rest
        var delay = Microseconds.zero
        if let place = text.firstRange(of: " after ") {
            let after = String(text[place.upperBound...])
            delay = try LessonEntry.seconds(after, "\"after\"", line: entry.line)
            text = String(text[..<place.lowerBound])
        }
        let words = text.split(separator: " ").map(String.init)
        guard !words.isEmpty else {
            throw LessonError(.missing("a job after \"send\""), line: entry.line)
        }
        guard words.count <= Self.mostJobs else {
            throw LessonError(.tooMany("jobs", limit: Self.mostJobs), line: entry.line)
        }
        var jobs: [ScriptedJob] = []
        for word in words { jobs.append(try LessonEntry.job(word, line: entry.line)) }
        return .send(jobs, after: delay)
    }

    /// `P1`, `P1 x4`, `x4`, `P1 to insert`, `until full = 3`, `P1 until full = 3`.
    private func stepping() throws(LessonError) -> Stepping {
        var rest = entry.rest
        var thread: String?
        let first = String(rest.prefix { $0 != " " })
        if !first.isEmpty, first != "until", first.first != "x" {
            thread = try ConditionParser(first, line: entry.line, header).thread(first)
            rest = LessonLines.trimmed(String(rest.dropFirst(first.count)))
        }
        return Stepping(thread: thread, goal: try goal(rest, hasThread: thread != nil))
    }

    private func goal(_ text: String, hasThread: Bool) throws(LessonError) -> Stepping.Goal {
        if text.isEmpty { return .statements(1) }
        if text.hasPrefix("until ") {
            return .condition(try condition(String(text.dropFirst(6)), line: entry.line))
        }
        if text.hasPrefix("to "), hasThread {
            let parser = ConditionParser(text, line: entry.line, header)
            return .statement(try parser.statement(String(text.dropFirst(3))))
        }
        guard text.first == "x" else {
            let allowed =
                "\"THREAD\", \"THREAD x4\", \"THREAD to STATEMENT\" or \"until CONDITION\""
            throw bad("\"step\"", entry.rest, allowed)
        }
        return .statements(
            try LessonEntry.number(
                String(text.dropFirst()),
                "how often to step",
                1...Self.mostStatements,
                line: entry.line
            )
        )
    }

    private func span() throws(LessonError) -> Microseconds? {
        if entry.rest == "until nothing moves" { return nil }
        guard entry.rest.hasSuffix(" s") else {
            throw bad("\"run\"", entry.rest, "\"run 5 s\" or \"run until nothing moves\"")
        }
        return try LessonEntry.seconds(entry.rest, "\"run\"", line: entry.line)
    }

    private func programName() throws(LessonError) -> String {
        guard let programs = header.program(named: entry.rest) else {
            let names = header.settings.kernel.library.map(\.name)
            throw LessonError(
                .unknownWord(entry.rest, field: "program", allowed: names),
                line: entry.line
            )
        }
        let policy = header.settings.kernel.policy.name
        guard header.settings.kernel.allows(programs) else {
            throw LessonError(
                .needsOrderOfArrival(program: programs.name, policy: policy),
                line: entry.line
            )
        }
        return entry.rest
    }

    // MARK: - The wire

    /// `"Hi" "There" 2001`.
    private func values() throws(LessonError) -> [MarshalledValue] {
        var values: [MarshalledValue] = []
        var rest = entry.rest
        while !rest.isEmpty {
            if rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") {
                values.append(.string(String(rest[..<end].dropFirst())))
                rest = String(rest[end...].dropFirst())
            } else {
                let word = rest.prefix { $0 != " " }
                guard let number = Int32(word) else {
                    throw bad("a value", String(word), "a text in \"…\" or a 32-bit number")
                }
                values.append(.int(number))
                rest = String(rest.dropFirst(word.count))
            }
            rest = LessonLines.trimmed(rest)
        }
        guard (1...Self.mostValues).contains(values.count) else {
            throw bad(
                "\"marshal\"",
                "\(values.count)",
                "followed by 1 to \(Self.mostValues) values"
            )
        }
        return values
    }

    /// `3:5 as 7`, `again`, each perhaps followed by `and lose the reply`.
    private func call() throws(LessonError) -> ScriptedCall {
        let ending = " and lose the reply"
        let losesReply = entry.rest.hasSuffix(ending)
        let text = losesReply ? String(entry.rest.dropLast(ending.count)) : entry.rest
        if text == "again" { return ScriptedCall(request: nil, losesReply: losesReply) }
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 3, words[1] == "as", let xid = UInt32(words[2]) else {
            let allowed = "\"call 3:5 as 7\" or \"call again\", and perhaps \"and lose the reply\""
            throw bad("\"call\"", entry.rest, allowed)
        }
        let job = try LessonEntry.job(words[0], line: entry.line)
        guard job.cpuTime.count.isMultiple(of: 1_000_000) else {
            throw bad("a remote call's job", words[0], "of whole seconds")
        }
        return ScriptedCall(
            request: ScriptedCall.Request(job: job, xid: xid),
            losesReply: losesReply
        )
    }
}
