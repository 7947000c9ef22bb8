import Testing

@testable import Dashboard

extension TerminalTests {
    @Suite("Keys", .serialized)
    struct KeysTests {
        @Test("space pauses and resumes")
        func pause() async throws {
            let dashboard = try await LiveDashboard()

            try await dashboard.window.press("Space")
            try await dashboard.window.show("PAUSED", "space resume")
            try await dashboard.window.press("Space")
            try await dashboard.window.show("RUNNING", "space pause", "resumed")
        }

        @Test("n moves one thread by exactly one statement, from produce to the job's end")
        func step() async throws {
            let dashboard = try await LiveDashboard("--paused", height: 60)
            try dashboard.sender().send("7:3")
            var steps = 0
            var before = sentences(
                try await dashboard.window.showAtRest("1 received, not yet produced")
            )
            let atStart = before.count

            while !before.contains(where: { $0.contains("finished job 1") }), steps < 30 {
                try await dashboard.window.press("n")
                steps += 1
                let after = sentences(
                    try await dashboard.window.showAtRest("the effect of step \(steps)") { text in
                        sentences(text).count > before.count
                    }
                )
                #expect(Array(after.dropFirst()) == before, "one sentence more")
                before = after
            }

            #expect(before.count == atStart + steps)
            for part in [
                "P1 produced job 1 (device 7, 3 s)", "P1 took a unit of empty: 14 left",
                "P1 inserted job 1 (device 7, 3 s) into slot 0", "C1 removed job 1",
                "C1 finished job 1 (device 7, 3 s): 3 s of CPU time",
            ] {
                #expect(before.contains { $0.contains(part) }, "\(part)")
            }
            let screen = try await dashboard.window.show("PAUSED")
            #expect(screen.contains(#/ 7 +3 s .* 1 job /#))
        }

        @Test("n pauses a running engine first, and says so where nobody can move")
        func stepOfRunning() async throws {
            let dashboard = try await LiveDashboard()
            try await dashboard.window.show("P1 waits for a job from a device") {
                $0.contains(#/produce +waits for a job [0-9]/#)
            }

            try await dashboard.window.press("n")

            try await dashboard.window.show("PAUSED")
            try await dashboard.window.show("no thread can move")
        }

        @Test("+ and - change the rate, as far as it goes")
        func rate() async throws {
            let dashboard = try await LiveDashboard()
            let window = dashboard.window

            for (key, rate) in [
                ("+", "×2.0"), ("=", "×5.0"), ("-", "×2.0"), ("-", "×1.0"), ("-", "×0.5"),
            ] {
                try await window.press(key)
                try await window.show("rate \(rate) ")
            }
            for _ in 0..<20 { try await window.press("+") }
            try await window.show("rate max ")
            try await window.press("+")
            try await window.show("the rate is as high as it gets")
        }

        @Test("f freezes the picture while the engine runs on, and says how far behind it is")
        func freeze() async throws {
            let dashboard = try await LiveDashboard("--rate max")
            let sender = try dashboard.sender()
            _ = try await sender.deliver("early:5")
            try await dashboard.window.show("finished job 1")

            try await dashboard.window.press("f")
            let frozen = try await dashboard.window.showAtRest("FROZEN +0 events behind")
            _ = try await sender.deliver("late:9")
            let first = try await behind(dashboard, moreThan: 0)
            _ = try await sender.deliver("late:9")
            _ = try await behind(dashboard, moreThan: first)
            let later = try await dashboard.window.screen()
            try await dashboard.window.press("f")
            try await dashboard.window.show("both late jobs") {
                $0.contains("RUNNING") && $0.contains(#/ late +18 s .* 2 jobs/#)
            }

            #expect(frozen.contains("f live"))
            #expect(later.from("┌ Buffer") == frozen.from("┌ Buffer"))
            #expect(!later.contains("late"))
        }

        @Test("tab and shift-tab go round the panes")
        func panes() async throws {
            // So narrow that only the pane in focus is shown.
            let dashboard = try await LiveDashboard(width: 30, height: 8)

            for (key, title) in [
                ("Tab", "Threads"), ("Tab", "Log"), ("Tab", "Devices"), ("BTab", "Log"),
                ("BTab", "Threads"), ("BTab", "Devices"),
            ] {
                try await dashboard.window.press(key)
                try await dashboard.window.show("─ \(title)")
            }
        }

        @Test("arrows, j, k, g and G move in the pane")
        func movement() async throws {
            let dashboard = try await LiveDashboard("--consumers 0")
            for number in 1...4 { _ = try await dashboard.sender().deliver("\(number):1") }
            try await dashboard.window.show("inserted job 4")
            try await dashboard.window.press("Tab", "Tab")

            for (key, title) in [
                ("j", "Log, 1 newer above"), ("Down", "Log, 2 newer above"),
                ("k", "Log, 1 newer above"), ("Up", "Log, newest first"),
                ("Up", "Log, newest first"),
                ("G", "Log, 2 newer above"), ("Down", "Log, 2 newer above"),
                ("g", "Log, newest first"),
            ] {
                try await dashboard.window.press(key)
                try await dashboard.window.show("┌ \(title)")
            }
        }

        @Test("? lists every binding of the table, page by page, and any other key goes back")
        func help() async throws {
            let dashboard = try await LiveDashboard()

            try await dashboard.window.press("?")
            let first = try await dashboard.window.showAtRest("Keys, page 1 of")
            let count = first.firstMatch(of: #/page 1 of ([0-9])/#).flatMap { Int($0.1) } ?? 0
            var help = first
            for page in 2..<max(3, count + 1) {
                try await dashboard.window.press("Down")
                help += try await dashboard.window.showAtRest("Keys, page \(page) of")
            }
            try await dashboard.window.press("Space")
            let back = try await dashboard.window.show("the panes") {
                !$0.contains("any other key goes back")
            }

            for row in KeyBinding.helpRows {
                let line = help.split(separator: "\n").first { $0.contains(row.help) }
                #expect(line?.contains("│  \(row.label) ") == true, "\(row.help)")
            }
            #expect(back.contains("RUNNING"))
        }

        @Test("a key without a meaning says so")
        func unknownKey() async throws {
            let dashboard = try await LiveDashboard()

            try await dashboard.window.press("y")
            try await dashboard.window.show("y does nothing here; ? shows the keys")
            try await dashboard.window.press("Escape", "Space")

            try await dashboard.window.show("PAUSED")
        }

        /// The log's sentences about statements and keys, the newest first.
        ///
        /// Waiting for the network is no statement: the step goes to another thread.
        private func sentences(_ screen: String) -> [String] {
            screen.split(separator: "\n").compactMap { line in
                line.firstMatch(of: #/^│ ([0-9:.]{12}  \S.*?) *│$/#).map { String($0.1) }
            }.filter { !$0.hasSuffix("a job from a device") }
        }

        /// Waits until the picture is further behind than that.
        private func behind(_ dashboard: LiveDashboard, moreThan count: Int) async throws -> Int {
            let number = #/FROZEN \+([0-9]+) events? behind/#
            let text = try await dashboard.window.show("more than \(count) events behind") { text in
                text.firstMatch(of: number).flatMap { Int($0.1) }.map { $0 > count } ?? false
            }
            return text.firstMatch(of: number).flatMap { Int($0.1) } ?? 0
        }
    }
}
