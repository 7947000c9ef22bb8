import Foundation
import Testing

@testable import Core

@Suite("Lessons are checked", .timeLimit(.minutes(5)))
struct LessonCheckTests {
    @Test("every built-in lesson is as it says", arguments: LessonCatalog.all.map(\.name))
    func builtIn(name: String) throws {
        let lesson = try #require(LessonCatalog.named(name)).lesson()

        let check = LessonCheck(lesson)

        #expect(check.failure == nil)
        #expect(check.held > 0)
        #expect(check.pages.count > 2)
    }

    @Test("there are at least twelve, with names and titles that differ")
    func catalog() throws {
        let lessons = try LessonCatalog.all.map { try $0.lesson() }

        #expect(lessons.count >= 12)
        #expect(Set(lessons.map(\.name)).count == lessons.count)
        #expect(Set(lessons.map(\.title)).count == lessons.count)
    }

    @Test("every program of the catalog has a lesson")
    func programs() throws {
        let shown = try LessonCatalog.all.map { try $0.lesson().settings.kernel.programs.name }

        for programs in ProgramCatalog.all { #expect(shown.contains(programs.name)) }
    }

    private func failure(_ script: String) throws -> String {
        let text = "title: T\nsummary: S\ncapacity: 1\nconsumers: 2\nchapter One\nsay Hello\n"
        let lesson = try Lesson(Array((text + script).utf8), name: "test")
        return LessonCheck(lesson).failure?.description ?? "none"
    }

    @Test(
        "a lesson with a wrong expectation fails with a sentence that says where",
        arguments: [
            ("expect full = 3\n", "line 7: expected: full = 3; but full is 0"),
            (
                "expect P1 waits for empty\n",
                "line 7: expected: P1 waits for empty; but P1 can go on when the engine does: "
                    + "line 1, produce, is next"
            ),
            ("expect deadlock\n", "line 7: expected: deadlock; but nothing is wrong"),
            ("expect order A\n", "line 7: expected: order A; but the order is empty"),
            (
                "expect mean waiting = 1 s\n",
                "line 7: expected: mean waiting = 1 s; but no job is done"
            ),
            ("expect P1 holds mutex\n", "line 7: expected: P1 holds mutex; but nobody holds mutex"),
            ("expect P1 has A:1\n", "line 7: expected: P1 has A:1; but P1 has no job"),
            ("expect words 00000001\n", "line 7: expected: words 00000001; but the words are none"),
            (
                "expect same reply\n",
                "line 7: expected: same reply; but the replies differ, or there are not two"
            ),
            (
                "step C1 x2\n",
                "line 7: expected: C1 does 2 statements; but C1 waits for full: "
                    + "the buffer is empty; P1 is at line 1, produce, and will then insert one"
            ),
        ]
    )
    func wrong(script: String, sentence: String) throws {
        #expect(try failure(script) == sentence)
    }

    @Test("a question whose marked choice is not what happens fails at that choice")
    func wrongAnswer() throws {
        let script = """
            ask What is full after the insert?
              - 1 [full = 1]
              * 0 [full = 0]
            send A:1
            step P1 x6
            say Well?

            """

        #expect(
            try failure(script)
                == "line 8: expected: \"1\" is wrong, so not: full = 1; but full is 1"
        )
    }

    private func failure(ofBusyWaiting script: String) throws -> LessonFailure {
        let text = "title: T\nsummary: S\nprogram: busy-wait\nchapter One\nsay Hello\n"
        let lesson = try Lesson(Array((text + script).utf8), name: "test")
        return try #require(LessonCheck(lesson).failure)
    }

    @Test("the end of the script is found although threads would run for ever")
    func endless() throws {
        let script = "run 5 s\nstep until produced = 1\n"

        #expect(try failure(ofBusyWaiting: script).line == 7)
    }

    @Test("where threads go on for ever, waiting until nothing moves is a failure")
    func restless() throws {
        let failure = try failure(ofBusyWaiting: "run until nothing moves\nexpect consumed = 0\n")

        #expect(failure.line == 6)
        #expect(failure.expected == "nothing moves")
        #expect(failure.was == "C1 can go on")
    }

    @Test("who waits with a time-out moves again", arguments: ["1 s", "0.000001 s"])
    func patience(timeOut: String) throws {
        let text = """
            title: T
            summary: S
            program: impatient
            consumer:
              wait(full, \(timeOut))
              go to 1
            chapter One
            say Hello
            run until nothing moves
            """
        let failure = try #require(try LessonCheck(Lesson(Array(text.utf8), name: "test")).failure)

        #expect(failure.line == 9)
        #expect(failure.was == "C1 can go on")
    }

    @Test(
        "a script that runs and steps again and again is given up",
        arguments: ["run 9 s", "step x1000"]
    )
    func tooLong(beat: String) throws {
        let failure = try failure(
            ofBusyWaiting: String(repeating: beat + "\nsay Hello\n", count: 2000)
        )

        #expect(failure.expected == "the lesson comes to its end")
        #expect((7..<4005).contains(failure.line))
    }

    @Test(
        "a job that comes a quarter of a second earlier or later changes no lesson",
        arguments: [-0.25, 0.25]
    )
    func punctuality(shift: Double) throws {
        for entry in LessonCatalog.all {
            let text = entry.text.replacing(/after ([0-9.]+) s/) { match in
                "after \((Double(match.output.1) ?? 0) + shift) s"
            }
            let check = LessonCheck(try Lesson(Array(text.utf8), name: entry.name))
            #expect(check.failure == nil, "\(entry.name)")
        }
    }

    @Test("the player tells chapter, page, question and score, step by step")
    func player() throws {
        let lesson = try #require(LessonCatalog.named("walk")).lesson()
        let stage = RehearsalStage(lesson.settings)
        let player = LessonPlayer(lesson, on: stage)
        player.advance()
        #expect(player.phase == .reading)
        #expect(player.narration.first?.hasPrefix("A buffer of three slots") == true)
        player.goOn()
        while player.phase == .acting { player.advance() }
        #expect(player.question?.choices.count == 3)

        player.choose(0)
        var statements = 0
        while player.phase == .acting {
            let before = stage.state.number
            player.advance()
            statements += Int(stage.state.number - before)
            #expect(stage.state.number - before <= 1, "one statement at a time")
        }

        #expect(statements == 6)
        #expect(player.score.asked == 1)
        #expect(player.score.right == 0)
        #expect(player.outcomes.first == .answered(isRight: false, right: "2, 2 and 1"))
        #expect(player.failures.isEmpty)
    }

    @Test("the lesson in the format's description holds, and so does its program of one's own")
    func description() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let file = folder.appending(path: "../../../Docs/lesson-format.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let blocks = text.components(separatedBy: "```").enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element.dropFirst()) }

        let example = try #require(blocks.first { $0.hasPrefix("title:") })
        let check = LessonCheck(try Lesson(Array(example.utf8), name: "example"))
        #expect(check.failure == nil)
        #expect(check.held == 3)

        let program = try #require(blocks.first { $0.hasPrefix("program:") })
        let own = "title: T\nsummary: S\n\(program)chapter One\nsay Hello\n"
        let programs = try Lesson(Array(own.utf8), name: "own").settings.kernel.programs
        #expect(programs.consumer.statements.count == 6)
    }
}
