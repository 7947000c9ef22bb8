import Testing

@testable import Core

@Suite("A lesson's own programs", .timeLimit(.minutes(5)))
struct OwnProgramTests {
    private static let shared = [
        "wait(empty)", "wait(full)", "wait(mutex)", "wait(empty, 1 s)", "tryWait(full)",
        "signal(mutex)", "signal(empty)", "signal(full)", "waitCondition(notEmpty)",
        "waitCondition(changed)", "notify(notEmpty)", "notify(changed)",
    ]
    private static let producers = [
        "produce", "insert", "slot = in", "buffer[slot] = job", "in = slot + 1",
    ]
    private static let consumers = [
        "remove", "execute", "slot = out", "job = buffer[slot]", "out = slot + 1",
    ]

    private func program(
        of words: [String],
        beginning: String?,
        _ random: inout RandomNumbers
    ) -> String {
        let count = Int.random(in: 2...9, using: &random)
        let lines = (0..<count).map { place in
            if place == 0, let beginning { return "  \(beginning)\n" }
            let target = Int.random(in: 1...count, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0: return "  go to \(target)\n"
            case 1, 2:
                let test = Statement.Test.allCases.randomElement(using: &random)
                return "  if \(test ?? .jobThere): go to \(target)\n"
            default:
                return "  \((words + Self.shared).randomElement(using: &random) ?? "execute")\n"
            }
        }
        return lines.joined()
    }

    private func lesson(seed: UInt64) -> String {
        var random = RandomNumbers(seed: seed)
        var text = """
            title: T
            summary: S
            capacity: \(Int.random(in: 1...3, using: &random))
            producers: \(Int.random(in: 0...3, using: &random))
            consumers: \(Int.random(in: 0...3, using: &random))
            seed: \(seed)
            program: own

            """
        text += "producer:\n" + program(of: Self.producers, beginning: "produce", &random)
        text += "consumer:\n" + program(of: Self.consumers, beginning: nil, &random)
        text += "chapter One\nsay Hello\nsend A:1 B:2 C:1 A:1\n"
        let beats = [
            "step x20", "run 3 s", "run until nothing moves", "send D:1", "program correct",
            "program own",
        ]
        for _ in 0..<8 { text += (beats.randomElement(using: &random) ?? "run 1 s") + "\n" }
        return text
    }

    @Test("whatever the statements and their order, checking comes to an end without a trap")
    func anyProgram() throws {
        for seed in 1...60 as ClosedRange<UInt64> {
            let text = lesson(seed: seed)
            let check = LessonCheck(try Lesson(Array(text.utf8), name: "seed \(seed)"))
            // Steps may find nobody who can move, and threads may never rest; nothing else can be
            // wrong here.
            if let failure = check.failure {
                let isKnown =
                    failure.expected.hasPrefix("somebody does")
                    || failure.expected == "nothing moves"
                #expect(isKnown, "seed \(seed): \(failure.expected)")
            }
        }
    }

    @Test("a statement of the other role is refused with its line, also after an empty line")
    func otherRole() {
        let text = "title: T\nsummary: S\nprogram: own\nconsumer:\n  wait(full)\n\n  insert\n"

        #expect(
            throws: LessonError(
                .badValue(
                    field: "a statement of an own consumer",
                    text: "insert",
                    allowed: "none of produce, insert and its parts, execute(… s) and put back"
                ),
                line: 7
            )
        ) {
            try Lesson(Array((text + "chapter One\nsay Hello\n").utf8), name: "test")
        }
    }
}
