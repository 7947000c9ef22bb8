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

        package init() {}
    }

    package let tally = NetworkTally()
    package var limits: ConnectionLimits { settings.limits }
    private let settings: Settings
    private let group: MultiThreadedEventLoopGroup
    private let agents: AgentLoop
    private let services: NIOLoopBoundBox<Dialects?>
    private let server: Guarded<TCPServer?> = Guarded(nil)
    private let waitingDatagrams = Guarded(0)
    private let watcherBook: Guarded<WatcherBook?> = Guarded(nil)

    /// Datagrams that wait for the event loop to look at them; more are refused.
    private static let mostWaitingDatagrams = 1024
    /// How long clients may take to accept what was written to them before the end.
    private static let patience = TimeAmount.milliseconds(500)

    /// - Parameters:
    ///   - engine: Whose buffer clients use.
    ///   - devices: Gives each device's name its number.
    ///   - settings: What clients may do.
    ///   - watched: What watchers are told about; `nil` where nobody may watch.
    ///   - report: The server now, for the pages; called on the event loop.
    package init(
        _ engine: Engine,
        devices: DeviceTable,
        _ settings: Settings,
        watched: WatchSource? = nil,
        report: @escaping @Sendable (Agents) -> ServerReport
    ) {
        self.settings = settings
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        agents = AgentLoop(engine, limit: settings.limits.calls, seed: settings.seed, on: loop)
        services = NIOLoopBoundBox.makeBoxSendingValue(nil, as: Dialects?.self, eventLoop: loop)
        let clients = agents.clients
        agents.withAgentsLater { [services, tally, watcherBook] agents in
            let watching = watched.map {
                WatchService($0, clients: clients, limit: settings.watchers, on: loop)
            }
            watcherBook.withLock { $0 = watching?.book }
            services.value = Dialects(
                agents,
                devices: devices,
                tally: tally,
                settings: settings,
                clock: engine.kernel.clock,
                watching: watching,
                report: { report(agents) }
            )
        }
    }

    /// Listens on TCP.
    ///
    /// - Parameter addresses: Where; their ports are not 0.
    /// - Throws: A `TransportError` where one cannot be served.
    package func listen(on addresses: [SocketAddress]) throws {
        let server = try TCPServer(
            addresses,
            on: agents.loop,
            settings.limits,
            tally,
            tls: settings.tls
        ) { [services] dialect, channel, connection in
            services.value?.begin(dialect, channel, connection)
        }
        self.server.withLock { $0 = server }
    }

    /// Accepts no more connections.
    package func stopListening() {
        server.withLock { $0 }?.stopListening()
    }

    /// Ends it all, after the engine has stopped: whoever waits is told so, replies and reports that
    /// are owed are sent, then connections are closed and the loop's thread ends.
    ///
    /// - Returns: What the agents did.
    package func finish() -> AgentsReport {
        let report = try? agents.withAgents { [services] agents in
            services.value?.endWatching()
            agents.stop()
            return AgentsReport(agents)
        }
        if let server = server.withLock({ $0 }) { server.close(within: Self.patience) }
        _ = try? agents.loop.submit { [agents, services] in
            services.value = nil
            agents.forgetAgents()
        }.wait()
        try? group.syncShutdownGracefully()
        return report ?? AgentsReport()
    }

    /// Does something on the event loop, now and again and again until it is cancelled.
    ///
    /// - Parameters:
    ///   - interval: How long to wait in between.
    ///   - body: What to do; it must not wait.
    /// - Returns: What cancels it.
    func repeatedly(
        every interval: TimeAmount,
        _ body: @escaping @Sendable (Agents) -> Void
    ) -> RepeatedTask {
        agents.loop.scheduleRepeatedTask(initialDelay: .zero, delay: interval) { [agents] _ in
            agents.withAgentsLater(body)
        }
    }

    /// Who watches now, the oldest first; any thread may ask.
    package var watchers: [WatcherRow] { watcherBook.withLock { $0 }?.rows ?? [] }

    /// For whom an agent waits, or last had to wait; any thread may ask.
    package func client(ofAgent ordinal: Int) -> String {
        agents.clients.client(ofAgent: ordinal)
    }
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
    package var putsText: Bool { settings.putsDatagrams }

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
        agents.loop.execute { [self] in
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
