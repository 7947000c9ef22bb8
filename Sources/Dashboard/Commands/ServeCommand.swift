import ArgumentParser
import Core

/// `signalbox serve`, and `signalbox` alone.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Take jobs over the network and show what happens to them.",
        discussion: """
            A job is a datagram such as 3:5, five seconds for device 3:

              echo 3:5 | nc -u -w1 127.0.0.1 5555
            """
    )

    @Argument(help: "The address to listen on.")
    var address = "localhost"

    @Argument(help: "The port, UDP; 0 lets the system choose one.")
    var port: UInt16 = 5555

    @OptionGroup(title: "Engine") var engine: EngineOptions
    @OptionGroup(title: "Network") var network: NetworkOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        var settings = try engine.settings()
        settings.reply = network.reply
        output.apply(to: &settings.kernel)
        let server = try Server(
            settings,
            network: network,
            address: address,
            port: port,
            clock: SystemClock()
        )
        try Session(server: server, clients: nil, output: output).run()
    }
}

/// The flags about the network.
struct NetworkOptions: ParsableArguments {
    @Option(help: "When a sender gets its reply: receipt (job inserted), done, or none.")
    var reply = EngineSettings.ReplyMoment.receipt

    @Flag(help: "Allow an address that other machines can reach; anybody there may send jobs.")
    var open = false

    @Option(name: .customLong("max-devices"), help: "How many devices are told apart.")
    var maxDevices = 10_000

    @Option(help: "How many received jobs may wait for a producer.")
    var inbox = 1024

    func validate() throws {
        try EngineOptions.check("--max-devices", maxDevices, 1...1_000_000)
        try EngineOptions.check("--inbox", inbox, 1...1_000_000)
    }
}
