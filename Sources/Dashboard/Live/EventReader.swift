import Core

/// Reads events as people do: what happened, in sentences, and what is wrong.
///
/// The live dashboard, a look back and a replay read with it, so they say the same.
struct EventReader {
    /// After the event that was read last.
    private(set) var state: EngineState
    /// What was found wrong since this was last asked.
    private(set) var newFaults: [Fault] = []
    /// The last event that was done in a step, or that somebody wanted to be told of.
    private(set) var moment: Moment?
    /// What was wrong when the engine was told to stop, which lets everybody go.
    private var lastVerdict: Verdict?
    private var watch: FaultWatch
    private var record: GanttRecord
    private var meter: QueueMeter
    private var lines: [LogLine] = []
    private let sentences: Sentences
    private let explainer: Explainer
    private let wallClock: WallClock

    init(
        from state: EngineState,
        isStrict: Bool,
        nameOfDevice: @escaping @Sendable (DeviceID) -> String,
        wallClock: WallClock
    ) {
        self.state = state
        self.wallClock = wallClock
        sentences = Sentences(nameOfDevice: nameOfDevice)
        explainer = Explainer()
        watch = FaultWatch(isStrict: isStrict)
        record = GanttRecord(from: state)
        meter = QueueMeter(from: state)
        newFaults = watch.see(state)
    }

    mutating func read(_ event: Event, before: EngineState) {
        if event.fact == .cancelled { lastVerdict = verdict }
        state = before
        state.apply(event)
        newFaults += watch.note(event, before: before, after: state)
        record.note(event, before: before)
        meter.note(event, before: before, after: state)
        // What was stepped before it ran on is not the last thing that happened any more.
        if event.fact == .resumed { moment = nil }
        // Whoever steps wants to see every statement.
        if before.isPaused && event.thread != nil { tell(event, before) }
        guard !event.fact.isRoutine || before.isPaused else { return }
        lines.append(line(event, before))
    }

    /// Keeps this event as the moment's.
    mutating func tell(_ event: Event, _ before: EngineState) {
        moment = Moment(
            number: before.number + 1,
            text: sentence(event, before),
            thread: event.thread
        )
    }

    /// Goes on from a state, because the events that led to it were not written down.
    mutating func skip(to state: EngineState, missed: UInt64, at now: Microseconds) {
        self.state = state
        newFaults += watch.see(state)
        // Of what nobody saw there is no chart and no measure: both begin anew.
        record = GanttRecord(from: state)
        meter = QueueMeter(from: state)
        remark("+\(missed) events not shown: the engine is faster than this screen", at: now)
    }

    /// Adds a line about the screen or the recording itself.
    mutating func remark(_ text: String, at now: Microseconds) {
        let time = wallClock.time(at: now)
        lines.append(LogLine(number: state.number, time: time, text: text, kind: .gap))
    }

    /// The log's lines since the last time, the oldest first.
    mutating func takeLines() -> [LogLine] {
        defer { lines = [] }
        return lines
    }

    mutating func takeNewFaults() -> [Fault] {
        defer { newFaults = [] }
        return newFaults
    }

    /// What consumers executed, up to this moment.
    func chart(at now: Microseconds) -> GanttChart { record.chart(at: now) }

    /// What the queue was like, up to this moment.
    mutating func figures(at now: Microseconds) -> QueueFigures? {
        meter.advance(to: now)
        return meter.figures
    }

    /// What is wrong now, the most serious.
    var verdict: Verdict? {
        let present = watch.present.first.map { fault in
            let explanation = explainer.explain(fault, in: state)
            return Verdict(
                title: explanation.title,
                text: "\(explanation.sentence) \(explanation.advice)",
                drawing: explanation.drawing,
                since: fault.number
            )
        }
        return present ?? (state.isCancelled ? lastVerdict : nil)
    }

    /// What happened, in words.
    func sentence(_ event: Event, _ before: EngineState) -> String {
        sentences.sentence(for: event, before: before)
    }

    private func line(_ event: Event, _ before: EngineState) -> LogLine {
        LogLine(
            number: before.number + 1,
            time: wallClock.time(at: event.time),
            text: sentence(event, before),
            kind: event.fact.isWaiting ? .waiting : event.thread == nil ? .control : .ordinary
        )
    }
}

extension Event.Fact {
    fileprivate var isWaiting: Bool {
        switch self {
        case .blocked, .timedOut, .waitedCondition: true
        default: false
        }
    }
}
