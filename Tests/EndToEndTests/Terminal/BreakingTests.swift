import Glibc
import Testing

extension TerminalTests {
    @Suite("Broken programs", .serialized)
    struct BreakingTests {
        /// A server with a buffer of two, and some jobs on their way to it.
        private func dashboard(
            _ options: String,
            jobs: Int = 6
        ) async throws -> (LiveDashboard, [Sender]) {
            let dashboard = try await LiveDashboard("--capacity 2 \(options)")
            let senders = try (1...jobs).map { number in
                let sender = try dashboard.sender()
                try sender.send("\(number):1")
                return sender
            }
            return (dashboard, senders)
        }

        @Test("a deadlock is explained at 80×24 by itself, and another program frees everybody")
        func deadlock() async throws {
            let (dashboard, senders) = try await dashboard("--program swapped-waits --rate 20")
            let window = dashboard.window

            // It is seen before C1, which still executes its job, comes to wait too.
            try await window.show(
                "C1 waits for mutex (line 2), held by P1.",
                "DEADLOCK",
                "P1 holds mutex (line 2) and waits for empty at line 3.",
                "Swap lines 2 and",
                "3 wait(empty) ◂ P1",
                "P1 ─ holds mutex ─ waits for empty ─▶ C1"
            )
            try await window.press("c")
            try await window.show(" correct: wait for a slot, then for the mutex")
            try await window.show("all six jobs done") { text in
                text.matches(of: #/│ [1-6] +1 s [^│]* 1 job /#).count == 6
                    && !text.contains("DEADLOCK")
            }
            _ = senders
        }

        @Test("esc hides the explanation, w says why for every thread, the title keeps the word")
        func hide() async throws {
            let (dashboard, senders) = try await dashboard("--program swapped-waits --rate 20")
            let window = dashboard.window
            try await window.show("Swap lines 2 and")

            try await window.press("Escape", "j")
            try await window.show("the log again") {
                $0.contains("Log, newest first") && $0.contains("DEADLOCK")
                    && !$0.contains("Swap lines")
            }
            try await window.press("w")
            try await window.show("┌ Why ", "it waits for", "C1 waits for mutex at line 2")
            _ = senders
        }

        @Test("the adversary finds an interleaving, steps it, and the fault is explained")
        func adversary() async throws {
            let (dashboard, senders) = try await dashboard(
                "--program no-mutex --consumers 2 --paused"
            )
            let window = dashboard.window

            try await window.press("a")
            // Whoever looks late finds it at its end.
            try await window.show("the way it goes") {
                $0.contains(#/ADVERSARY [0-9]+\/[0-9]+|broken in [0-9]+ statements/#)
            }
            for _ in 0..<3 { try await window.press("+") }
            try await window.show(
                "TWO IN THE CRITICAL SECTION",
                "C1 and C2 are both within lines 2 to 4",
                "3 job = buffer[slot] ◂ C1 C2"
            )
            _ = senders
        }

        @Test("slow motion does a statement at a time, until space stops it")
        func slowMotion() async throws {
            // One job, whose end stays in the log: others' lines would push it out.
            let (dashboard, senders) = try await dashboard("--paused", jobs: 1)
            let window = dashboard.window

            try await window.press("s", "+", "+", "+")
            try await window.show("SLOW 16/s")
            try await window.show("a job through the whole buffer") {
                $0.contains("finished job 1") || $0.contains(#/ 1 +1 s .* 1 job /#)
            }
            try await window.press("Space")
            try await window.show("PAUSED")
            _ = senders
        }

        @Test("enter steps the selected thread")
        func chosen() async throws {
            let (dashboard, senders) = try await dashboard("--paused --consumers 2")
            let window = dashboard.window

            try await window.press("j", "Enter")
            try await window.show("C1 waits for full, which is 0")
            try await window.press("Enter")
            try await window.show("C1 waits for full")
            try await window.press("j", "Enter")
            try await window.show("C2 waits for full, which is 0")
            try await window.press("k", "k", "Enter")
            try await window.show("P1 produced job 1")
            _ = senders
        }

        @Test("the past stands still while ten devices send, and L comes back to the present")
        func rewind() async throws {
            let dashboard = try await LiveDashboard("--rate 50 --consumers 2")
            let window = dashboard.window
            let devices = try Child(
                .device,
                "127.0.0.1",
                "\(dashboard.port)",
                "--devices",
                "10",
                "--jobs",
                "100000",
                "--seconds",
                "1",
                "--interval",
                "0"
            )
            try await window.show("finished job")

            try await window.press("Left", "Left", "m", "PPage", "]")
            let first = try await window.show("mark 1, event")
            try await window.press("Home")
            try await window.show("event 0,")
            try await window.press("]")
            let again = try await window.show("mark 1, event")
            let later = try await window.show("an engine further on") {
                back($0) > back(again)
            }
            try await window.press("L")
            let live = try await window.show("RUNNING")

            #expect(first.from("┌ Buffer") == again.from("┌ Buffer"))
            #expect(later.from("┌ Buffer") == again.from("┌ Buffer"))
            #expect(again.contains("REWOUND") && !live.contains("REWOUND"))
            devices.send(SIGTERM)
            _ = try await devices.waitForEnd()
        }

        /// How many events the moment on the screen is back.
        private func back(_ screen: String) -> Int {
            screen.firstMatch(of: #/event [0-9]+, ([0-9]+) back/#).flatMap { Int($0.1) } ?? 0
        }
    }
}
