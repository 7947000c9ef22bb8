import Foundation
import Testing

extension TerminalTests {
    @Suite("The device client's screen", .needs(.tmux))
    struct ClientScreenTests {
        @Test("jobs are sent by keys and answered, and q gives the terminal back with the report")
        func keys() async throws {
            let server = try await HeadlessServer("--rate max")
            let window = try await TerminalWindow()
            try await window.enter(
                "'\(BuiltProgram.device.path)' run 127.0.0.1 \(server.port) --tui --jobs 1"
                    + " --interval 1000 --devices 2"
            )
            try await window.show("the title") { $0.contains("RUNNING ×1.0") }

            try await window.press("n")
            try await window.show("a reply") { $0.contains("1 replied") }
            try await window.press("Space")
            try await window.show("the pause") { $0.contains("PAUSED") }
            try await window.press("b")
            try await window.show("a burst") { $0.contains("11 replied") }
            try await window.press("?")
            try await window.show("the help") { $0.contains("burst: ten jobs at once") }
            try await window.press("x", "q")
            try await window.showPrompt()

            let screen = try await window.screen()
            try await window.expectRestored()
            #expect(screen.contains("total: 11 sent, 11 replied, 0 unanswered"))
            let summary = try await server.terminateWhenDone()
            #expect(summary.line("Jobs:").hasPrefix("Jobs: 11 done"))
        }

        @Test("Ctrl-C while a reply is awaited restores the terminal too")
        func interrupt() async throws {
            let server = try await HeadlessServer("--paused")
            let window = try await TerminalWindow()
            try await window.enter(
                "'\(BuiltProgram.device.path)' run 127.0.0.1 \(server.port) --tui --interval 0"
            )
            try await window.show("a job without a reply") { $0.contains("sent, no reply") }

            try await window.press("C-c")
            try await window.showPrompt()

            #expect(try await window.answer("$?") == "130")
            try await window.expectRestored()
        }

        @Test("without a terminal it says what it needs")
        func noTerminal() async throws {
            let child = try Child(.device, "run", "127.0.0.1", "9", "--tui")

            #expect(try await child.waitForEnd() == .exited(2))
            #expect(child.errorText.contains("terminal"))
        }
    }
}
