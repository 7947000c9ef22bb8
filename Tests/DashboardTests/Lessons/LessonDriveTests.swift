import Core
import Foundation
import Testing

@testable import Dashboard

@Suite("A lesson's file and its drive", .timeLimit(.minutes(5)))
struct LessonDriveTests {
    @Test("a pipe without a writer is no lesson, and nobody waits for one")
    func pipe() throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "signalbox-pipe-\(UUID().uuidString)").path
        #expect(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }

        #expect(throws: StartError.self) { try LessonFile(path) }
    }

    @Test(
        "a chapter that is never reached does not keep the keys from being heard",
        arguments: [0, 1]
    )
    func endless(chapter: Int) throws {
        let text = """
            title: T
            summary: S
            program: busy-wait
            chapter One
            run until nothing moves
            say Hello
            chapter Two
            say Never
            """
        let lesson = try Lesson(Array(text.utf8), name: "test")

        let drive = LessonDrive(lesson, from: chapter, history: 1024, clock: SystemClock())
        defer { drive.stage.stop() }

        #expect(drive.view.phase == .acting)
    }

    @Test("enter while threads run lets them run faster, until the next page")
    func hurry() throws {
        let text = """
            title: T
            summary: S
            chapter One
            say Hello
            send A:20
            run until nothing moves
            say There
            """
        let lesson = try Lesson(Array(text.utf8), name: "test")
        let drive = LessonDrive(lesson, from: 0, history: 1024, clock: SystemClock())
        defer { drive.stage.stop() }
        drive.goOn(answer: nil)
        drive.goOn(answer: nil)
        let start = ContinuousClock.now
        while drive.view.phase == .acting { if drive.isDue { drive.advance() } }

        #expect(ContinuousClock.now - start < .seconds(15))
        #expect(drive.stage.state.consumed == 1)
        #expect(drive.stage.state.rate == .normal)
    }
}
