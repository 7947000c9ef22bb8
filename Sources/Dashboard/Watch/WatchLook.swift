import Core

/// Turns the frames of a server into what the model takes, as `EngineLook` does for an engine here.
///
/// The events are read with the same reader, so that both screens say the same. Main thread.
final class WatchLook {
    /// What a greeting brings: another run, or the same one again.
    struct Run {
        let greeting: WatchGreeting
        let wallClock: WallClock
        let isStrict: Bool

        init(_ greeting: WatchGreeting) {
            self.greeting = greeting
            wallClock = WallClock(greeting.header.began)
            isStrict = greeting.header.service == KernelSettings.Service.strict.rawValue
        }
    }

    private let nameOfDevice: @Sendable (DeviceID) -> String
    private(set) var run: Run?
    private(set) var state: EngineState?
    /// What the log of this run has seen; nothing before the first frame.
    private var reader: EventReader?
    /// What can be looked back into: since the events were last without a gap.
    private(set) var timeline: Timeline?
    private var frame = WatchFrame()
    private var frameCame = ContinuousClock.now
    private var isLive = false
    private var lines: [LogLine] = []
    private var newFaults: [Fault] = []
    private var peaks: [OccupancySecond] = []
    /// The times that were told last.
    private var times: [TimeRow] = []
    private var devices: [Ledger.Entry] = []
    private(set) var clients: [Int: String] = [:]
    /// All of the server's mailboxes; empty where it does not tell of them.
    private(set) var mailboxes: [MailboxList.Row] = []

    /// More events are forgotten all at once.
    private static let longestTimeline: UInt64 = 262_144

    init(nameOfDevice: @escaping @Sendable (DeviceID) -> String) {
        self.nameOfDevice = nameOfDevice
    }

    /// The server's time, as far as it is known here: it goes on between two frames.
    var now: Microseconds {
        guard isLive else { return frame.now }
        return frame.now + Microseconds(ContinuousClock.now - frameCame)
    }

    /// The server has said what it is.
    ///
    /// - Parameter greeting: Of a new run, or of the same one after the connection was lost.
    /// - Returns: Whether it is another run than before.
    func greet(_ greeting: WatchGreeting) -> Bool {
        isLive = true
        let isOther = run?.greeting != greeting
        run = Run(greeting)
        if isOther {
            (state, reader, timeline) = (nil, nil, nil)
            (times, devices, clients) = ([], [], [:])
            mailboxes = greeting.mailboxes.map(MailboxList.Row.init)
        }
        return isOther
    }

    /// Whether the engine stopped before the stream ended, so that the server ended as it should.
    var hasEnded: Bool { state?.isCancelled ?? false }

    /// The connection is lost: time stands still.
    func lose() {
        frame.now = now
        isLive = false
    }

    /// Goes on by a frame.
    ///
    /// - Parameters:
    ///   - frame: What the decoder has checked already.
    ///   - moment: When it came.
    ///   - visit: Called for each event in order, with the state before it.
    ///   - gap: Called after the events with how many follow them unseen, and where they led.
    /// - Returns: Whether it leads back, as no run does: then it is another one after all.
    @discardableResult
    func take(
        _ frame: WatchFrame,
        at moment: ContinuousClock.Instant,
        visit: (Event, _ before: EngineState) -> Void = { _, _ in },
        gap: (UInt64, EngineState) -> Void = { _, _ in }
    ) -> Bool {
        let before = state?.number ?? 0
        (self.frame, frameCame) = (frame, moment)
        devices = frame.devices ?? devices
        if let rows = frame.times { times = rows.map(TimeRow.init) }
        clients.merge(frame.clients) { $1 }
        for (place, counts) in (frame.mailboxes ?? []).enumerated().prefix(mailboxes.count) {
            (mailboxes[place].counts, mailboxes[place].isPaused) = (counts.buffer, counts.isPaused)
        }
        if var state {
            for event in frame.events {
                visit(event, state)
                reader?.read(event, before: state)
                state.apply(event)
                peaks.note(state.occupied, at: event.time)
                timeline?.append(event)
            }
            self.state = state
        }
        if let state = frame.state { go(to: state, at: frame.now, gap) }
        if let timeline, timeline.lastNumber - timeline.firstNumber > Self.longestTimeline {
            self.timeline = Timeline(from: timeline.lastState, ledger: devices)
        }
        return state.map { $0.number < before } ?? false
    }

    private func go(
        to state: EngineState,
        at now: Microseconds,
        _ gap: (UInt64, EngineState) -> Void
    ) {
        defer {
            self.state = state
            timeline = Timeline(from: state, ledger: devices)
        }
        guard let run else { return }
        guard let before = self.state, before.number <= state.number, reader != nil else {
            reader = EventReader(
                from: state,
                isStrict: run.isStrict,
                nameOfDevice: nameOfDevice,
                wallClock: run.wallClock
            )
            return
        }
        let missed = state.number - before.number
        guard missed > 0 else { return }
        reader?.skip(to: state, missed: missed, at: now)
        gap(missed, state)
    }

    /// What is new since the last look; `nil` while no state is known.
    func look() -> Look? {
        guard let state, reader != nil else { return nil }
        let now = now
        peaks.note(state.occupied, at: now)
        defer { peaks = [] }
        return Look(
            state: state,
            now: now,
            peaks: peaks,
            lines: reader?.takeLines() ?? [],
            devices: devices.map { entry in
                DeviceRow(
                    name: nameOfDevice(entry.device),
                    cpuTime: entry.cpuTime,
                    jobs: entry.jobs
                )
            },
            counters: ReceiverCounters(frame.counters),
            waitingInInbox: frame.counters.waitingInInbox,
            times: times,
            verdict: reader?.verdict,
            moment: reader?.moment,
            newFaults: reader?.takeNewFaults() ?? [],
            chart: reader?.chart(at: now) ?? GanttChart(bars: [], consumers: []),
            figures: reader?.figures(at: now)
        )
    }

    /// What this watcher has seen without a gap, to look back into.
    var film: Film? {
        guard let timeline, let run else { return nil }
        return Film(
            timeline: timeline,
            isStrict: run.isStrict,
            nameOfDevice: nameOfDevice,
            wallClock: run.wallClock
        )
    }
}

extension TimeRow {
    fileprivate init(_ times: WatchFrame.Times) {
        self.init(
            name: times.name,
            mean: times.mean,
            median: times.median,
            slowest: times.slowest
        )
    }
}

extension MailboxList.Row {
    /// One of which nothing is known yet but what never changes.
    fileprivate init(_ mailbox: WatchMailbox) {
        self.init(
            name: mailbox.name,
            counts: BufferCounts(),
            destinations: mailbox.destinations.compactMap { text in
                let words = text.split(separator: " ", maxSplits: 1)
                guard words.count == 2,
                    let kind = Destination.Kind.allCases.first(where: { "\($0)" == words[0] })
                else { return nil }
                return Destination(kind, String(words[1]))
            }
        )
    }
}
