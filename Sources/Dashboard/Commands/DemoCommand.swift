import ArgumentParser
import Core

/// `signalbox demo`: the thing to show first.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Server and devices together, over real datagrams: the thing to show first.",
        discussion: """
            Without a terminal it ends by itself when its devices are done; with one, on q.
            """
    )

    @OptionGroup(title: "Engine") var engine: EngineOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Output") var projecting: ProjectingOptions

    @Option(help: "How many devices send jobs.")
    var devices = 6

    @Option(help: "How many jobs each device sends; by default no end with a screen, else 10.")
    var jobs: Int?

    func validate() throws {
        try EngineOptions.check("--devices", devices, 1...1000)
        if let jobs { try EngineOptions.check("--jobs", jobs, 1...1_000_000) }
    }

    func run() throws {
        var settings = try engine.settings(usualRate: Rate(thousandths: 4000), usualConsumers: 2)
        output.apply(to: &settings.kernel)
        let server = try Server.open(
            settings,
            network: try NetworkOptions.parse([]),
            address: "localhost",
            port: 0,
            clock: SystemClock()
        )
        let jobs = jobs ?? (output.wantsScreen ? 1_000_000 : 10)
        let demo = DemoDevices(count: devices, jobs: jobs, seed: engine.seed)
        try Session(
            server: server,
            clients: demo,
            output: output,
            isReadOnly: projecting.readOnly
        ).run()
    }
}
