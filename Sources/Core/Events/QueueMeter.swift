/// Measures a queue event by event, over the last few minutes.
///
/// Everything comes from the events, so a live engine, a recording and a rehearsal in virtual time
/// are measured alike.
package struct QueueMeter: Sendable {
    private struct Stay {
        let entered: Double
        var served = 0.0
        var started: Double?

        mutating func pause(at clock: Double) {
            served += clock - (started ?? clock)
            started = nil
        }
    }

    private struct Level {
        var inside = 0
        var busy = 0
        var consumers = 0
        var isFull = false
    }

    /// Seconds of running engine so far; stands still in a pause.
    private var clock = 0.0
    private var time: Microseconds
    private var isPaused: Bool
    private var level = Level()
    private var room = 0
    private var stays: [UInt64: Stay] = [:]
    private var lastArrival: Double?
    private var seconds: [(number: Int, totals: QueueTotals)] = []
    private let window: Int

    /// Five minutes: enough for thirty jobs of a slow class, and soon free of what was before.
    package static let usualWindow = 300

    /// - Parameters:
    ///   - state: Where it begins.
    ///   - window: How many seconds back the figures reach.
    package init(from state: EngineState, window: Int = usualWindow) {
        time = state.time
        isPaused = state.isPaused
        self.window = window
        read(state)
    }

    /// Goes on by one event.
    ///
    /// - Parameters:
    ///   - event: The one that happened.
    ///   - before: The state before it.
    ///   - after: The state after it.
    package mutating func note(_ event: Event, before: EngineState, after: EngineState) {
        advance(to: event.time)
        isPaused = after.isPaused
        switch event.fact {
        case .inserted: enter(event.thread.flatMap { before[$0]?.job?.id }, after)
        case .executionStarted: begin(event.thread.flatMap { before[$0]?.job?.id })
        case .executionFinished: leave(event.thread.flatMap { before[$0]?.job?.id })
        case .removed, .withdrew, .threadJoined, .threadEnded, .programChanged, .awaitedJobs,
            .jobsArrived:
            break
        default: return  // Nothing else changes who is inside.
        }
        read(after)
    }

    /// Time has passed without an event.
    package mutating func advance(to now: Microseconds) {
        let elapsed = (now - time).inSeconds
        time = max(time, now)
        guard !isPaused, elapsed > 0 else { return }
        clock += elapsed
        let level = self.level
        change { totals in
            totals.duration += elapsed
            totals.jobSeconds += elapsed * Double(level.inside)
            totals.busySeconds += elapsed * Double(level.busy)
            totals.consumerSeconds += elapsed * Double(level.consumers)
            if level.isFull { totals.fullSeconds += elapsed }
        }
    }

    /// What was measured in the window; `nil` while nobody could execute a job.
    package var figures: QueueFigures? {
        guard level.consumers > 0 else { return nil }
        let sum = seconds.reduce(into: QueueTotals()) { $0 += $1.totals }
        return QueueFigures(sum, consumers: level.consumers, room: room)
    }

    // MARK: - One job

    private mutating func enter(_ job: UInt64?, _ state: EngineState) {
        // A program that loses jobs would leave their stays here for ever.
        if stays.count > state.capacity + state.threads.count { stays.removeAll() }
        if let job { stays[job] = Stay(entered: clock) }
        let gap = lastArrival.map { clock - $0 }
        lastArrival = clock
        change { totals in
            totals.arrivals += 1
            if let gap { totals.gaps.add(gap) }
        }
    }

    private mutating func begin(_ job: UInt64?) {
        guard let job else { return }
        stays[job]?.started = clock
    }

    private mutating func leave(_ job: UInt64?) {
        guard let job, var stay = stays.removeValue(forKey: job) else { return }
        stay.pause(at: clock)
        let (inside, served) = (clock - stay.entered, stay.served)
        change { totals in
            totals.stays.add(inside)
            totals.services.add(served)
        }
    }

    // MARK: - Time

    private mutating func change(_ body: (inout QueueTotals) -> Void) {
        let second = Int(clock)
        if seconds.last?.number != second {
            seconds.append((second, QueueTotals()))
            if seconds[0].number <= second - window {
                seconds.removeAll { $0.number <= second - window }
            }
        }
        body(&seconds[seconds.count - 1].totals)
    }

    private mutating func read(_ state: EngineState) {
        var next = Level()
        for thread in state.threads where thread.role == .consumer && thread.canExecute {
            next.consumers += 1
            if thread.job != nil { next.inside += 1 }
            if case .executing = thread.phase { next.busy += 1 }
        }
        next.inside += state.occupied
        let keepsSlots = state.programs.keepsSlotsWhileExecuting
        room = state.capacity + (keepsSlots ? 0 : next.consumers)
        next.isFull = (keepsSlots ? next.inside : state.occupied) >= state.capacity
        level = next
    }
}

extension ThreadActivity {
    fileprivate var canExecute: Bool { phase != .ended && !isResting }
}

extension ProgramPair {
    /// Whether a job's slot stays taken until the job is done; usually it is given back before.
    package var keepsSlotsWhileExecuting: Bool {
        let statements = consumer.statements
        guard let execute = statements.firstIndex(of: .execute),
            let signal = statements.firstIndex(of: .signal(.empty))
        else { return false }
        return signal > execute
    }
}
