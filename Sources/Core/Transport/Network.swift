import NIOCore
import NIOPosix

/// All that remote clients reach but the inbox: TCP in every dialect, and calls in datagrams.
///
/// One event loop reads, executes the agents' slices, and writes. It never waits: where a put cannot
/// go through, reading from that connection stops until it can.
package final class Network: Sendable {
    package struct Settings: Sendable {
        package var limits = ConnectionLimits()
        package var reply = EngineSettings.ReplyMoment.receipt
        package var seed: UInt64 = 1
        /// Whether no producer thread takes jobs from the inbox, so that calls must put them.
        package var putsDatagrams = false
        /// What peers and devices may have.
        package var quotas = Quotas()
        /// By which names browsers may ask for our pages; `nil` allows any.
        package var allowedHosts: Set<String>?
        /// Who must show the token.
        package var admission = Admission()
        /// Opens and seals datagrams; `nil` without a token.
        package var seals: Seals?
        /// Secures connections that ask for it.
        package var tls: ServerTLS?
        /// Where the server listens; the first is registered under its own name.
        package var addresses: [SocketAddress] = []
        /// Gets who registered with it.
        package let registered = RegisteredServices()
        /// How many may watch.
        package var watchers = 64
        /// At which ports another mailbox than the standard one is meant where none is named.
        package var mailboxOfPort: [UInt16: String] = [:]

        package init() {}
    }

    package let tally: NetworkTally
    /// Decides who may send what.
    package let room: RoomGuard
    package var limits: ConnectionLimits { settings.limits }
    /// Who registered with it.
    package var registered: RegisteredServices { settings.registered }
    /// Whether other machines must show a token.
    package var needsToken: Bool { settings.admission.token != nil }
    private let settings: Settings
    private let group: MultiThreadedEventLoopGroup
    private let loop: any EventLoop
    /// In the order of the mailboxes.
    private let agents: [AgentLoop]
    private let services: NIOLoopBoundBox<Dialects?>
    private let server: Guarded<TCPServer?> = Guarded(nil)
    private let waitingDatagrams = Guarded(0)
    private let watcherBook: Guarded<WatcherBook?> = Guarded(nil)

    /// Datagrams that wait for the event loop to look at them; more are refused.
    private static let mostWaitingDatagrams = 1024
    /// How long clients may take to accept what was written to them before the end.
    private static let patience = TimeAmount.milliseconds(500)

    /// - Parameters:
    ///   - mailboxes: Whose buffers clients use, the standard one first.
    ///   - devices: Gives each device's name its number.
    ///   - settings: What clients may do.
    ///   - watched: What watchers are told about each mailbox; empty where nobody may watch.
    ///   - report: The server now, for the pages; called on the event loop with the mailboxes' agents.
    package init(
        _ mailboxes: [MailboxEngine],
        devices: DeviceTable,
        _ settings: Settings,
        watched: [WatchSource] = [],
        report: @escaping @Sendable ([Agents]) -> ServerReport
    ) {
        precondition(!mailboxes.isEmpty, "there is always a mailbox")
        self.settings = settings
        let engine = mailboxes[0].engine
        let clock = engine.kernel.clock
        tally = NetworkTally(clock: clock)
        room = RoomGuard(settings.quotas, backlog: engine.backlog ?? Backlog(), clock: clock)
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        self.loop = loop
        let agents = mailboxes.map {
            AgentLoop($0.engine, limit: settings.limits.calls, seed: settings.seed, on: loop)
        }
        self.agents = agents
        services = NIOLoopBoundBox.makeBoxSendingValue(nil, as: Dialects?.self, eventLoop: loop)
        let clients = agents.map(\.clients)
        loop.execute { [services, tally, room, watcherBook] in
            let agents = agents.compactMap(\.agentsOnLoop)
            let watching =
                watched.isEmpty
                ? nil
                : WatchServices(
                    mailboxes,
                    watched,
                    clients: clients,
                    limit: settings.watchers,
                    on: loop
                )
            watcherBook.withLock { $0 = watching?.book }
            services.value = Dialects(
                Self.mailboxes(mailboxes, agents),
                devices: devices,
                tally: tally,
                settings: settings,
                room: room,
                clock: mailboxes[0].engine.kernel.clock,
                watching: watching,
                report: { report(agents) }
            )
        }
    }

    private static func mailboxes(_ engines: [MailboxEngine], _ agents: [Agents]) -> Mailboxes {
        let others = zip(engines, agents).dropFirst().map { mailbox, agents in
            Mailbox(name: mailbox.name, buffer: agents, destinations: mailbox.destinations)
        }
        return Mailboxes(agents[0], destinations: engines[0].destinations, others: others)
    }

    /// Listens on TCP.
    ///
    /// - Parameter addresses: Where; their ports are not 0.
    /// - Throws: A `TransportError` where one cannot be served.
    package func listen(on addresses: [SocketAddress]) throws {
        let server = try TCPServer(
            addresses,
            on: loop,
            settings.limits,
            tally,
            muted: room.muted,
            tls: settings.tls
        ) { [services] dialect, channel, connection in
            services.value?.begin(dialect, channel, connection)
        }
        self.server.withLock { $0 = server }
    }

    /// Mutes a device, closes the connections that sent jobs of it, and ends its calls that wait.
    ///
    /// What of it is in the buffer is executed: nothing is lost.
    package func kick(_ device: DeviceID) {
        room.mute(device, true)
        server.withLock { $0 }?.close(speakingFor: device)
        loop.execute { [agents] in
            for agents in agents { agents.agentsOnLoop?.endPuts(of: device) }
        }
    }

    /// Mutes an address, closes its connections whatever they do, and ends its calls that wait.
    package func kick(_ address: SocketAddress) {
        room.muted.mute(address, true)
        server.withLock { $0 }?.close(from: address.network)
        loop.execute { [services] in services.value?.denyCalls(from: address) }
    }

    /// Who sends, is connected, was refused something or is muted, by address, and whoever is chosen;
    /// any thread may ask.
    package func peers(with chosen: SocketAddress?) -> [PeerRow] {
        PeerRow.rows(
            connections: server.withLock { $0 }?.connectionsPerPeer ?? [:],
            muted: room.muted.all,
            devices: room.devicesOfAddresses,
            refusals: tally.refusalBook.rows,
            chosen: chosen
        )
    }

    /// Accepts no more connections.
    package func stopListening() {
        server.withLock { $0 }?.stopListening()
    }

    /// Ends it all, after the engine has stopped: whoever waits is told so, replies and reports that
    /// are owed are sent, then connections are closed and the loop's thread ends.
    ///
    /// - Returns: What the agents did, in the order of the mailboxes.
    package func finish() -> [AgentsReport] {
        let reports = agents.map { agents in
            try? agents.withAgents { [services] agents in
                services.value?.endWatching()
                agents.stop()
                return AgentsReport(agents)
            }
        }
        if let server = server.withLock({ $0 }) { server.close(within: Self.patience) }
        _ = try? loop.submit { [agents, services] in
            services.value = nil
            for agents in agents { agents.forgetAgents() }
        }.wait()
        group.endThreads()
        return reports.map { $0 ?? AgentsReport() }
    }

    /// Does something on the event loop, now and again and again until it is cancelled.
    ///
    /// - Parameters:
    ///   - interval: How long to wait in between.
    ///   - body: What to do with the standard mailbox's agents; it must not wait.
    /// - Returns: What cancels it.
    func repeatedly(
        every interval: TimeAmount,
        _ body: @escaping @Sendable (Agents) -> Void
    ) -> RepeatedTask {
        loop.scheduleRepeatedTask(initialDelay: .zero, delay: interval) { [agents] _ in
            if let standard = agents[0].agentsOnLoop { body(standard) }
        }
    }

    /// Who watches now, the oldest first; any thread may ask.
    package var watchers: [WatcherRow] { watcherBook.withLock { $0 }?.rows ?? [] }

    /// For whom each agent of a mailbox waits, or last had to wait; any thread may ask.
    ///
    /// - Parameter place: The mailbox's place; 0 is the standard one.
    /// - Returns: Their names by the agents' ordinals.
    package func clients(ofMailbox place: Int) -> ClientNames { agents[place].clients }
}

/// What the agents did, for the books and for people.
package struct AgentsReport: Equatable, Sendable {
    package var inserted: UInt64 = 0
    package var taken: UInt64 = 0
    package var refusals = Agents.Refusals()

    package init() {}

    init(_ agents: Agents) {
        inserted = agents.inserted
        taken = agents.taken
        refusals = agents.refusals
    }
}

extension Network: DatagramService {
    package func putsText(through socket: DatagramSocket) -> Bool {
        settings.putsDatagrams || settings.mailboxOfPort[socket.address.port] != nil
    }

    package func serve(
        _ call: DatagramCall,
        _ datagram: [UInt8],
        from peer: SocketAddress,
        through socket: DatagramSocket,
        _ standing: Standing,
        sealedWith nonce: UInt64?
    ) -> Bool {
        let hasRoom = waitingDatagrams.withLock { waiting in
            guard waiting < Self.mostWaitingDatagrams else { return false }
            waiting += 1
            return true
        }
        guard hasRoom else { return false }
        loop.execute { [self] in
            waitingDatagrams.withLock { $0 -= 1 }
            services.value?.serve(
                call,
                datagram,
                from: peer,
                through: socket,
                standing,
                sealedWith: nonce
            )
        }
        return true
    }
}
