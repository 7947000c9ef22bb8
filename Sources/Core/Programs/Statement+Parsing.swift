/// Why a line is no statement.
package enum StatementError: Error, Equatable, Sendable {
    case unknownStatement(String)
    case unknownSemaphore(String)
    case unknownCondition(String)
    case unknownTest(String)
    case badLine(String)
    case badTimeOut(String)
    case badQuantum(String)
}

extension StatementError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownStatement(let text): "there is no statement \"\(text)\""
        case .unknownSemaphore(let text):
            "there is no semaphore \"\(text)\": \(Self.list(SemaphoreName.allCases))"
        case .unknownCondition(let text):
            "there is no condition \"\(text)\": \(Self.list(ConditionName.allCases))"
        case .unknownTest(let text):
            "there is no test \"\(text)\": \(Self.list(Statement.Test.allCases))"
        case .badLine(let text): "\"\(text)\" is no line: a program has lines 1 to 255"
        case .badQuantum(let text):
            "\"\(text)\" is no quantum such as \"1 s\", more than 0 and at most"
                + " \(Job.longestCPUTime) s"
        case .badTimeOut(let text):
            "\"\(text)\" is no time-out such as \"2.5 s\", at most \(Job.longestCPUTime) s"
        }
    }

    private static func list(_ names: [some Any]) -> String {
        names.map { "\($0)" }.joined(separator: ", ")
    }
}

extension Statement {
    /// The statement that this text is the `description` of.
    package init(_ text: String) throws(StatementError) {
        if let simple = Self.withoutOperands.first(where: { $0.description == text }) {
            self = simple
        } else if let line = text.rest(after: "go to ") {
            self = .jump(to: try Self.line(line))
        } else if let jump = text.rest(after: "if ") {
            self = try Self.jumpIf(jump)
        } else {
            self = try Self.call(text)
        }
    }

    private static let withoutOperands: [Statement] =
        [.produce, .insert, .remove, .execute, .putBack]
        + Part.allCases.flatMap { [.insertPart($0), .removePart($0)] }

    private static func jumpIf(_ text: String) throws(StatementError) -> Statement {
        guard let colon = text.firstIndex(of: ":"),
            let target = String(text[colon...]).rest(after: ": go to ")
        else { throw .unknownStatement("if \(text)") }
        let name = String(text[..<colon])
        guard let test = Test.allCases.first(where: { $0.description == name }) else {
            throw .unknownTest(name)
        }
        return .jumpIf(test, to: try line(target))
    }

    /// A name with an operand in brackets.
    private static func call(_ text: String) throws(StatementError) -> Statement {
        guard text.last == ")", let bracket = text.firstIndex(of: "(") else {
            throw .unknownStatement(text)
        }
        let operand = String(text[bracket...].dropFirst().dropLast())
        switch text[..<bracket] {
        case "wait": return try wait(operand)
        case "execute":
            guard let quantum = seconds(operand), quantum > .zero else {
                throw .badQuantum(operand)
            }
            return .executeFor(quantum)
        case "tryWait": return .tryWait(try semaphore(operand))
        case "signal": return .signal(try semaphore(operand))
        case "waitCondition": return .waitCondition(try condition(operand))
        case "notify": return .notify(try condition(operand))
        default: throw .unknownStatement(text)
        }
    }

    private static func wait(_ operand: String) throws(StatementError) -> Statement {
        guard let comma = operand.firstIndex(of: ",") else {
            return .wait(try semaphore(operand))
        }
        let name = try semaphore(String(operand[..<comma]))
        let text = String(operand[comma...].dropFirst())
        guard let rest = text.rest(after: " "), let limit = seconds(rest) else {
            throw .badTimeOut(text)
        }
        return .wait(name, timeOut: limit)
    }

    /// Such as `2.5 s`.
    private static func seconds(_ text: String) -> Microseconds? {
        guard text.hasSuffix(" s"), let time = Microseconds(decimal: String(text.dropLast(2))),
            time <= Job.longestCPUTime
        else { return nil }
        return time
    }

    private static func semaphore(_ text: String) throws(StatementError) -> SemaphoreName {
        guard let name = SemaphoreName.allCases.first(where: { "\($0)" == text }) else {
            throw .unknownSemaphore(text)
        }
        return name
    }

    private static func condition(_ text: String) throws(StatementError) -> ConditionName {
        guard let name = ConditionName.allCases.first(where: { "\($0)" == text }) else {
            throw .unknownCondition(text)
        }
        return name
    }

    private static func line(_ text: String) throws(StatementError) -> Int {
        guard let line = UInt8(text), line > 0, text.first != "+" else { throw .badLine(text) }
        return Int(line) - 1
    }
}

extension String {
    /// What follows the beginning; `nil` where the text begins otherwise.
    fileprivate func rest(after beginning: String) -> String? {
        hasPrefix(beginning) ? String(dropFirst(beginning.count)) : nil
    }
}
