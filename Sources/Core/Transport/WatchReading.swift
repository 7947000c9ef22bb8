/// Reads from an engine what watchers are told next. Used on the event loop only.
///
/// It is one observer like the dashboard's, for all watchers of a mailbox together, and it asks for
/// events of its own only where nobody else does: who watches from afar changes nothing for who looks
/// on here.
final class WatchReading {
    private let source: WatchSource
    private let observer: Observer
    private let clients: ClientNames
    private let roll: MailboxRoll
    private var timesReadAt: Microseconds?
    /// As they were told last.
    private(set) var devices: [Ledger.Entry] = []
    private(set) var times: [WatchFrame.Times] = []
    private(set) var clientsTold: [Int: String] = [:]
    private var mailboxes: [WatchMailbox.Counts] = []
    private var counters = WatchCounters()

    /// A percentile is a walk through a histogram.
    private static let timesInterval = Microseconds(1_000_000)

    init(_ source: WatchSource, clients: ClientNames, roll: MailboxRoll) {
        self.source = source
        self.clients = clients
        self.roll = roll
        observer = Observer(source.engine, budget: WatchFrame.Limits.events, isGuest: true)
    }

    /// Where the engine was at the last look.
    var state: EngineState { observer.state }

    /// Catches up with the engine.
    ///
    /// - Parameter watchers: How many watch.
    /// - Returns: What is new, and whether anything is but the time.
    func look(watchers: Int) -> (frame: WatchFrame, isNews: Bool) {
        var frame = WatchFrame()
        let before = observer.state.number
        var isCut = false
        let missed = observer.look { event, _ in
            if frame.events.count < WatchFrame.Limits.events {
                frame.events.append(event)
            } else {
                isCut = true
            }
        }
        let state = observer.state
        // Where not all slots are known the fold would miscount what is misplaced.
        let isUnsure =
            state.programs.misplacesJobs && state.capacity > EngineState.Limits.slots
        if missed > 0 || isCut || isUnsure { frame.state = state.bounded }
        if missed > 0 || isCut {
            frame.events = Array(frame.events.prefix(WatchFrame.Limits.eventsBeforeGap))
        }
        frame.now = source.engine.kernel.clock.now
        var isNews = state.number != before
        frame.counters = source.counters()
        frame.counters.watchers = watchers
        if frame.counters != counters { isNews = true }
        counters = frame.counters
        let mailboxes = roll.read(at: frame.now)
        if mailboxes != self.mailboxes { (frame.mailboxes, isNews) = (mailboxes, true) }
        self.mailboxes = mailboxes
        if isNews { noteRows(&frame) }
        return (frame, isNews)
    }

    /// Everything there is to know now, for who has seen nothing, or too little.
    func keyframe(_ frame: WatchFrame) -> WatchFrame {
        var keyframe = frame
        keyframe.events = []
        keyframe.state = observer.state.bounded
        keyframe.devices = devices
        keyframe.times = times
        keyframe.clients = clientsTold
        keyframe.mailboxes = mailboxes
        return keyframe
    }

    private func noteRows(_ frame: inout WatchFrame) {
        let ledger = source.engine.ledger
        let devices = ledger.top(WatchFrame.Limits.devices)
        if devices != self.devices { frame.devices = devices }
        self.devices = devices
        if timesReadAt.map({ frame.now - $0 >= Self.timesInterval }) ?? true {
            timesReadAt = frame.now
            let times = ledger.jobTimes.rows
            if times != self.times { frame.times = times }
            self.times = times
        }
        noteClients(&frame)
    }

    private func noteClients(_ frame: inout WatchFrame) {
        var present: [Int: String] = [:]
        for agent in observer.state.threads.prefix(EngineState.Limits.threads) where agent.isAgent {
            present[agent.ordinal] = clients.client(ofAgent: agent.ordinal)
        }
        frame.clients = present.filter { clientsTold[$0.key] != $0.value }
        clientsTold = present
    }
}

extension JobTimes {
    fileprivate var rows: [WatchFrame.Times] {
        [("response", response), ("waiting", waiting), ("turnaround", turnaround)].compactMap {
            name,
            histogram in
            guard let mean = histogram.mean, let median = histogram.percentile(50),
                let slowest = histogram.percentile(99)
            else { return nil }
            return WatchFrame.Times(name: name, mean: mean, median: median, slowest: slowest)
        }
    }
}
