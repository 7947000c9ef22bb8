/// Values as settings and beats have them.
extension LessonEntry {
    func number(_ field: String, _ allowed: ClosedRange<Int>) throws(LessonError) -> Int {
        try Self.number(rest, field, allowed, line: line)
    }

    static func number(
        _ text: String,
        _ field: String,
        _ allowed: ClosedRange<Int>,
        line: Int
    ) throws(LessonError) -> Int {
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text),
            allowed.contains(number)
        else {
            let range = "a number from \(allowed.lowerBound) to \(allowed.upperBound)"
            throw LessonError(.badValue(field: field, text: text, allowed: range), line: line)
        }
        return number
    }

    func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ field: String
    ) throws(LessonError) -> Choice {
        guard let choice = Choice(rawValue: rest) else {
            throw LessonError(
                .unknownWord(rest, field: field, allowed: Choice.allCases.map(\.rawValue)),
                line: line
            )
        }
        return choice
    }

    /// `max`, or how many times as fast.
    func rate() throws(LessonError) -> Rate {
        if rest == "max" { return .maximum }
        guard let times = Microseconds(decimal: rest), let rate = Rate(times: times.inSeconds)
        else {
            throw LessonError(
                .badValue(field: "rate", text: rest, allowed: "max or a number from 0.001 to 1000"),
                line: line
            )
        }
        return rate
    }

    /// Seconds such as `5 s`.
    static func seconds(
        _ text: String,
        _ field: String,
        line: Int
    ) throws(LessonError) -> Microseconds {
        guard text.hasSuffix(" s"), let time = Microseconds(decimal: String(text.dropLast(2))),
            time <= Job.longestCPUTime
        else {
            let allowed = "a number of seconds such as \"2.5 s\", at most \(Job.longestCPUTime) s"
            throw LessonError(.badValue(field: field, text: text, allowed: allowed), line: line)
        }
        return time
    }

    /// A job as a device writes it: `3:5`.
    static func job(_ text: String, line: Int) throws(LessonError) -> ScriptedJob {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, (1...RemoteProgram.longestName).contains(parts[0].utf8.count),
            let time = Microseconds(decimal: parts[1]), time > .zero,
            time <= Job.longestCPUTime
        else {
            let allowed = "DEVICE:SECONDS such as 3:5, at most \(Job.longestCPUTime) s"
            throw LessonError(.badValue(field: "a job", text: text, allowed: allowed), line: line)
        }
        return ScriptedJob(device: parts[0], cpuTime: time)
    }

    /// Statements, a line each, with or without the line's number before them.
    func statements() throws(LessonError) -> [(line: Int, text: String)] {
        guard rest.isEmpty else {
            throw LessonError(
                .badValue(field: word, text: rest, allowed: "followed by indented statements"),
                line: line
            )
        }
        return block.filter { !$0.text.isEmpty }.enumerated().map { index, entry in
            let number = "\(index + 1) "
            let text =
                entry.text.hasPrefix(number)
                ? LessonLines.trimmed(String(entry.text.dropFirst(number.count))) : entry.text
            return (entry.line, text)
        }
    }
}
