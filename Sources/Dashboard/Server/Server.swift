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
    let chaos: DatagramChaos
    private let security: Security
    private let inbox: Inbox
    private let sockets: [DatagramSocket]
    private let replies: ReplyTable
    private let network: Network
    private let receiver: Guarded<UDPReceiver?>
    /// How others find it; `nil` where nobody shall.
    private var presence: Presence?

    /// How often to look for a port that is free for UDP and for TCP.
    private static let attempts = 64

    /// Binds the sockets; datagrams are received from `start` on.
    ///
    /// - Parameters:
    ///   - settings: The engine's.
    ///   - network: What the user said about the network.
    ///   - address: A name or an address.
    ///   - port: UDP and TCP; 0 chooses one that is free for both.
    ///   - clock: The engine's.
    /// - Returns: A server that is ready to start.
    /// - Throws: A `TransportError` where the address cannot be used.
    static func open(
        _ settings: EngineSettings,
        network: NetworkOptions,
        address: String,
        port: UInt16,
        clock: any EngineClock
    ) throws -> Server {
        let named = settings.kernel.policy.deviceNames.count
        guard named <= network.maxDevices else {
            throw StartError(
                "--priority names \(named) devices, --max-devices allows \(network.maxDevices)"
            )
        }
        let most = OpenFiles.raiseLimit()
        var network = network
        if network.connections > most {
            Output.error.write(
                "--connections \(network.connections): the system allows \(most); going on with"
                    + " these\n"
            )
            network.connections = most
        }
        // Once, because a file may be a pipe.
        let security = try network.security.read { Output.error.write("\($0)\n") }
        var attempt = 1
        while true {
            do {
                return try Server(
                    settings,
                    network: network,
                    security,
                    address: address,
                    port: port,
                    clock: clock
                )
            } catch TransportError.portTaken(let taken) {
                guard port == 0, attempt < attempts else { throw TransportError.portTaken(taken) }
                attempt += 1
            }
        }
    }

    private init(
        _ settings: EngineSettings,
        network: NetworkOptions,
        _ security: Security,
        address: String,
        port: UInt16,
        clock: any EngineClock
    ) throws {
        self.security = security
        sockets = try DatagramSocket.listen(
            on: address,
            port: port,
            open: network.security.allowsOtherMachines
        )
        addresses = sockets.map(\.address)
        endpoint = "\(address) \(addresses.first?.port ?? port)"
        devices = DeviceTable(
            limit: network.maxDevices,
            known: settings.kernel.policy.deviceNames
        )
        inbox = Inbox(capacity: network.inbox)
        self.settings = settings
        self.clock = clock
        began = WallTime(origin: clock)
        // One place for every job that can be on its way at the same time, and some to spare.
        let onTheWay =
            network.inbox + settings.kernel.capacity + 64
            * (settings.producers + settings.consumers)
        replies = ReplyTable(sockets: sockets, limit: onTheWay + 1024)
        var settings = settings
        // An agent has one role for ever, so there may be as many agents of each as there are calls.
        settings.kernel.threadLimit = max(
            settings.kernel.threadLimit,
            settings.producers + settings.consumers + 2 * network.calls
        )
        let engine = Engine(settings, source: inbox, replies: replies, clock: clock)
        self.engine = engine
        chaos = DatagramChaos { engine.changes.wake() }
        let receiver = Guarded<UDPReceiver?>(nil)
        self.receiver = receiver
        let reporter = ServerReporter(engine: engine, devices: devices) {
            receiver.withLock { $0 }?.counters ?? ReceiverCounters()
        }
        let watched = WatchSource(
            engine,
            settings: settings,
            began: began,
            nameOfDevice: { [devices] device in devices.name(of: device) },
            counters: { [inbox] in reporter.watchCounters(waitingInInbox: inbox.waiting) }
        )
        self.network = Network(
            engine,
            devices: devices,
            network.settings(for: settings, on: addresses, security),
            watched: watched,
            report: reporter.report
        )
        reporter.tally = self.network.tally
        do {
            try self.network.listen(on: addresses)
        } catch {
            _ = self.network.finish()
            throw error
        }
    }

    /// Lets others find it, from `start` on.
    ///
    /// - Parameter options: What the user said about that.
    /// - Throws: Why an interface cannot be used.
    func appear(_ options: DiscoveryOptions) throws {
        presence = try Presence(
            options,
            addresses: addresses,
            engine: engine,
            network: network,
            clock: clock
        )
    }

    func start() {
        engine.start()
        let started = UDPReceiver(
            sockets: sockets,
            inbox: inbox,
            devices: devices,
            replies: settings.reply == .none ? nil : replies,
            calls: network,
            admission: security.admission,
            seals: security.seals,
            chaos: chaos,
            longestDatagram: network.limits.longestDatagram,
            clock: clock
        )
        receiver.withLock { $0 = started }
        presence?.start()
    }

    /// Ends it all: nothing is accepted any more, replies and reports owed for what was done have
    /// been sent.
    func stop() -> Summary {
        presence?.stop()
        network.stopListening()
        receiver.withLock { $0 }?.stop()
        // What follows lets all threads go.
        let last = engine.kernel.completeState()
        inbox.close()
        engine.stop()
        let agents = network.finish()
        return Summary(
            ledger: engine.ledger.all,
            nameOfDevice: devices.name,
            times: engine.ledger.jobTimes,
            counters: counters,
            agents: agents,
            network: network.tally,
            state: engine.kernel.completeState(),
            notRun: engine.jobsNotRun + UInt64(inbox.waiting + counters.abandoned),
            standstill: last.standstill.map { Explainer().explain($0, in: last) }
        )
    }

    var counters: ReceiverCounters {
        var counters = receiver.withLock { $0 }?.counters ?? ReceiverCounters()
        counters.refusedOnConnections = network.tally.refusals
        return counters
    }

    /// What a dashboard needs of it.
    var watched: Watched {
        var watched = Watched(
            engine: engine,
            settings: settings,
            clock: clock,
            endpoint: endpoint,
            nameOfDevice: { [devices] device in devices.name(of: device) },
            clientOfAgent: { [network] ordinal in network.client(ofAgent: ordinal) },
            counters: { [self] in counters },
            waitingInInbox: { [inbox] in inbox.waiting },
            began: began
        )
        watched.chaos = chaos
        watched.watchers = { [network] in network.watchers }
        return watched
    }
}
