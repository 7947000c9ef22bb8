import ArgumentParser
import Core
import Testing

@testable import Dashboard

@Suite("The command line")
struct CommandLineTests {
    private func serve(_ arguments: String...) throws -> ServeCommand {
        try #require(try Signalbox.parseAsRoot(arguments) as? ServeCommand)
    }

    @Test("without arguments it serves, with the design's defaults")
    func defaults() throws {
        let command = try serve()
        let settings = try command.engine.settings()

        #expect(command.address == "localhost" && command.port == 5555)
        #expect(settings.kernel.capacity == 15)
        #expect(settings.producers == 1 && settings.consumers == 1)
        #expect(settings.kernel.policy.name == "fifo" && settings.kernel.programs.name == "correct")
        #expect(settings.kernel.service == .fair && settings.kernel.execution == .sleep)
        #expect(settings.kernel.rate == .normal && settings.kernel.executionLimit == nil)
        #expect(!settings.startsPaused && command.network.reply == .receipt)
        #expect(!command.network.security.open && command.network.maxDevices == 10_000)
        #expect(
            command.output.looks.fps == 30 && !command.output.headless
                && !command.output.looks.ascii
        )
        #expect(command.output.logFormat == .text && command.output.log == nil)
    }

    @Test("every flag of the engine reaches its settings")
    func flags() throws {
        let command = try serve(
            "serve",
            "127.0.0.1",
            "0",
            "--capacity",
            "3",
            "--producers",
            "4",
            "--consumers",
            "5",
            "--policy",
            "sjf",
            "--service",
            "strict",
            "--paused",
            "--seed",
            "7",
            "--execute",
            "account",
            "--rate",
            "2.5",
            "--exit-after",
            "9",
            "--reply",
            "done"
        )
        let settings = try command.engine.settings()

        #expect(command.address == "127.0.0.1" && command.port == 0)
        #expect(settings.kernel.capacity == 3)
        #expect(settings.producers == 4 && settings.consumers == 5)
        #expect(settings.kernel.policy.name == "sjf" && settings.kernel.service == .strict)
        #expect(settings.startsPaused && settings.seed == 7)
        #expect(settings.kernel.execution == .account)
        #expect(settings.kernel.rate == Rate(thousandths: 2500))
        #expect(settings.kernel.executionLimit == 9 && command.network.reply == .done)
    }

    @Test("the demo has a rate of its own, unless the user says one")
    func demo() throws {
        let usual = try #require(try Signalbox.parseAsRoot(["demo"]) as? DemoCommand)
        let chosen = try #require(
            try Signalbox.parseAsRoot(["demo", "--rate", "max"]) as? DemoCommand
        )

        #expect(
            try usual.engine.settings(usualRate: Rate(thousandths: 4000)).kernel.rate
                == Rate(thousandths: 4000)
        )
        #expect(try chosen.engine.settings(usualRate: .normal).kernel.rate == .maximum)
    }

    @Test("capacity 0 is the rendezvous, with its own program")
    func rendezvous() throws {
        let settings = try serve("serve", "--capacity", "0").engine.settings()

        #expect(settings.kernel.isRendezvous)
        #expect(settings.kernel.programs == ProgramCatalog.rendezvous)
        #expect(settings.kernel.library == [ProgramCatalog.rendezvous])
    }

    @Test(
        "what cannot be is refused with a sentence",
        arguments: [
            (["--capacity=-1"], "--capacity is 0 to 65536, not -1."),
            (["--capacity", "0", "--policy", "sjf"], "only --policy fifo goes with it."),
            (
                ["--capacity", "0", "--program", "monitor"],
                "--capacity 0 goes with --program rendezvous only, not with monitor."
            ),
            (["--program", "rendezvous"], "--program rendezvous needs --capacity 0."),
            (["--capacity", "65537"], "--capacity is 0 to 65536, not 65537."),
            (["--producers", "-1"], "producers"),
            (["--consumers", "1001"], "--consumers is 0 to 1000, not 1001."),
            (["--policy", "best"], "--policy is one of fifo, sjf, ljf, priority, rr, not 'best'."),
            (["--program", "magic"], "--program is one of correct"),
            (["--exit-after", "0"], "--exit-after is at least 1 job."),
            (["--execute", "spin", "--rate", "max"], "cannot run at --rate max"),
            (["--execute", "later"], "later"), (["--rate", "0"], "rate"),
            (["--rate", "fast"], "rate"), (["--rate", "1001"], "rate"),
            (["--rate", "nan"], "rate"), (["--fps", "0"], "--fps is 1 to 60, not 0."),
            (["--fps", "61"], "--fps is 1 to 60, not 61."),
            (["--max-devices", "0"], "--max-devices is 1 to 1000000, not 0."),
            (["--inbox", "0"], "--inbox is 1 to 1000000, not 0."),
            (["--log-format", "xml"], "xml"), (["--reply", "maybe"], "maybe"),
            (["--nonsense"], "nonsense"), (["localhost", "70000"], "70000"),
            (["localhost", "port"], "port"), (["a", "1", "b"], "b"),
        ]
    )
    func refused(arguments: [String], sentence: String) {
        do {
            _ = try Signalbox.parseAsRoot(["serve"] + arguments)
            Issue.record("\(arguments) was accepted")
        } catch {
            #expect(Signalbox.message(for: error).contains(sentence))
            #expect(Signalbox.exitCode(for: error) == .validationFailure)
        }
    }
}
