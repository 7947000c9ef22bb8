import Core
import Glibc
import Testing

@testable import Dashboard

@Suite("Child processes", .timeLimit(.minutes(5)))
struct ChildProcessesTests {
    private func shell(_ script: String, name: String = "sh") -> ChildProcess.Command {
        ChildProcess.Command(name: name, path: "/bin/sh", arguments: ["-c", script])
    }

    /// Children, and where their news are waited for.
    private func children() -> (ChildProcesses, Parker) {
        let news = Parker()
        return (ChildProcesses(whenNews: { news.unpark() }), news)
    }

    @Test("every line of both outputs is told with the process's number, sanitised")
    func lines() throws {
        let (children, news) = children()

        children.start(shell(#"echo $$ one; printf '\033[2Jtwo\n' >&2; printf 'last\007'"#))
        while children.isRunning { news.park() }

        let lines = children.takeLines()
        let pid = try #require(lines.first?.split(separator: " ").dropFirst().first)
        #expect(lines == ["[\(pid)] \(pid) one", "[\(pid)] [2Jtwo", "[\(pid)] last"])
        #expect(children.takeLines().isEmpty)
        children.stop(patience: .zero)
        #expect(children.report == ["[\(pid)] last"])
    }

    @Test("what is stopped is over and reaped, with what it started itself")
    func stop() throws {
        let (children, news) = children()
        children.start(shell("echo $$; sleep 1000 & sleep 1000"))
        children.start(shell("echo $$; exec sleep 1000"))
        var lines: [String] = []
        while lines.count < 2 {
            news.park()
            lines += children.takeLines()
        }

        children.stop(patience: .seconds(60))

        #expect(!children.isRunning)
        for line in lines {
            let pid = try #require(line.split(separator: " ").last.flatMap { pid_t($0) })
            #expect(kill(pid, 0) == -1 && errno == ESRCH)
        }
        #expect(children.report.allSatisfy { $0.hasSuffix("(ended by signal 15)") })
    }

    @Test("what does not listen when asked to end is ended all the same")
    func deaf() throws {
        let (children, news) = children()
        children.start(shell("trap '' TERM; echo deaf; while :; do sleep 1000; done"))
        var lines: [String] = []
        while lines.isEmpty {
            news.park()
            lines += children.takeLines()
        }

        children.stop(patience: .milliseconds(20))

        #expect(!children.isRunning)
        #expect(children.report.allSatisfy { $0.hasSuffix("deaf (ended by signal 9)") })
    }

    @Test("it gets an empty input and no blocked or ignored signals")
    func inheritance() throws {
        let (children, news) = children()

        children.start(shell("cat; grep -E 'SigBlk|SigIgn' /proc/$$/status | tr -d '\\t'"))
        while children.isRunning { news.park() }

        let masks = children.takeLines().compactMap { line in
            line.split(separator: ":").last.flatMap { UInt64($0, radix: 16) }
        }
        // Above 31 are the C library's own, which nobody can change.
        #expect(masks.map { $0 & 0x7fff_ffff } == [0, 0])
        children.stop(patience: .zero)
    }

    @Test("a program that is not there is a failure, and the others run")
    func missing() {
        let (children, _) = children()

        children.start(ChildProcess.Command(name: "P1", path: "/no/such", arguments: []))

        #expect(!children.isRunning)
        #expect(
            children.report
                == ["P1 cannot be started: /no/such failed: No such file or directory"]
        )
        children.stop(patience: .zero)
    }

    @Test("a line without an end and a child that floods take bounded memory")
    func flood() {
        let (children, news) = children()

        children.start(shell("head -c 200000 /dev/zero | tr '\\0' x; echo; seq 3000"))
        while children.isRunning { news.park() }

        let lines = children.takeLines()
        #expect(lines.count == 1001)
        #expect(lines.first.map { $0.count < 1020 } == true)
        #expect(lines.last == "… 2001 lines not shown")
        children.stop(patience: .zero)
    }
}

@Suite("signalbox launch")
struct LaunchCommandTests {
    @Test("two producers and two consumers use a buffer that no thread of the server's empties")
    func defaults() throws {
        let command = try #require(try Signalbox.parseAsRoot(["launch"]) as? LaunchCommand)

        let settings = try command.engine.settings(usualProducers: 0, usualConsumers: 0)
        #expect([settings.producers, settings.consumers, settings.kernel.capacity] == [0, 0, 15])
        #expect([command.launchedProducers, command.launchedConsumers] == [2, 2])
        #expect(command.address == "localhost")
        #expect(command.port == 5555)
    }

    @Test("each client is a process with a name and a seed of its own")
    func commands() {
        let plan = LaunchedClients.Plan(
            producers: 1,
            consumers: 2,
            items: 3,
            interval: "0",
            pause: "1...3",
            seed: 7
        )

        let commands = LaunchedClients(plan, program: "/p", host: "localhost").commands(port: 80)

        #expect(commands.map(\.name) == ["P1", "C1", "C2"])
        #expect(
            commands.last?.arguments == [
                "consume", "localhost", "80", "--id", "2", "--items", "3", "--interval", "0",
                "--pause", "1...3", "--seed", "9", "--launched-by", "\(getpid())",
            ]
        )
    }

    @Test("without the device program the command says where it was looked for")
    func missing() throws {
        let error = try #require(throws: StartError.self) {
            _ = try LaunchedClients.program(in: "/nowhere/")
        }

        #expect(error.description.contains("/nowhere/signalbox-device"))
    }

    @Test(
        "what cannot be launched is refused",
        arguments: [["--items", "0"], ["--launch-producers", "-1"], ["--pause", "3...1"]]
    )
    func refuses(arguments: [String]) {
        #expect(throws: (any Error).self) { try LaunchCommand.parse(arguments) }
    }
}
