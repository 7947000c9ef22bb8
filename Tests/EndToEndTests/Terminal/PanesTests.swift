import Testing

extension TerminalTests {
    @Suite("Panes", .serialized)
    struct PanesTests {
        @Test("at 80×24 all five panes are there, and jobs show up in them")
        func jobs() async throws {
            let dashboard = try await LiveDashboard("--rate 100")
            let devices = try Child(
                .device,
                "127.0.0.1",
                "\(dashboard.port)",
                "--jobs",
                "4",
                "--seconds",
                "1",
                "--interval",
                "0"
            )
            let plain = try await dashboard.sender().deliver("plain:7")

            let end = try await devices.waitForEnd()
            try await dashboard.window.show("four devices' sums") { text in
                text.contains(#/ 1 +4 s .* 4 jobs/#) && text.contains(#/ 2 +4 s .* 4 jobs/#)
                    && text.contains(#/ 3 +4 s .* 4 jobs/#)
                    && text.contains(#/ plain +7 s .* 1 job /#)
                    && text.contains("15 + 0 + 0 in hand = 15 ✓") && text.contains("finished job")
                    && (TerminalTests.titles + ["RUNNING", "space pause  n step"])
                        .allSatisfy { text.contains($0) }
            }

            #expect(end == .exited(0))
            #expect(plain == "plain:7")
        }

        @Test("jobs that wait are seen in the buffer, in the order in which they will leave")
        func waitingJobs() async throws {
            let dashboard = try await LiveDashboard("--consumers 0 --policy sjf")
            let sender = try dashboard.sender()

            for job in ["a:30", "b:10", "c:20"] { _ = try await sender.deliver(job) }
            let screen = try await dashboard.window.show(
                "Buffer 3/15",
                "▸b:10 c:20 a:30",
                "20 %",
                "inserted job 3 (device c, 20 s)"
            )

            #expect(screen.contains(#/empty +12 ■/#))
        }

        @Test("a full buffer shows who waits for what")
        func fullBuffer() async throws {
            let dashboard = try await LiveDashboard("--capacity 2 --consumers 0")

            for number in 1...4 { try dashboard.sender().send("\(number):1") }
            try await dashboard.window.show("who waits") { screen in
                screen.contains("1 received, not yet produced") && screen.contains("Buffer 2/2")
                    && screen.contains(#/empty +0 .*waiting P1/#)
                    && screen.contains("P1 waits for empty, which is 0")
                    && screen.contains(#/P1 wait\(empty\) +blocked/#)
            }
        }

        @Test("the line that says how to send a job is complete and works", .needs(.nc))
        func invitation() async throws {
            let dashboard = try await LiveDashboard("--rate max")
            let screen = try await dashboard.window.showAtRest("no job yet; send one:")
            let lines = #/│ (echo [^│]*\|) *│[^\n]*\n│ (nc [^│]*?) *│/#
            let line = try #require(screen.firstMatch(of: lines), "\(screen)")

            let shell = try Child("/bin/sh", ["-c", "\(line.1) \(line.2)"])
            let end = try await shell.waitForEnd()

            #expect(end == .exited(0))
            #expect(shell.text.hasPrefix("anna:3"))
            try await dashboard.window.show("finished job 1 (device anna, 3 s)")
        }

        @Test("hostile names do not reach the terminal")
        func hostileNames() async throws {
            let dashboard = try await LiveDashboard("--consumers 0")

            _ = try await dashboard.sender().deliver("\u{9b}2Ja\u{202e}b\u{200d}c:5")
            try await dashboard.window.show("the name and all panes") { screen in
                (TerminalTests.titles + ["▸2Jabc:5"]).allSatisfy { screen.contains($0) }
            }
        }

        @Test("the demo moves every pane within a moment")
        func demo() async throws {
            let window = try await TerminalWindow()

            try await window.enter("'\(BuiltProgram.signalbox.path)' demo")
            try await window.show("moving panes") { text in
                text.contains("executes job") && text.contains(#/[0-9] of [0-9] s/#)
                    && text.contains(#/ [1-9][0-9]* s .*[1-9] jobs? /#)
            }
            try await window.press("q")
            try await window.showPrompt()

            #expect(try await window.answer("$?") == "0")
            try await window.expectRestored()
        }
    }
}
