/// Why a text is no lesson.
package struct LessonError: Error, Equatable, Sendable {
    /// From 1; `nil` where it is about the whole file.
    package let line: Int?
    package let problem: Problem

    package enum Problem: Equatable, Sendable {
        case fileTooLong(limit: Int)
        case tooManyLines(limit: Int)
        case notText
        case lineTooLong(bytes: Int, limit: Int)
        case controlCharacter(UInt32)
        /// A field is something else than it may be.
        case badValue(field: String, text: String, allowed: String)
        /// A word stands where only these can.
        case unknownWord(String, field: String, allowed: [String])
        case missing(String)
        case twice(String)
        case tooMany(String, limit: Int)
        /// An indented line belongs to nothing.
        case unexpectedBlock(after: String)
        case badProgram(ProgramError)
        case badPriority(PriorityError)
        case needsOrderOfArrival(program: String, policy: String)
        case unknownThread(String, producers: Int, consumers: Int)
        case rightChoices(Int)
    }

    init(_ problem: Problem, line: Int?) {
        self.line = line
        self.problem = problem
    }
}

extension LessonError: CustomStringConvertible {
    package var description: String {
        line.map { "line \($0): \(problem)" } ?? "\(problem)"
    }
}

extension LessonError.Problem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .fileTooLong(let limit): "a lesson has at most \(limit) bytes"
        case .tooManyLines(let limit): "a lesson has at most \(limit) lines"
        case .notText: "this is no UTF-8 text"
        case .lineTooLong(let bytes, let limit):
            "the line has \(bytes) bytes; at most \(limit) are allowed"
        case .controlCharacter(let value):
            "there is a character that cannot be shown: U+\(Self.hexadecimal(value))"
        case .badValue(let field, let text, let allowed):
            "\(field) is \(allowed), not \"\(Self.short(text))\""
        case .unknownWord(let word, let field, let allowed):
            "there is no \(field) \"\(Self.short(word))\"; allowed: "
                + allowed.joined(separator: ", ")
        case .missing(let what): "\(what) is missing"
        case .twice(let what): "\(what) is there twice"
        case .tooMany(let what, let limit): "too many \(what): at most \(limit) are allowed"
        case .unexpectedBlock(let word):
            "\"\(Self.short(word))\" has no indented lines; a line of its own begins at the margin"
        case .badProgram(let error): "\(error)"
        case .badPriority(let error): "\(error)"
        case .needsOrderOfArrival(let program, let policy):
            "program \(program) misplaces jobs, which only policy fifo can show, not \(policy)"
        case .unknownThread(let name, let producers, let consumers):
            "there is no thread \(name): the lesson has \(producers) producers and "
                + "\(consumers) consumers"
        case .rightChoices(let count):
            "a question has one right choice, marked with *, not \(count)"
        }
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// Enough of it to be found again.
    private static func short(_ text: String) -> String {
        text.count > 60 ? "\(text.prefix(59))…" : text
    }
}
