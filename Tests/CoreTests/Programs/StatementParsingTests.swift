import Core
import Testing

@Suite("Statements and programs from their texts")
struct StatementParsingTests {
    private static let all: [Statement] =
        ProgramCatalog.all.flatMap { $0.producer.statements + $0.consumer.statements }
        + Statement.Part.allCases.flatMap { [.insertPart($0), .removePart($0)] }
        + Statement.Test.allCases.map { .jumpIf($0, to: 254) }
        + SemaphoreName.allCases.flatMap { name in
            [
                .wait(name), .signal(name), .tryWait(name), .wait(name, timeOut: Microseconds(1)),
                .wait(name, timeOut: .seconds(2.5)), .wait(name, timeOut: Job.longestCPUTime),
            ]
        }
        + ConditionName.allCases.flatMap { [.waitCondition($0), .notify($0)] }

    @Test("every statement is read from its own description")
    func roundTrip() throws {
        for statement in Self.all {
            #expect(try Statement(statement.description) == statement)
        }
    }

    @Test(
        "an error names what is wrong",
        arguments: [
            ("", .unknownStatement("")), ("Produce", .unknownStatement("Produce")),
            ("wait empty", .unknownStatement("wait empty")),
            ("wait()", .unknownSemaphore("")), ("wait(Full)", .unknownSemaphore("Full")),
            ("signal(empty, 2 s)", .unknownSemaphore("empty, 2 s")),
            ("notify(empty)", .unknownCondition("empty")),
            ("wait(empty, 2)", .badTimeOut(" 2")), ("wait(empty, -1 s)", .badTimeOut(" -1 s")),
            ("wait(empty,2 s)", .badTimeOut("2 s")),
            ("wait(empty, 86401 s)", .badTimeOut(" 86401 s")),
            ("wait(empty, 0.0000001 s)", .badTimeOut(" 0.0000001 s")),
            ("go to 0", .badLine("0")), ("go to 256", .badLine("256")),
            ("go to +1", .badLine("+1")), ("go to", .unknownStatement("go to")),
            ("if raining: go to 2", .unknownTest("raining")),
            ("if timed out go to 2", .unknownStatement("if timed out go to 2")),
            (")(", .unknownStatement(")(")), ("(", .unknownStatement("(")),
        ] as [(String, StatementError)]
    )
    func errors(text: String, error: StatementError) {
        #expect(throws: error) { try Statement(text) }
    }

    @Test("every pair of the catalog is read from its texts")
    func pairs() throws {
        for pair in ProgramCatalog.all {
            let read = try ProgramPair(
                name: pair.name,
                summary: pair.summary,
                producer: pair.producer.statements.map(\.description),
                consumer: pair.consumer.statements.map(\.description),
                isCorrect: pair.isCorrect,
                misplacesJobs: pair.misplacesJobs
            )
            #expect(read == pair)
        }
    }

    @Test(
        "a pair that could not run is an error and no trap",
        arguments: [
            ([], ["remove", "execute"], .wrongCount(.producer, count: 0)),
            (["produce"], ["remove", "execute"], .wrongCount(.producer, count: 1)),
            (
                ["produce", "insert"], Array(repeating: "remove", count: 256),
                .wrongCount(.consumer, count: 256)
            ),
            (["insert", "produce"], ["remove", "execute"], .notBegunByProduce),
            (
                ["produce", "go to 3"], ["remove", "execute"],
                .jumpOutside(.producer, line: 2, target: 3)
            ),
            (
                ["produce", "insert"], ["remove", "dance"],
                .line(.consumer, line: 2, .unknownStatement("dance"))
            ),
            (["produce", "slot = in"], ["remove", "execute"], .partsOfWhole),
        ] as [([String], [String], ProgramError)]
    )
    func pairErrors(producer: [String], consumer: [String], error: ProgramError) {
        #expect(throws: error) {
            try ProgramPair(
                name: "x",
                summary: "",
                producer: producer,
                consumer: consumer,
                isCorrect: false,
                misplacesJobs: false
            )
        }
    }
}
