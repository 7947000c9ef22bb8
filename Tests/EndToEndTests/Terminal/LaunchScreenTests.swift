import Glibc
import Testing

extension TerminalTests {
    @Suite("Server and clients as processes, in a terminal", .needs(.tmux))
    struct LaunchScreenTests {
        @Test("the clients' lines are in the log, and q leaves none of them behind")
        func quit() async throws {
            let window = try await TerminalWindow()
            try await window.enter(
                "'\(BuiltProgram.signalbox.path)' launch localhost 0 --interval 1000 --pause 1000"
            )
            // Whoever has said something has also asked to be told when it shall end.
            try await window.show("the dashboard") { $0.contains("Log") }
            try await window.press("/")
            try await window.enter("] ")
            try await window.show("a line of each client in the log") { screen in
                ["P1", "P2", "C1", "C2"].allSatisfy { name in
                    screen.split(separator: "\n").contains { $0.contains("] \(name) ") }
                }
            }
            let launcher = try #require(try await window.programs().first)
            let clients = try await Waiting.until("four clients") {
                let clients = Processes.children(of: launcher)
                return clients.count == 4 ? clients : nil
            }

            try await window.press("q")
            try await window.showPrompt()

            for client in clients { #expect(kill(client, 0) == -1 && errno == ESRCH) }
            #expect(try await window.screen().contains(#/\[[0-9]+\] C2: 0|C2: 1/#))
            try await window.expectRestored()
        }
    }
}
