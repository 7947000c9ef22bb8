import Glibc
import Testing

/// Nobody has to press Ctrl-Q before a program can end.
@Suite("A terminal that takes nothing", .serialized, .timeLimit(.minutes(5)))
struct StalledTerminalTests {
    private static let leavesScreen = "\u{1b}[?1049l"

    @Test(
        "holds neither the engine of a server nor its end, and is restored",
        arguments: StalledTerminal.Cause.allCases,
        [SIGTERM, SIGINT]
    )
    func server(cause: StalledTerminal.Cause, signal: Int32) async throws {
        let terminal = try await StalledTerminal(
            .signalbox,
            ["serve", "127.0.0.1", "0", "--reply", "done", "--rate", "max"],
            showing: "quit"
        )
        let sender = try terminal.sender()

        terminal.stall(cause)
        for number in 1...30 { _ = try await sender.deliver("\(number):5") }
        terminal.program.send(signal)
        let end = try await terminal.waitForEnd()

        #expect(end == .exited(0))
        #expect(terminal.isRestored)
        guard cause.keepsText else { return }
        let text = terminal.read()
        #expect(text.contains(Self.leavesScreen))
        #expect(text.contains("Jobs: 30 done, 0 not run"))
    }

    @Test("holds no watcher, replay or small screen", arguments: StalledTerminal.Cause.allCases)
    func others(cause: StalledTerminal.Cause) async throws {
        let file = try ScratchFile("")
        let recorded = try await HeadlessServer("--record \(file.path)")
        _ = try await Sender(to: recorded.port).deliver("1:0.1")
        _ = try await recorded.terminate()
        let server = try await HeadlessServer("--log-format none")
        let place = ["127.0.0.1", "\(server.port)"]
        let programs: [(BuiltProgram, [String], String, Int32)] = [
            (.signalbox, ["watch"] + place, "RUNNING", 0),
            (.signalbox, ["replay", file.path], "quit", 0),
            (.device, ["run"] + place + ["--tui", "--interval", "0"], "quit", 128 + SIGTERM),
        ]

        for (program, arguments, text, code) in programs {
            let terminal = try await StalledTerminal(program, arguments, showing: text)
            terminal.stall(cause)
            terminal.program.send(SIGTERM)
            let end = try await terminal.waitForEnd()

            #expect(end == .exited(code), "\(arguments)")
            #expect(terminal.isRestored, "\(arguments)")
            guard cause.keepsText else { continue }
            #expect(terminal.read().contains(Self.leavesScreen), "\(arguments)")
        }
        _ = try await server.terminate()
    }

    @Test("does not hold a crash either", arguments: StalledTerminal.Cause.allCases)
    func crash(cause: StalledTerminal.Cause) async throws {
        let terminal = try await StalledTerminal(
            .signalbox,
            ["serve", "127.0.0.1", "0"],
            showing: "quit"
        )

        terminal.stall(cause)
        terminal.program.send(SIGSEGV)

        #expect(try await terminal.waitForEnd() == .killed(signal: SIGSEGV))
        #expect(terminal.isRestored)
    }

    @Test("holds no devices without a screen", arguments: StalledTerminal.Cause.allCases)
    func devices(cause: StalledTerminal.Cause) async throws {
        let server = try await HeadlessServer("--log-format none")
        let terminal = try await StalledTerminal(
            .device,
            ["run", "127.0.0.1", "\(server.port)", "--jobs", "1000"],
            showing: "of 3000 jobs"
        )

        terminal.stall(cause)
        terminal.program.send(SIGTERM)

        #expect(try await terminal.waitForEnd() == .exited(128 + SIGTERM))
        _ = try await server.terminate()
    }

    @Test("stays stopped where devices end by themselves, until somebody starts it")
    func naturalEnd() async throws {
        let server = try await HeadlessServer("--log-format none --reply done --exit-after 1")
        let terminal = try await StalledTerminal(
            .device,
            [
                "run", "127.0.0.1", "\(server.port)", "--devices", "1", "--jobs", "1",
                "--interval", "0", "--seconds", "2",
            ],
            showing: "of 1 jobs"
        )

        terminal.stall(.stopped)
        _ = try await server.summary()
        // More than long enough for who would start it.
        try await Task.sleep(for: .seconds(1))
        let (shown, end) = (terminal.read(), terminal.program.ended)
        terminal.start()
        var text = ""
        let last = try await Waiting.until("the end", within: .seconds(20)) {
            text += terminal.read()
            return terminal.program.ended
        }

        #expect(shown == "" && end == nil)
        #expect(last == .exited(0))
        #expect((text + terminal.read()).contains("1 sent"))
    }

    @Test("holds no program without a screen", arguments: StalledTerminal.Cause.allCases)
    func headless(cause: StalledTerminal.Cause) async throws {
        let terminal = try await StalledTerminal(
            .signalbox,
            ["serve", "127.0.0.1", "0", "--headless", "--reply", "done", "--rate", "max"],
            showing: "listening"
        )
        let sender = try terminal.sender()

        terminal.stall(cause)
        for number in 1...30 { _ = try await sender.deliver("\(number):5") }
        terminal.program.send(SIGTERM)

        #expect(try await terminal.waitForEnd() == .exited(0))
    }
}
