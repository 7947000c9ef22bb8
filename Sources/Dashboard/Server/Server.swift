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
    /// What the ports beside the main one are, in words; empty where there are none.
    let furtherPorts: String
    /// The default one first.
    private let mailboxes: [MailboxEngine]
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
    ///   - mailboxes: Further buffers and ports.
    ///   - address: A name or an address.
    ///   - port: UDP and TCP; 0 chooses one that is free for both.
    ///   - clock: The engine's.
    /// - Returns: A server that is ready to start.
    /// - Throws: A `TransportError` where the address cannot be used.
    static func open(
        _ settings: EngineSettings,
        network: NetworkOptions,
        mailboxes: MailboxPlan = MailboxPlan(),
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
        let security = try network.security.read(warn: warn)
        var attempt = 1
        while true {
            do {
                let server = try Server(
                    settings,
                    network: network,
                    security,
                    mailboxes: mailboxes,
                    address: address,
                    port: port,
                    clock: clock
                )
                security.warn(of: server.addresses, warn)
                return server
            } catch TransportError.portTaken(let taken) {
                let chooses = port == 0 || mailboxes.choosesPort
                guard chooses, attempt < attempts else { throw TransportError.portTaken(taken) }
                attempt += 1
            }
        }
    }

    private static func warn(_ sentence: String) { Output.error.write("\(sentence)\n") }

    private init(
        _ settings: EngineSettings,
        network: NetworkOptions,
        _ security: Security,
        mailboxes plan: MailboxPlan,
        address: String,
        port: UInt16,
        clock: any EngineClock
    ) throws {
        self.security = security
        let isOpen = network.security.allowsOtherMachines
        let main = try DatagramSocket.listen(on: address, port: port, open: isOpen)
        let further = try FurtherPorts(plan.ports, on: address, isOpen: isOpen)
        sockets = main + further.sockets
        addresses = main.map(\.address)
        furtherPorts = further.words
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
        replies = ReplyTable(sockets: sockets, limit: onTheWay + 1024 * sockets.count)
        var settings = settings
        // An agent has one role for ever, so there may be as many agents of each as there are calls.
        settings.kernel.threadLimit = max(
            settings.kernel.threadLimit,
            settings.producers + settings.consumers + 2 * network.calls
        )
        let engine = Engine(
            settings,
            source: inbox,
            replies: replies,
            clock: clock,
            backlog: Backlog()
        )
        self.engine = engine
        let mailboxes = MailboxEngines(settings: settings, replies: replies, clock: clock)
            .all(plan, standard: engine, main: addresses, further: further)
        self.mailboxes = mailboxes
        chaos = DatagramChaos { engine.changes.wake() }
        let receiver = Guarded<UDPReceiver?>(nil)
        self.receiver = receiver
        let reporter = ServerReporter(mailboxes: mailboxes, devices: devices) {
            receiver.withLock { $0 }?.counters ?? ReceiverCounters()
        }
        let watched = mailboxes.enumerated().map { [began, devices, inbox] place, mailbox in
            WatchSource(
                mailbox.engine,
                settings: mailbox.engine.settings,
                began: began,
                nameOfDevice: { device in devices.name(of: device) },
                counters: {
                    // What waits for a producer is for the default one.
                    reporter.watchCounters(waitingInInbox: place == 0 ? inbox.waiting : 0)
                }
            )
        }
        var network = network.settings(for: settings, on: addresses, security)
        network.mailboxOfPort = further.mailboxOfPort
        self.network = Network(
            mailboxes,
            devices: devices,
            network,
            watched: watched,
            report: reporter.report
        )
        reporter.tally = self.network.tally
        do {
            try self.network.listen(on: sockets.map(\.address))
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
            mailboxes: mailboxes,
            token: security.admission.token,
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
            room: network.room,
            book: network.tally.refusalBook,
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
        let last = mailboxes.map { $0.engine.kernel.completeState() }
        inbox.close()
        for mailbox in mailboxes { mailbox.engine.stop() }
        let agents = network.finish()
        var all = zip(mailboxes, zip(last, agents)).map { MailboxSummary($0, $1.0, $1.1) }
        all[0].notRun += UInt64(inbox.waiting + counters.abandoned + counters.kickedOut)
        return Summary(
            mailboxes: all,
            nameOfDevice: devices.name,
            counters: counters,
            network: network.tally
        )
    }

    var counters: ReceiverCounters {
        var counters = receiver.withLock { $0 }?.counters ?? ReceiverCounters()
        counters.refusedOnConnections = network.tally.refusals
        return counters
    }

    /// What a dashboard needs of it.
    var watched: Watched {
        let all = mailboxes.indices.map(watched)
        var standard = all[0]
        standard.others = Array(all.dropFirst())
        return standard
    }

    private func watched(_ place: Int) -> Watched {
        let mailbox = mailboxes[place]
        let clients = network.clients(ofMailbox: place)
        var watched = Watched(
            engine: mailbox.engine,
            settings: mailbox.engine.settings,
            clock: clock,
            endpoint: endpoint,
            nameOfDevice: { [devices] device in devices.name(of: device) },
            clientOfAgent: { ordinal in clients.client(ofAgent: ordinal) },
            counters: { [self] in counters },
            waitingInInbox: { [inbox] in place == 0 ? inbox.waiting : 0 },
            began: began
        )
        watched.chaos = chaos
        watched.watchers = { [network] in network.watchers }
        (watched.mailbox, watched.destinations) = (mailbox.name, mailbox.destinations)
        watched.guardRoom(network) { [receiver] in receiver.withLock { $0 } }
        let needsToken = network.needsToken
        if let join = JoinLine(addresses, needsToken: needsToken) { watched.join(join) }
        // Text cannot name a mailbox.
        if place > 0 { watched.netcat = nil }
        watched.registered = { [network] in network.registered.entries }
        return watched
    }
}
