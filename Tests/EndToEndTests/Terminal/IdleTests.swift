import Glibc
import Testing

/// Watching costs nothing while there is nothing to see.
@Suite("A still dashboard", .timeLimit(.minutes(5)))
struct IdleTests {
    private static let seconds = 5

    @Test(
        "wakes up twice a second at most, and writes only the clock",
        arguments: ["", "--paused", "--producers 4 --consumers 4"]
    )
    func still(options: String) async throws {
        let terminal = try BareTerminal()
        let program = try Child(
            BuiltProgram.signalbox.path,
            ["serve", "127.0.0.1", "0"] + options.split(separator: " ").map(String.init),
            onTerminal: terminal.path
        )
        try await settle(program, terminal)

        let before = Processes.sleeps(of: program.pid)
        let start = ContinuousClock.now
        let output = try await output(of: terminal, for: .seconds(Self.seconds))
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let after = Processes.sleeps(of: program.pid)
        terminal.type("q")
        let end = try await Waiting.until("the end") {
            _ = terminal.read()
            return program.ended
        }

        #expect(end == .exited(0))
        #expect(after.keys.sorted() == before.keys.sorted())
        for (thread, sleeps) in after {
            let isMain = thread == program.pid
            let limit = isMain ? Int(2 * seconds) + 3 : 0
            #expect(sleeps - (before[thread] ?? 0) <= limit, "\(isMain ? "main" : "engine") thread")
        }
        #expect(Double(output.utf8.count) < 60 * seconds, "\(output.debugDescription)")
        #expect(output.contains(#/[0-9]/#), "the clock ticks")
    }

    /// Waits until the first frame is there and the engine's threads sleep for good.
    private func settle(_ program: Child, _ terminal: BareTerminal) async throws {
        var text = ""
        try await Waiting.until("the first frame", instead: { text }) {
            text += terminal.read()
            return text.contains("quit") ? () : nil
        }
        // Durations below ten seconds still tick.
        text = try await output(of: terminal, for: .seconds(11))
        var before: [pid_t: Int] = [:]
        var after = engineSleeps(program)
        while before != after {
            text = try await output(of: terminal, for: .milliseconds(500))
            before = after
            after = engineSleeps(program)
        }
    }

    private func engineSleeps(_ program: Child) -> [pid_t: Int] {
        Processes.sleeps(of: program.pid).filter { $0.key != program.pid }
    }

    /// Everything that is written to the terminal in a while.
    private func output(of terminal: BareTerminal, for time: Duration) async throws -> String {
        var text = ""
        let deadline = ContinuousClock.now + time
        while ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(100))
            text += terminal.read()
        }
        return text
    }
}
