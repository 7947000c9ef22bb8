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

    @Argument(help: "The port, UDP and TCP; 0 lets the system choose one.")
    var port: UInt16 = 5555

    @OptionGroup(title: "Engine") var engine: EngineOptions
    @OptionGroup(title: "Network") var network: NetworkOptions
    @OptionGroup(title: "Discovery") var discovery: DiscoveryOptions
    @OptionGroup(title: "Mailboxes") var mailboxes: MailboxOptions
    @OptionGroup(title: "Network") var rpcbind: RpcbindOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Output") var projecting: ProjectingOptions

    func validate() throws {
        guard UInt16(address) == nil else {
            throw ValidationError("The address comes first: signalbox serve localhost \(address)")
        }
    }

    func run() throws {
        var settings = try engine.settings()
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
        let entry = try rpcbind.entry(for: server)
        defer { entry?.remove() }
        try server.appear(discovery)
        try Session(server: server, clients: nil, output: output, isReadOnly: projecting.readOnly)
            .run()
    }
}
