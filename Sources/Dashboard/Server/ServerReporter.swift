import Core

/// Puts together what the server's pages tell, on the event loop.
final class ServerReporter: Sendable {
    private let mailboxes: [MailboxEngine]
    private let devices: DeviceTable
    private let datagrams: @Sendable () -> ReceiverCounters
    private let events = Guarded<NetworkTally?>(nil)

    /// - Parameters:
    ///   - mailboxes: Whose buffers they are, the default one first.
    ///   - devices: The names of the devices.
    ///   - datagrams: What the receivers of datagrams have counted.
    init(
        mailboxes: [MailboxEngine],
        devices: DeviceTable,
        datagrams: @escaping @Sendable () -> ReceiverCounters
    ) {
        self.mailboxes = mailboxes
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
    /// Cost: a snapshot of each kernel and one line for each device, so not for every job.
    ///
    /// - Parameter agents: The mailboxes', in the same order.
    /// - Returns: What the pages are made of.
    func report(_ agents: [Agents]) -> ServerReport {
        let states = mailboxes.map { $0.engine.kernel.snapshot() }
        let reports = zip(mailboxes, zip(states, agents)).map(Self.report)
        var report = ServerReport()
        report.isStopping = states[0].isCancelled
        report.standard = reports[0]
        report.others = Array(reports.dropFirst())
        report.jobs = jobs(states, agents)
        report.devices = mailboxes.flatMap { $0.engine.ledger.all }.joined
            .sorted { $0.cpuTime > $1.cpuTime }
            .map { ServerReport.Device(name: devices.name(of: $0.device), cpuTime: $0.cpuTime) }
        report.droppedDatagrams = drops
        report.networkEvents = (tally?.report ?? []) + doublings
        report.refusals = refusals
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

    private static func report(
        _ mailbox: MailboxEngine,
        _ now: (state: EngineState, agents: Agents)
    ) -> ServerReport.Mailbox {
        var report = ServerReport.Mailbox(name: mailbox.name)
        report.counts = now.agents.counts
        report.semaphores = now.state.semaphores.map {
            ServerReport.Semaphore(name: "\($0.name)", value: $0.value, waiting: $0.waiterCount)
        }
        report.destinations = mailbox.destinations
        let ledger = mailbox.engine.ledger
        report.waits = { ServerReport.Waits(ledger.jobTimes.waiting) }
        return report
    }

    private func jobs(_ states: [EngineState], _ agents: [Agents]) -> [ServerReport.Count] {
        let refusals = agents.reduce(into: Agents.Refusals()) { $0 += $1.refusals }
        let taken = agents.reduce(0) { $0 + $1.taken }
        let consumed = states.reduce(0) { $0 + $1.consumed }
        let lost = states.reduce(0) { $0 + $1.lost }
        let doubled = states.reduce(0) { $0 + $1.doubled }
        let counts: [(String, UInt64)] = [
            ("executed", consumed - min(consumed, taken)), ("taken", taken),
            ("lost", lost), ("doubled", doubled),
            ("refused_full", UInt64(refusals.full)), ("refused_empty", UInt64(refusals.empty)),
            ("timed_out", UInt64(refusals.timedOut)), ("late", UInt64(refusals.late)),
            ("too_large", UInt64(refusals.tooLarge)),
            ("too_many_calls", UInt64(refusals.tooManyCalls)),
            ("withdrawn", UInt64(refusals.withdrawn)),
            ("undelivered", UInt64(refusals.undelivered)),
        ]
        return counts.map { ServerReport.Count($0.0, $0.1) }
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

    /// Some reasons are the same for datagrams and for connections.
    private var refusals: [ServerReport.Count] {
        let counters = datagrams()
        var counts = Refusal.allCases.map { ($0.rawValue, counters.refused($0)) }
        for event in NetworkEvent.allCases where event.isRefusal {
            let count = tally?[event] ?? 0
            if let place = counts.firstIndex(where: { $0.0 == event.rawValue }) {
                counts[place].1 += count
            } else {
                counts.append((event.rawValue, count))
            }
        }
        return counts.map { ServerReport.Count($0.0, UInt64($0.1)) }
    }

    private var doublings: [ServerReport.Count] {
        let count = UInt64(datagrams().doubledOnPurpose)
        return [ServerReport.Count("datagram doubled on purpose", count)]
    }
}
