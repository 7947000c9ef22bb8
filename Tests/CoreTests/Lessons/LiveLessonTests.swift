import Glibc
import Testing

@testable import Core

@Suite("Lessons on the live engine", .timeLimit(.minutes(5)))
struct LiveLessonTests {
    /// Plays a lesson to its end with real threads, and answers every question rightly.
    private func play(_ name: String) throws -> LessonPlayer {
        let lesson = try #require(LessonCatalog.named(name)).lesson()
        let stage = LiveStage(lesson.settings, clock: SystemClock())
        defer { stage.stop() }
        // The lesson's seconds are for people.
        stage.isHurrying = true
        let player = LessonPlayer(lesson, on: stage)
        while player.phase != .over {
            if player.phase == .reading { player.choose(player.question?.right ?? 0) }
            if player.phase == .reading { player.goOn() }
            if !player.advance() { sched_yield() }
        }
        return player
    }

    /// Where jobs come later, being in a hurry changes what meets what.
    private static let withoutDelays = LessonCatalog.all.filter { entry in
        guard let lesson = try? entry.lesson() else { return true }
        return !lesson.chapters.flatMap(\.beats).contains { beat in
            if case .send(_, let delay) = beat.action { delay > .zero } else { false }
        }
    }

    @Test(
        "all that a lesson expects is so with real threads, too",
        arguments: withoutDelays.map(\.name)
    )
    func live(name: String) throws {
        let player = try play(name)

        #expect(player.failures.isEmpty)
        #expect(player.score.right == player.score.asked)
    }

    @Test("a job that is sent is in the producer's hand before the next step, 100 times")
    func sending() throws {
        var settings = EngineSettings()
        settings.kernel.capacity = 64
        settings.startsPaused = true
        let stage = LiveStage(settings, clock: SystemClock())
        defer { stage.stop() }
        let producer = try #require(stage.state.threads.first?.id)
        let device = stage.device(named: "A")

        for number in 0..<100 {
            // It finds nothing, and waits.
            while stage.step(producer) == .permitted(producer) {}
            guard stage.state.occupied < 60 else { break }
            stage.send(Job(device: device, cpuTime: .seconds(1)), after: .zero)
            #expect(stage.step(producer) == .permitted(producer), "job \(number)")
        }
    }

    @Test("in a hurry, a run of some seconds is shorter and the same: what comes later still does")
    func hurry() throws {
        let text = """
            title: T
            summary: S
            chapter One
            send A:4 B:60
            send C:1 after 12 s
            run 8 s
            say Later
            """
        let lesson = try Lesson(Array(text.utf8), name: "test")
        let clock = SystemClock()
        let stage = LiveStage(lesson.settings, clock: clock)
        defer { stage.stop() }
        stage.isHurrying = true
        let player = LessonPlayer(lesson, on: stage)
        while player.phase == .acting { if !player.advance() { sched_yield() } }

        #expect(stage.state.consumed == 1)
        #expect(stage.state.produced == 2)
        #expect(stage.waitingJobs == 0)
        #expect(clock.now < .seconds(7))
        #expect(stage.state.rate == .normal)
    }

    @Test("a delayed job comes only while the threads run")
    func delayed() {
        var settings = EngineSettings()
        settings.startsPaused = true
        let stage = LiveStage(settings, clock: SystemClock())
        defer { stage.stop() }
        stage.send(
            Job(device: stage.device(named: "A"), cpuTime: .seconds(0.01)),
            after: .seconds(0.05)
        )
        #expect(stage.waitingJobs == 0)

        while !stage.run(until: nil) { sched_yield() }

        #expect(stage.state.consumed == 1)
        #expect(stage.record.finished == [stage.device(named: "A")])
        #expect(stage.mean(.turnaround) != nil)
        #expect(stage.state.isPaused)
    }
}
