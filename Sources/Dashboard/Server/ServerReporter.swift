import Core

/// Puts together what the server's pages tell, on the event loop.
final class ServerReporter: Sendable {
    private let engine: Engine
    private let devices: DeviceTable
    private let datagrams: @Sendable () -> ReceiverCounters
    private let events = Guarded<NetworkTally?>(nil)

    /// - Parameters:
    ///   - engine: Whose buffer it is.
    ///   - devices: The names of the devices.
    ///   - datagrams: What the receivers of datagrams have counted.
    init(
        engine: Engine,
        devices: DeviceTable,
        datagrams: @escaping @Sendable () -> ReceiverCounters
    ) {
        self.engine = engine
        self.devices = devices
        self.datagrams = datagrams
    }

    /// The network's own counters; it is made after us, because it asks us.
    var tally: NetworkTally? {
        get { events.withLock { $0 } }
        set { events.withLock { $0 = newValue } }
    }

    /// The server now.
    ///
    /// Cost: a snapshot of the kernel and one line for each device, so not for every job.
    func report(_ agents: Agents) -> ServerReport {
        let state = engine.kernel.snapshot()
        let times = engine.ledger.jobTimes
        var report = ServerReport()
        report.isStopping = state.isCancelled
        report.counts = agents.counts
        report.semaphores = state.semaphores.map {
            ServerReport.Semaphore(name: "\($0.name)", value: $0.value, waiting: $0.waiterCount)
        }
        report.jobs = jobs(state, agents)
        report.devices = engine.ledger.all
            .sorted { $0.cpuTime > $1.cpuTime }
            .map { ServerReport.Device(name: devices.name(of: $0.device), cpuTime: $0.cpuTime) }
        report.droppedDatagrams = drops
        report.networkEvents = (tally?.report ?? []) + doublings
        report.waits = ServerReport.Waits(times.waiting)
        return report
    }

    /// What watchers are told that no event says.
    func watchCounters(waitingInInbox: Int) -> WatchCounters {
        let datagrams = datagrams()
        var counters = WatchCounters()
        counters.waitingInInbox = waitingInInbox
        counters.accepted = datagrams.accepted
        counters.refused = datagrams.refused + (tally?.refusals ?? 0)
        counters.droppedBySystem = datagrams.droppedBySystem
        counters.droppedOnPurpose = datagrams.droppedOnPurpose
        counters.doubledOnPurpose = datagrams.doubledOnPurpose
        return counters
    }

    private func jobs(_ state: EngineState, _ agents: Agents) -> [ServerReport.Count] {
        let refusals = agents.refusals
        return [
            ("executed", state.consumed - min(state.consumed, agents.taken)),
            ("taken", agents.taken), ("lost", state.lost), ("doubled", state.doubled),
            ("refused_full", UInt64(refusals.full)), ("refused_empty", UInt64(refusals.empty)),
            ("timed_out", UInt64(refusals.timedOut)), ("late", UInt64(refusals.late)),
            ("too_large", UInt64(refusals.tooLarge)),
            ("too_many_calls", UInt64(refusals.tooManyCalls)),
            ("withdrawn", UInt64(refusals.withdrawn)),
            ("undelivered", UInt64(refusals.undelivered)),
        ].map { ServerReport.Count($0.0, $0.1) }
    }

    private var drops: [ServerReport.Count] {
        let counters = datagrams()
        return Refusal.allCases.map {
            ServerReport.Count($0.rawValue, UInt64(counters.refused($0)))
        } + [
            ServerReport.Count("dropped by the system", UInt64(counters.droppedBySystem)),
            ServerReport.Count("on purpose", UInt64(counters.droppedOnPurpose)),
        ]
    }

    private var doublings: [ServerReport.Count] {
        let count = UInt64(datagrams().doubledOnPurpose)
        return [ServerReport.Count("datagram doubled on purpose", count)]
    }
}
