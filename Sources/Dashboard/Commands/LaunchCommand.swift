import ArgumentParser
import Core

/// `signalbox launch`: a server, and producers and consumers in processes of their own.
struct LaunchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "launch",
        abstract:
            "Server, producers and consumers as processes of their own, which use the buffer.",
        discussion: """
            They are started beside the server and all stopped with it. No threads of the server's \
            own take the items away, unless --producers or --consumers say so. Without a terminal \
            it ends by itself when its clients are done; with one, on q.
            """
    )

    @Argument(help: "The address to listen on.")
    var address = "localhost"

    @Argument(help: "The port; 0 lets the system choose one.")
    var port: UInt16 = 5555

    @Option(name: .customLong("launch-producers"), help: "How many producers to start.")
    var launchedProducers = 2

    @Option(name: .customLong("launch-consumers"), help: "How many consumers to start.")
    var launchedConsumers = 2

    @Option(help: "How many items each puts or takes; by default no end with a screen, else 5.")
    var items: Int?

    @Option(help: "The pause between two items, as a range or one number of seconds.")
    var interval = "0...1"

    @Option(help: "The pause before trying again when the buffer is full or empty.")
    var pause = "1...3"

    @OptionGroup(title: "Engine") var engine: EngineOptions
    @OptionGroup(title: "Network") var network: NetworkOptions
    @OptionGroup(title: "Discovery") var discovery: DiscoveryOptions
    @OptionGroup(title: "Mailboxes") var mailboxes: MailboxOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        try EngineOptions.check("--launch-producers", launchedProducers, 0...100)
        try EngineOptions.check("--launch-consumers", launchedConsumers, 0...100)
        if let items { try EngineOptions.check("--items", items, 1...1_000_000) }
        guard engine.capacity > 0 else {
            throw ValidationError(
                "The clients of launch never wait for a partner, so --capacity is 1 to 65536 here."
            )
        }
        for (option, text) in [("--interval", interval), ("--pause", pause)]
        where SecondsRange(text) == nil {
            throw ValidationError(
                """
                \(option) is a number of seconds from 0 to 86400 or a range such as 1...3, \
                not '\(Sanitizer.sanitize(text))'.
                """
            )
        }
    }

    func run() throws {
        let program = try LaunchedClients.findProgram()
        var settings = try engine.settings(usualProducers: 0, usualConsumers: 0)
        settings.reply = network.reply
        output.apply(to: &settings.kernel)
        let server = try Server.open(
            settings,
            network: network,
            mailboxes: try mailboxes.plan(discovery),
            address: address,
            port: port,
            clock: SystemClock()
        )
        try server.appear(discovery)
        let plan = LaunchedClients.Plan(
            producers: launchedProducers,
            consumers: launchedConsumers,
            items: items ?? (output.wantsScreen ? 1_000_000 : 5),
            interval: interval,
            pause: pause,
            seed: engine.seed,
            tokenFile: network.security.tokenFile
        )
        let clients = LaunchedClients(plan, program: program, host: address)
        try Session(server: server, clients: clients, output: output).run()
    }
}
