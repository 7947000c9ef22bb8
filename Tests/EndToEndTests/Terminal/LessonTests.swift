import Core
import Glibc
import Testing

extension TerminalTests {
    @Suite("Lessons", .serialized)
    struct LessonTests {
        private func start(_ name: String) async throws -> TerminalWindow {
            let window = try await TerminalWindow()
            try await window.enter("'\(BuiltProgram.signalbox.path)' lesson \(name)")
            try await window.show("enter go on")
            return window
        }

        @Test("one is played to its end with enter and digits; the score is printed")
        func toTheEnd() async throws {
            let window = try await start("swapped-waits")
            try await window.show("1/3 It goes well")
            try await window.press("Enter")
            try await window.show("✓ full = 1")
            try await window.show("Tests would pass.")
            try await window.press("Enter")
            try await window.show("2/3 The buffer is full")
            try await window.press("Enter")
            try await window.show("1 to 3 answer")
            try await window.press("2")
            try await window.show("✓ right: 2")
            try await window.press("1")
            try await window.show("✗ wrong; right is 3")
            try await window.show("✓ deadlock")
            try await window.show("this is a deadlock")
            try await window.press("Enter")
            try await window.show("✓ consumed = 2")
            try await window.show("Both jobs are done.")
            try await window.press("Enter")
            try await window.show("The end of Swapped waits.")

            try await window.press("q")
            try await window.show("1 of 2 answers were right")
            try await window.showPrompt()
            try await window.expectRestored()
        }

        @Test("b begins the chapter again, also a later one")
        func chapterAgain() async throws {
            let window = try await start("walk")
            try await window.press("Enter")
            try await window.show("1 to 3 answer")
            try await window.press("1")
            try await window.show("✗ wrong; right is 2")
            try await window.press("b")
            try await window.show("A buffer of three slots is empty")
            try await window.press("Enter")
            try await window.show("1 to 3 answer")
            try await window.press("Enter")
            try await window.show("One slot less is free")
            try await window.press("Enter")
            try await window.show("2/3 Remove, insert")
            try await window.press("Enter")
            try await window.show("The slot of A is free again")

            try await window.press("b")

            try await window.show("it removes the older job, A")
            try await window.press("Enter")
            try await window.show("✓ order A")
            try await window.show("The slot of A is free again")
            try await window.press("q")
            try await window.showPrompt()
        }

        @Test("p asks before each step of a lesson, and keeps the score")
        func predicting() async throws {
            let window = try await start("first-steps")
            try await window.press("Enter")
            try await window.show("Three semaphores")
            try await window.press("p")
            try await window.show("each step of the lesson is asked for now")
            try await window.press("Enter")
            // The first statement takes a job, which no state foretells.
            try await window.show("2/3 The producer inserts")
            try await window.press("Enter")
            try await window.show("What comes next?")
            try await window.press("1")
            try await window.show("of 1 right")
            try await window.press("Enter")
            try await window.show("How many jobs are in the buffer now?")
            try await window.press("q")
            try await window.showPrompt()
        }

        @Test("p asks in any paused run, too")
        func paused() async throws {
            let dashboard = try await LiveDashboard("--paused --consumers 2")
            try await dashboard.window.press("p")
            try await dashboard.window.show("What comes next?")
            try await dashboard.window.press("1")
            try await dashboard.window.show("of 1 right")
            try await dashboard.window.press("Escape")
            try await dashboard.window.show("the panes") { !$0.contains("of 1 right") }
            try await dashboard.window.press("q")
            _ = try await dashboard.shell()
        }
    }
}
