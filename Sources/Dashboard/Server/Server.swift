import Core

/// Everything that receives, executes and answers: sockets, inbox, engine, ledger.
final class Server {
    let engine: Engine
    let devices: DeviceTable
    let settings: EngineSettings
    let clock: any EngineClock
    /// When the clock was at zero.
    let began: WallTime
    /// What the user asked to listen on, with the port that the system gave.
    let endpoint: String
    let addresses: [SocketAddress]
    private let inbox: Inbox
    private let sockets: [DatagramSocket]
    private let replies: ReplyTable
    private var receiver: UDPReceiver?

    /// Binds the sockets; nothing is received before `start`.
    ///
    /// - Throws: A `TransportError` where the address cannot be used.
    init(
        _ settings: EngineSettings,
        network: NetworkOptions,
        address: String,
        port: UInt16,
        clock: any EngineClock
    ) throws {
        sockets = try DatagramSocket.listen(on: address, port: port, open: network.open)
        addresses = sockets.map(\.address)
        endpoint = "\(address) \(addresses.first?.port ?? port)"
        devices = DeviceTable(limit: network.maxDevices)
        inbox = Inbox(capacity: network.inbox)
        self.settings = settings
        self.clock = clock
        began = WallTime(origin: clock)
        // One place for every job that can be on its way at the same time, and some to spare.
        let onTheWay =
            network.inbox + settings.kernel.capacity + 64
            * (settings.producers + settings.consumers)
        replies = ReplyTable(sockets: sockets, limit: onTheWay + 1024)
        engine = Engine(settings, source: inbox, replies: replies, clock: clock)
    }

    func start() {
        engine.start()
        receiver = UDPReceiver(
            sockets: sockets,
            inbox: inbox,
            devices: devices,
            replies: settings.reply == .none ? nil : replies,
            clock: clock
        )
    }

    /// Ends it all: no datagram is accepted any more, replies owed for what was done have been sent.
    func stop() -> Summary {
        receiver?.stop()
        // What follows lets all threads go.
        let last = engine.kernel.completeState()
        inbox.close()
        engine.stop()
        return Summary(
            ledger: engine.ledger.all,
            nameOfDevice: devices.name,
            times: engine.ledger.jobTimes,
            counters: counters,
            state: engine.kernel.completeState(),
            notRun: engine.jobsNotRun + UInt64(inbox.waiting + counters.abandoned),
            standstill: last.standstill.map { Explainer().explain($0, in: last) }
        )
    }

    var counters: ReceiverCounters { receiver?.counters ?? ReceiverCounters() }

    /// What a dashboard needs of it.
    var watched: Watched {
        Watched(
            engine: engine,
            settings: settings,
            clock: clock,
            endpoint: endpoint,
            nameOfDevice: { [devices] device in devices.name(of: device) },
            counters: { [self] in counters },
            waitingInInbox: { [inbox] in inbox.waiting },
            began: began
        )
    }
}
