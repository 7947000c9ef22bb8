import Foundation
import Glibc
import Testing

extension TerminalTests {
    @Suite("Replays", .serialized)
    struct ReplayTests {
        /// A run in the dashboard, recorded and looked back into, then replayed in another window.
        @Test("a moment of the live engine's past and of its recording are the same, cell for cell")
        func sameMoment() async throws {
            let path = NSTemporaryDirectory() + "signalbox-\(UUID().uuidString).jsonl"
            defer { unlink(path) }
            let dashboard = try await LiveDashboard(
                "--program swapped-waits --capacity 2 --rate 20 --record \(path)"
            )
            let senders = try (1...6).map { number in
                let sender = try dashboard.sender()
                try sender.send("\(number):1")
                return sender
            }
            try await dashboard.window.show("DEADLOCK")
            try await dashboard.window.show("C1 waits for mutex (line 2), held by P1.")
            try await dashboard.window.press("[")
            let mark = try await dashboard.window.show("Deadlock, event")
            let found = mark.firstMatch(of: #/Deadlock, event ([0-9]+)/#).flatMap { Int($0.1) }
            let number = try #require(found) - 3
            try await dashboard.window.press("Left", "Left", "Left")
            let live = try await dashboard.window.showAtRest("event \(number),")
            try await dashboard.window.press("q")
            _ = try await dashboard.shell()

            let window = try await TerminalWindow()
            try await window.enter("'\(BuiltProgram.signalbox.path)' replay \(path)")
            try await window.show("REPLAY")
            try await window.press("End", "[", "Left", "Left", "Left")
            let replayed = try await window.showAtRest("event \(number)  REPLAY paused")

            #expect(replayed.from("┌ Buffer").panes == live.from("┌ Buffer").panes)
            _ = senders
            try await window.press("q")
            try await window.showPrompt()
            try await window.expectRestored()
        }

        @Test("without a terminal replay says so, exit code 2")
        func noTerminal() async throws {
            let child = try Child(BuiltProgram.signalbox.path, ["replay", "/nowhere/at/all"])

            #expect(try await child.waitForEnd() == .exited(2))
            #expect(child.errorText.contains("/nowhere/at/all"))
        }
    }
}

extension Substring {
    /// All lines but the last, which tells the keys.
    fileprivate var panes: [Substring] { split(separator: "\n").dropLast() }
}
