/// Reads a condition, such as `full = 3` or `P1 waits for empty`.
struct ConditionParser {
    private let text: String
    private let line: Int
    private let header: LessonHeader

    init(_ text: String, line: Int, _ header: LessonHeader) {
        self.text = text
        self.line = line
        self.header = header
    }

    func condition() throws(LessonError) -> Condition {
        Condition(text: text, kind: try kind())
    }

    private var words: [String] { text.split(separator: " ").map(String.init) }

    private static let forms = """
        such as "full = 3", "P1 waits for empty", "P1 waits for a job", "P1 at insert", \
        "P1 has 3:5", "P1 holds mutex", "deadlock", "no fault", "nothing moves", "order A B", \
        "mean waiting = 3 s", "words 00000002 …" or "same reply"
        """

    private func kind() throws(LessonError) -> Condition.Kind {
        switch text {
        case "no fault": return .noFault
        case "nothing moves": return .nothingMoves
        case "same reply": return .sameReply
        default: break
        }
        if let fault = Fault.Kind.allCases.first(where: { $0.word == text }) {
            return .fault(fault)
        }
        switch words.first {
        case "order" where words.count > 1: return .order(Array(words.dropFirst()))
        case "words" where words.count > 1: return .words(try hexadecimal(words.dropFirst()))
        case "mean": return try mean()
        default: break
        }
        if let quantity = try quantity() { return quantity }
        guard words.count > 1, ["waits", "at", "has", "holds"].contains(words[1]) else {
            throw LessonError(
                .badValue(field: "a condition", text: text, allowed: Self.forms),
                line: line
            )
        }
        return try aboutThread()
    }

    private func quantity() throws(LessonError) -> Condition.Kind? {
        guard
            let comparison = Condition.Comparison.allCases.first(where: {
                text.contains(" \($0.rawValue) ")
            }), words.count == 3, words[1] == comparison.rawValue
        else { return nil }
        guard let quantity = Condition.Quantity(rawValue: words[0]) else {
            throw LessonError(
                .unknownWord(
                    words[0],
                    field: "number",
                    allowed: Condition.Quantity.allCases.map(\.rawValue)
                ),
                line: line
            )
        }
        let number = try LessonEntry.number(words[2], words[0], 0...1_000_000, line: line)
        return .quantity(quantity, comparison, number)
    }

    /// `mean waiting = 3 s`.
    private func mean() throws(LessonError) -> Condition.Kind {
        guard words.count == 5, words[2] == "=", let time = Condition.Time(rawValue: words[1])
        else {
            let names = Condition.Time.allCases.map(\.rawValue).joined(separator: ", ")
            throw LessonError(
                .badValue(
                    field: "a mean time",
                    text: text,
                    allowed: "\"mean TIME = 3 s\" with TIME one of \(names)"
                ),
                line: line
            )
        }
        let value = try LessonEntry.seconds("\(words[3]) \(words[4])", "the mean", line: line)
        return .mean(time, value)
    }

    private func hexadecimal(_ words: ArraySlice<String>) throws(LessonError) -> [UInt32] {
        var numbers: [UInt32] = []
        for word in words {
            guard word.utf8.count == 8, let number = UInt32(word, radix: 16), word.first != "+"
            else {
                throw LessonError(
                    .badValue(field: "a word", text: word, allowed: "8 hexadecimal digits"),
                    line: line
                )
            }
            numbers.append(number)
        }
        return numbers
    }

    // MARK: - Threads

    private func aboutThread() throws(LessonError) -> Condition.Kind {
        let name = try thread(words[0])
        let rest = words.dropFirst(2).joined(separator: " ")
        switch words[1] {
        case "at": return .at(name, try statement(rest))
        case "has": return .has(name, try LessonEntry.job(rest, line: line))
        case "holds":
            guard rest == "mutex" else {
                throw LessonError(
                    .unknownWord(rest, field: "thing to hold", allowed: ["mutex"]),
                    line: line
                )
            }
            return .holdsMutex(name)
        default: return try waiting(name, rest)
        }
    }

    private func waiting(_ name: String, _ rest: String) throws(LessonError) -> Condition.Kind {
        if rest == "for a job" { return .waitsForJob(name) }
        let place = WaitingPlace.all.first { "for \($0.name)" == rest }
        guard let place else {
            throw LessonError(
                .unknownWord(
                    rest,
                    field: "thing to wait for:",
                    allowed: ["for a job"] + WaitingPlace.all.map { "for \($0.name)" }
                ),
                line: line
            )
        }
        return .waits(name, place)
    }

    /// A thread that the lesson has, such as `P1`.
    func thread(_ name: String) throws(LessonError) -> String {
        let (producers, consumers) = (header.settings.producers, header.settings.consumers)
        let names = (0..<producers).map { "P\($0 + 1)" } + (0..<consumers).map { "C\($0 + 1)" }
        guard names.contains(name) else {
            throw LessonError(
                .unknownThread(name, producers: producers, consumers: consumers),
                line: line
            )
        }
        return name
    }

    func statement(_ text: String) throws(LessonError) -> Statement {
        do throws(StatementError) {
            return try Statement(text)
        } catch {
            throw LessonError(
                .badValue(field: "a statement", text: text, allowed: "as the screen has it"),
                line: line
            )
        }
    }
}
