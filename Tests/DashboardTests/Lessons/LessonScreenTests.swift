import Core
import TerminalUI
import Testing

@testable import Dashboard

@Suite("A lesson on the screen", .timeLimit(.minutes(5)))
struct LessonScreenTests {
    private static let sizes = [(20, 5), (40, 12), (60, 15), (80, 24), (120, 40)]

    @Test("a page is read whole at 80x24, with the program beside what it talks about")
    func page() {
        let text = Screen.draw(Fixture.lesson(.reading)).text

        #expect(text.contains("2/3 The buffer is full"))
        #expect(text.contains("✓ full = 1"))
        #expect(text.contains("enters the critical section."))
        #expect(text.contains("enter go on"))
        #expect(text.contains("wait(mutex)"))
    }

    @Test("the line that a thread has come to is on the screen, also of a long program")
    func longProgram() throws {
        let lesson = try #require(LessonCatalog.named("round-robin")).lesson()
        let stage = RehearsalStage(lesson.settings)
        let player = LessonPlayer(lesson, on: stage)
        while player.question == nil {
            player.goOn()
            player.advance()
        }
        let consumer = try #require(stage.state.threads.first { $0.role == .consumer })
        for _ in 0..<7 {
            var model = Fixture.model(stage.state)
            model.lesson = LessonView(player)
            #expect(Screen.draw(model).text.contains(" ◂ C1"))
            _ = stage.step(consumer.id)
        }
    }

    @Test("a question hides what is wrong, which would be the answer")
    func question() {
        var model = Fixture.lesson(.asking)
        model.live.verdict = Verdict(title: "Deadlock", text: "THE ANSWER", drawing: [])

        #expect(!Screen.draw(model).text.contains("THE ANSWER"))
        model.lesson = Fixture.lesson(.reading).lesson
        #expect(Screen.draw(model).text.contains("THE ANSWER"))
    }

    @Test("a question is read whole at 40x12, with all its choices")
    func smallQuestion() {
        let text = Screen.draw(Fixture.lesson(.asking, width: 40, height: 12)).text

        #expect(text.contains("  3 It inserts all the same."))
    }

    /// The screens of a lesson's pages, each with the last words that are to be read on it.
    private func pages(
        _ entry: LessonCatalog.Entry,
        width: Int,
        height: Int
    ) throws -> [(words: String, screen: String)] {
        let lesson = try entry.lesson()
        let stage = RehearsalStage(lesson.settings)
        let player = LessonPlayer(lesson, on: stage)
        var pages: [(String, String)] = []
        while player.phase != .over {
            if player.phase == .reading {
                var model = Fixture.model(stage.state, width: width, height: height)
                model.lesson = LessonView(player)
                let text = player.question?.choices.last?.text ?? player.narration.last ?? ""
                let words = text.split(separator: " ").suffix(1).joined()
                pages.append((words, Screen.draw(model).text))
                if let right = player.question?.right {
                    player.choose(right)
                } else {
                    player.goOn()
                }
            }
            player.advance()
        }
        return pages
    }

    @Test("every page of every lesson is read to its end at 80x24, and where it is cut, it says so")
    func wholePages() throws {
        for entry in LessonCatalog.all {
            for page in try pages(entry, width: 80, height: 24) {
                #expect(page.screen.contains(page.words), "\(entry.name): \(page.words)")
            }
            for page in try pages(entry, width: 40, height: 12) {
                let isWhole = page.screen.contains(page.words)
                #expect(isWhole || page.screen.contains("…"), "\(entry.name): \(page.words)")
            }
        }
    }

    @Test("what was expected and is not so is an alarm with its line")
    func failed() throws {
        let frame = Screen.draw(Fixture.lesson(.failed))

        #expect(frame.text.contains("✗ line 5: expected: full = 3; but full is 0"))
        #expect(frame.style(of: "✗ line 5") == .alarm)
    }

    @Test("every size can be drawn, in every phase", arguments: Fixture.LessonMoment.allCases)
    func anySize(moment: Fixture.LessonMoment) {
        for width in 0...130 where width % 7 < 2 {
            for height in 0...50 where height % 5 < 2 {
                let frame = Screen.draw(Fixture.lesson(moment, width: width, height: height))
                #expect(frame.width == width && frame.height == height)
            }
        }
    }

    @Test("pages and questions", arguments: sizes)
    func goldens(width: Int, height: Int) throws {
        for moment in [Fixture.LessonMoment.reading, .asking] {
            let frame = Screen.draw(Fixture.lesson(moment, width: width, height: height))
            try GoldenTests().check(frame, "lesson-\(moment)-\(width)x\(height)")
        }
    }
}

extension Fixture {
    enum LessonMoment: CaseIterable {
        case reading, asking, failed, over
    }

    private static let script = """
        title: Swapped waits
        summary: S
        capacity: 1
        program: swapped-waits
        chapter It goes well
        say The same statements, in another order.
        send A:1 A:1
        step P1 x6
        expect full = 1
        chapter The buffer is full
        say P1 takes its second job and enters the critical section.

          Both jobs are from the same device.
        step P1 x2
        ask Now P1 comes to wait(empty), and empty is 0. What happens?
          - It leaves the critical section and waits outside. [mutex = 1]
          * It waits for empty, and keeps the mutex. [P1 holds mutex]
          - It inserts all the same. [lost = 1]
        step P1
        chapter What went wrong
        say A circle.
        """

    private static let wrongScript = """
        title: Wrong
        summary: S
        chapter One
        say Hello
        expect full = 3
        say End
        """

    /// A lesson at one of its moments, on the state that it has then.
    static func lesson(
        _ moment: LessonMoment,
        width: Int = 80,
        height: Int = 24
    ) -> DashboardModel {
        let script = moment == .failed ? wrongScript : script
        guard let lesson = try? Lesson(Array(script.utf8), name: "test") else {
            preconditionFailure("the fixture's lesson cannot be read")
        }
        let stage = RehearsalStage(lesson.settings)
        let player = LessonPlayer(lesson, on: stage)
        let pages = [LessonMoment.reading: 2, .asking: 3, .failed: 2, .over: 100][moment] ?? 1
        var read = 0
        while player.phase != .over {
            if player.phase == .reading {
                read += 1
                if read == pages { break }
                player.goOn()
            }
            player.advance()
        }
        var model = model(stage.state, width: width, height: height)
        model.setup.source = "Swapped waits"
        model.lesson = LessonView(player)
        return model
    }
}
