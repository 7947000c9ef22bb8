import Glibc
import Testing

extension TerminalTests {
    /// However the program ends, the person gets a usable terminal back.
    @Suite("Endings", .serialized)
    struct EndingTests {
        enum Way: Equatable {
            case key(String)
            case signal(Int32)
        }

        @Test(
            "q, Ctrl-C and signals restore the terminal, print the summary and end with 0",
            arguments: [
                Way.key("q"), .key("C-c"), .key("C-\\"), .signal(SIGTERM), .signal(SIGHUP),
                .signal(SIGQUIT), .signal(SIGINT),
            ]
        )
        func ends(way: Way) async throws {
            let dashboard = try await busyDashboard()

            try await end(dashboard, way)
            let screen = try await dashboard.shell()

            #expect(screen.contains("Device 1 consumed 0.2 seconds of CPU time"))
            #expect(screen.contains("Jobs: 1 done, 3 not run; 0.2 seconds of CPU time"))
            #expect(
                screen.contains("Nothing lost, nothing doubled: 4 produced = 1 consumed + 3 held")
            )
            #expect(screen.contains("signalbox' serve"), "the screen from before is back")
            #expect(!screen.contains("┌"))
            #expect(try await dashboard.window.answer("$?") == "0")
            try await dashboard.window.expectRestored()
        }

        @Test(
            "a crash restores the terminal and keeps the signal's exit code",
            arguments: [SIGSEGV, SIGABRT, SIGILL, SIGTRAP, SIGBUS, SIGFPE]
        )
        func crashes(signal: Int32) async throws {
            let dashboard = try await busyDashboard()

            try await end(dashboard, .signal(signal))
            let screen = try await dashboard.shell()

            #expect(!screen.contains("┌"))
            #expect(try await dashboard.window.answer("$?") == "\(128 + signal)")
            try await dashboard.window.expectRestored()
        }

        @Test("a closed terminal ends the program at once")
        func closedTerminal() async throws {
            let dashboard = try await busyDashboard()

            try await dashboard.window.closePane()

            try await Waiting.until("the end of the program") {
                // Where nobody collects orphans, as in some containers, one stays as a zombie.
                [nil, "Z"].contains(Processes.state(of: dashboard.pid)) ? () : nil
            }
        }

        @Test("Ctrl-Z gives the terminal back, and fg the screen")
        func suspends() async throws {
            let dashboard = try await busyDashboard()
            let window = dashboard.window

            try await window.press("C-z")
            try await window.showPrompt()
            try await window.expectRestored()
            let state = Processes.state(of: dashboard.pid)
            try await window.enter("fg")
            try await window.show("the screen") { text in
                text.contains("RUNNING") && TerminalTests.titles.allSatisfy { text.contains($0) }
            }
            try await window.press("Space")
            try await window.show("PAUSED")
            try await window.press("C-z")
            try await window.showPrompt()
            try await window.enter("fg")
            try await window.show("PAUSED")
            try await window.press("q")
            try await window.show("Jobs: 1 done, 3 not run")
            try await window.showPrompt()

            #expect(state == "T")
            #expect(try await window.answer("$?") == "0")
            try await window.expectRestored()
        }

        @Test("a run that reaches --exit-after leaves the screen by itself")
        func complete() async throws {
            let dashboard = try await LiveDashboard("--exit-after 2 --rate max")

            for job in ["3:5", "3:7"] { _ = try await dashboard.sender().deliver(job) }
            let screen = try await dashboard.shell()

            #expect(screen.contains("Device 3 consumed 12 seconds of CPU time"))
            #expect(screen.contains("Jobs: 2 done, 0 not run"))
            #expect(try await dashboard.window.answer("$?") == "0")
            try await dashboard.window.expectRestored()
        }

        /// A dashboard with one job done, one running for long, and two in the buffer.
        private func busyDashboard() async throws -> LiveDashboard {
            let dashboard = try await LiveDashboard()
            let sender = try dashboard.sender()
            for job in ["1:0.2", "2:600", "3:5", "4:5"] { _ = try await sender.deliver(job) }
            // Not by the log, where the other two's lines push each other out.
            try await dashboard.window.show("a busy engine") { text in
                text.contains("C1 execute 2:600") && text.contains("Buffer 2/15")
            }
            return dashboard
        }

        private func end(_ dashboard: LiveDashboard, _ way: Way) async throws {
            switch way {
            case .key(let key): try await dashboard.window.press(key)
            case .signal(let signal): kill(dashboard.pid, signal)
            }
        }
    }
}
