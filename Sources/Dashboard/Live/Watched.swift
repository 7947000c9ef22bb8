import Core

/// What a dashboard watches: an engine, and the few facts about it that the engine does not know.
package struct Watched {
    let engine: Engine
    let settings: EngineSettings
    let clock: any EngineClock
    /// Where jobs come in, such as `localhost 5555`.
    let endpoint: String
    let nameOfDevice: @Sendable (DeviceID) -> String
    /// For whom an agent waits, by the 2 in A2; empty where nobody knows.
    let clientOfAgent: @Sendable (Int) -> String
    let counters: () -> ReceiverCounters
    /// Received jobs that no producer has taken yet.
    let waitingInInbox: () -> Int
    /// What is to be said in the log that no event says, once.
    var takeRemarks: () -> [String] = { [] }
    /// Who is registered with the server.
    var registered: () -> [Registry.Entry] = { [] }
    /// What is done to datagrams on purpose.
    var chaos = DatagramChaos()
    /// Who watches from other terminals.
    var watchers: () -> [WatcherRow] = { [] }
    /// Who may send what; `nil` where nobody sends over the network.
    private(set) var room: Room?
    /// Where to send jobs to, where other machines can.
    private(set) var join: JoinLine?
    /// Whether the keyboard may look, but change nothing.
    var isReadOnly = false
    /// What the title says it is about, and how to send a job to it, where that can be done.
    var source: String
    var netcat: String?
    /// What stands for a job in the buffer; `nil` for its device and its time.
    var labelOfJob: ((Job) -> String)?
    /// Whether the run has ended by itself, beside the engine's being complete.
    var isOver: () -> Bool = { false }
    /// Which mailbox it is, and by what messages for it can be addressed.
    var mailbox = Mailboxes.standardName
    var destinations: [Destination] = []
    /// The mailboxes beside this one, where it is a server's.
    var others: [Watched] = []
    /// One for all, so that a moment has the same time of day everywhere.
    let wallClock: WallClock
    /// When the clock was at zero.
    let began: WallTime

    /// The clock was at zero when the engine `began`; `nil` asks the clock itself.
    package init(
        engine: Engine,
        settings: EngineSettings,
        clock: any EngineClock,
        endpoint: String,
        nameOfDevice: @escaping @Sendable (DeviceID) -> String,
        clientOfAgent: @escaping @Sendable (Int) -> String = { _ in "" },
        counters: @escaping () -> ReceiverCounters,
        waitingInInbox: @escaping () -> Int,
        began: WallTime? = nil
    ) {
        self.engine = engine
        self.settings = settings
        self.clock = clock
        self.endpoint = endpoint
        source = Self.title(of: endpoint) + " udp tcp"
        // Every address is none that a sender could use.
        let isEverywhere = endpoint.hasPrefix("0.0.0.0 ") || endpoint.hasPrefix(":: ")
        let port = endpoint.split(separator: " ").last ?? ""
        netcat = "nc -u -w1 " + (isEverywhere ? "ADDRESS \(port)" : endpoint)
        self.nameOfDevice = nameOfDevice
        self.clientOfAgent = clientOfAgent
        self.counters = counters
        self.waitingInInbox = waitingInInbox
        self.began = began ?? WallTime(origin: clock)
        wallClock = WallClock(self.began)
    }

    /// `localhost:5555`, `[::1]:5555`; or what there is instead of a host and a port.
    static func title(of endpoint: String) -> String {
        let words = endpoint.split(separator: " ")
        guard words.count == 2, words[0].contains(":") else {
            return endpoint.replacing(" ", with: ":")
        }
        return "[\(words[0])]:\(words[1])"
    }

    /// The engine's history up to now; that of a film taken earlier is gone on with where that can be,
    /// and as long as it does not become much longer than the history.
    func film(after film: Film?) -> Film {
        let start = film?.timeline.firstNumber ?? 0
        let isShort = engine.kernel.eventNumber - start <= 2 * UInt64(settings.kernel.history)
        if var film, isShort, engine.extend(&film.timeline) { return film }
        return Film(
            timeline: engine.timeline(),
            isStrict: isStrict,
            nameOfDevice: nameOfDevice,
            wallClock: wallClock
        )
    }

    /// A screen of it that knows nothing yet but its state.
    func model(size: (width: Int, height: Int)) -> DashboardModel {
        DashboardModel(
            setup: DashboardModel.Setup(
                source: source,
                netcat: netcat,
                policy: settings.kernel.policy,
                producers: settings.producers,
                consumers: settings.consumers,
                execution: settings.kernel.execution,
                nameOfDevice: nameOfDevice,
                clientOfAgent: clientOfAgent,
                labelOfJob: labelOfJob,
                hasRoom: room != nil,
                join: join,
                isReadOnly: isReadOnly
            ),
            state: engine.kernel.snapshot(),
            size: size
        )
    }

    /// The mailbox now; `nil` where it is no server's.
    var mailboxRow: MailboxList.Row? {
        guard !destinations.isEmpty else { return nil }
        return MailboxList.Row(
            name: mailbox,
            counts: engine.kernel.counts,
            isPaused: engine.kernel.isPaused,
            destinations: destinations
        )
    }

    /// What the keyboard and the screen need of the network's guard.
    struct Room {
        let network: Network
        /// Who has the jobs that have not reached the buffer; `nil` while nobody receives.
        let receiver: () -> UDPReceiver?

        var guarding: RoomGuard { network.room }
        var book: RefusalBook { network.tally.refusalBook }

        /// - Returns: How many waiting jobs were given up.
        func kick(_ device: DeviceID) -> Int {
            network.kick(device)
            return receiver()?.giveUp(jobsOf: device) ?? 0
        }

        /// - Returns: How many waiting jobs were given up.
        func kick(_ address: SocketAddress) -> Int {
            network.kick(address)
            return receiver()?.giveUp(jobsFrom: address) ?? 0
        }
    }

    mutating func guardRoom(_ network: Network, receiver: @escaping () -> UDPReceiver?) {
        room = Room(network: network, receiver: receiver)
    }

    mutating func join(_ line: JoinLine) {
        join = line
        source = line.title
        netcat = line.netcat
    }

    var isStrict: Bool { settings.kernel.service == .strict }

    var sentences: Sentences { Sentences(nameOfDevice: nameOfDevice) }
}
