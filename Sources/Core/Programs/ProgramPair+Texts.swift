/// Why texts are no pair of programs.
package enum ProgramError: Error, Equatable, Sendable {
    case wrongCount(Program.Role, count: Int)
    case line(Program.Role, line: Int, StatementError)
    case jumpOutside(Program.Role, line: Int, target: Int)
    case notBegunByProduce
    /// Only programs that misplace jobs may consist of the parts of insert and remove.
    case partsOfWhole
    case correctAndMisplacing
}

extension ProgramError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .wrongCount(let role, let count):
            "the \(role) has \(count) statements: it needs 2 to 255"
        case .line(let role, let line, let error): "the \(role)'s line \(line): \(error)"
        case .jumpOutside(let role, let line, let target):
            "the \(role)'s line \(line): a jump to line \(target) leaves the program"
        case .notBegunByProduce: "the producer's first statement is not \"produce\""
        case .partsOfWhole:
            "only programs that misplace jobs consist of the parts of insert and remove"
        case .correctAndMisplacing: "a correct program misplaces no jobs"
        }
    }
}

extension ProgramPair {
    /// The pair whose statements are described by these texts.
    ///
    /// - Parameters:
    ///   - name: What a user types.
    ///   - summary: What is special about it.
    ///   - producer: Statements as they are printed, one each.
    ///   - consumer: The same for the consumer.
    ///   - isCorrect: Whether it keeps every promise.
    ///   - misplacesJobs: Whether it may insert into a full buffer or remove from an empty one.
    /// - Throws: What is wrong with the first text that is.
    package init(
        name: String,
        summary: String,
        producer: [String],
        consumer: [String],
        isCorrect: Bool,
        misplacesJobs: Bool
    ) throws(ProgramError) {
        guard !isCorrect || !misplacesJobs else { throw .correctAndMisplacing }
        let producer = try Program(.producer, texts: producer)
        let consumer = try Program(.consumer, texts: consumer)
        // Whoever begins another program anew with a job in hand goes on after this line.
        guard producer.statements.first == .produce else { throw .notBegunByProduce }
        guard misplacesJobs || !(producer.hasParts || consumer.hasParts) else {
            throw .partsOfWhole
        }
        self.init(
            name: name,
            summary: summary,
            producer: producer,
            consumer: consumer,
            isCorrect: isCorrect,
            misplacesJobs: misplacesJobs
        )
    }
}

extension Program {
    fileprivate init(_ role: Role, texts: [String]) throws(ProgramError) {
        guard (2...255).contains(texts.count) else {
            throw .wrongCount(role, count: texts.count)
        }
        var statements: [Statement] = []
        for (index, text) in texts.enumerated() {
            do throws(StatementError) {
                statements.append(try Statement(text))
            } catch {
                throw .line(role, line: index + 1, error)
            }
        }
        for (index, statement) in statements.enumerated() {
            guard let target = statement.target, target >= texts.count else { continue }
            throw .jumpOutside(role, line: index + 1, target: target + 1)
        }
        self.init(role, statements)
    }

    fileprivate var hasParts: Bool {
        statements.contains { statement in
            switch statement {
            case .insertPart, .removePart: true
            default: false
            }
        }
    }
}
