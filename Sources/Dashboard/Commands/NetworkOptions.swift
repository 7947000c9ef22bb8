import ArgumentParser
import Core

/// The flags about the network.
///
/// A limit whose default holds for strangers only holds for everybody once it is given.
struct NetworkOptions: ParsableArguments {
    @Option(help: "When a sender gets its reply: receipt (job inserted), done, or none.")
    var reply = EngineSettings.ReplyMoment.receipt

    @OptionGroup(title: "Security") var security: SecurityOptions

    @Option(name: .customLong("max-devices"), help: "How many devices are told apart.")
    var maxDevices = 10_000

    @Option(help: "How many received jobs may wait for a producer.")
    var inbox = 1024

    @Option(help: "How many TCP connections there may be.")
    var connections = 256

    @Option(
        name: .customLong("connections-per-peer"),
        help: "How many of them from one address. (default: 16, none for this machine)"
    )
    var connectionsPerPeer: Int?

    @Option(
        name: .customLong("connection-rate"),
        help: "TCP connections a second from one address. (default: 50, none for this machine)"
    )
    var connectionRate: Int?

    @Option(help: "How many remote calls may be under way.")
    var calls = 1024

    @Option(
        name: .customLong("first-bytes"),
        help: "Seconds until a connection must say something. (default: 5, none for this machine)"
    )
    var firstBytes: Double?

    @Option(
        name: .customLong("message-time"),
        help: "Seconds that one message may take to arrive. (default: 10, none for this machine)"
    )
    var messageTime: Double?

    @Option(
        name: .customLong("idle-time"),
        help: "Seconds that a connection may be silent. (default: 60, none for this machine)"
    )
    var idleTime: Double?

    @Option(name: .customLong("calls-per-connection"), help: "How many of them on one connection.")
    var callsPerConnection = 64

    @Option(name: .customLong("max-datagram"), help: "The most bytes of a datagram.")
    var maxDatagram = DatagramDialect.longestDatagram

    @Option(name: .customLong("max-record"), help: "The most bytes of a remote call over TCP.")
    var maxRecord = RecordMarking.longestRecord

    @Option(name: .customLong("max-json"), help: "The most bytes of a JSON object.")
    var maxJSON = JSONFraming.longestObject

    @Option(name: .customLong("max-text"), help: "The most bytes of a text message over TCP.")
    var maxText = TextStream.longestMessage

    @Option(name: .customLong("max-head"), help: "The most bytes of an HTTP request's head.")
    var maxHead = HTTPHandler.longestHead

    @OptionGroup var watching: WatchOptions

    @OptionGroup var guarding: GuardOptions

    func validate() throws {
        try EngineOptions.check("--calls-per-connection", callsPerConnection, 1...64)
        try EngineOptions.check("--max-datagram", maxDatagram, 64...DatagramDialect.longestDatagram)
        try EngineOptions.check("--max-record", maxRecord, 64...RecordMarking.longestRecord)
        try EngineOptions.check("--max-json", maxJSON, 64...JSONFraming.longestObject)
        try EngineOptions.check("--max-text", maxText, 64...TextStream.longestMessage)
        try EngineOptions.check("--max-head", maxHead, 64...HTTPHandler.longestHead)
        try EngineOptions.check("--max-devices", maxDevices, 1...1_000_000)
        try EngineOptions.check("--inbox", inbox, 1...1_000_000)
        try EngineOptions.check("--connections", connections, 1...1_000_000)
        try EngineOptions.check("--calls", calls, 1...30_000)
        if let connectionsPerPeer {
            try EngineOptions.check("--connections-per-peer", connectionsPerPeer, 1...1_000_000)
        }
        if let connectionRate {
            try EngineOptions.check("--connection-rate", connectionRate, 1...1_000_000)
        }
        let times = [
            ("--first-bytes", firstBytes), ("--message-time", messageTime),
            ("--idle-time", idleTime),
        ]
        for case (let option, let seconds?) in times where !(0.1...86_400).contains(seconds) {
            throw ValidationError("\(option) is 0.1 to 86400 seconds, not \(seconds).")
        }
    }

    /// What they say, for the network of this server.
    func settings(
        for engine: EngineSettings,
        on addresses: [SocketAddress],
        _ security: Security
    ) -> Network.Settings {
        var settings = Network.Settings()
        settings.admission = security.admission
        settings.seals = security.seals
        settings.tls = security.tls
        settings.limits.connections = connections
        settings.limits.calls = calls
        settings.limits.callsPerConnection = callsPerConnection
        settings.limits.longestDatagram = maxDatagram
        settings.limits.longestRecord = maxRecord
        settings.limits.longestJSON = maxJSON
        settings.limits.longestText = maxText
        settings.limits.longestHead = maxHead
        if let connectionsPerPeer {
            settings.limits.connectionsPerPeer = .everybody(connectionsPerPeer)
        }
        if let connectionRate { settings.limits.connectionRate = .everybody(connectionRate) }
        if let firstBytes { settings.limits.firstBytes = .everybody(.seconds(firstBytes)) }
        if let messageTime { settings.limits.message = .everybody(.seconds(messageTime)) }
        if let idleTime { settings.limits.idle = .everybody(.seconds(idleTime)) }
        settings.watchers = watching.watchers
        settings.quotas = guarding.quotas
        settings.reply = engine.reply
        settings.seed = engine.seed
        settings.putsDatagrams = engine.producers == 0
        settings.addresses = addresses
        if addresses.allSatisfy(\.isLoopback) {
            settings.allowedHosts = addresses.reduce(into: []) { hosts, address in
                hosts.formUnion(HTTPPages.loopbackHosts(boundTo: address.host))
            }
        }
        return settings
    }
}
