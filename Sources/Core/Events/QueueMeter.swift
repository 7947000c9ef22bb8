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

    /// How many consumers there are, how many have a job, and how many execute theirs.
    struct Consumers {
        var all = 0
        var holding = 0
        var executing = 0
    }

    /// Seconds of running engine so far; stands still in a pause.
    private var clock = 0.0
    private var time: Microseconds
    private var isPaused: Bool
    private var consumers = Consumers()
    private var occupied = 0
    private var capacity: Int
    private var keepsSlots = false
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
        capacity = state.capacity
        self.window = window
        recount(state)
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
        case .quantumEnded: rest(event.thread.flatMap { before[$0]?.job?.id })
        case .killed: forget(event.thread.flatMap { before[$0]?.job?.id })
        case .programChanged:
            for thread in before.threads where thread.finishesBeforehand { begin(thread.job?.id) }
            return recount(after)
        default: break
        }
        occupied = after.occupied
        guard let id = event.thread else { return }
        consumers.count(before[id], -1)
        consumers.count(after[id], 1)
    }

    /// Time has passed without an event.
    package mutating func advance(to now: Microseconds) {
        let elapsed = (now - time).inSeconds
        time = max(time, now)
        guard !isPaused, elapsed > 0 else { return }
        clock += elapsed
        let (consumers, inside, isFull) = (consumers, inside, isFull)
        change { totals in
            totals.duration += elapsed
            totals.jobSeconds += elapsed * Double(inside)
            totals.busySeconds += elapsed * Double(consumers.executing)
            totals.consumerSeconds += elapsed * Double(consumers.all)
            if isFull { totals.fullSeconds += elapsed }
        }
    }

    private var inside: Int { occupied + consumers.holding }

    /// Without slots it is full when every consumer has a job: nobody can be received.
    private var isFull: Bool {
        if capacity == 0 { return inside >= consumers.all }
        return (keepsSlots ? inside : occupied) >= capacity
    }

    /// What was measured in the window; `nil` while nobody could execute a job.
    package var figures: QueueFigures? {
        guard consumers.all > 0 else { return nil }
        let sum = seconds.reduce(into: QueueTotals()) { $0 += $1.totals }
        let room = capacity + (keepsSlots ? 0 : consumers.all)
        return QueueFigures(sum, consumers: consumers.all, room: room)
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

    /// Its quantum is over: it waits again.
    private mutating func rest(_ job: UInt64?) {
        guard let job else { return }
        stays[job]?.pause(at: clock)
    }

    /// It comes again as another job.
    private mutating func forget(_ job: UInt64?) {
        if let job { stays[job] = nil }
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

    private mutating func recount(_ state: EngineState) {
        keepsSlots = state.programs.keepsSlotsWhileExecuting
        occupied = state.occupied
        consumers = Consumers()
        for thread in state.threads { consumers.count(thread, 1) }
    }
}

extension QueueMeter.Consumers {
    /// Adds what this thread is, or takes it away.
    mutating func count(_ thread: ThreadActivity?, _ change: Int) {
        guard let thread, thread.role == .consumer, thread.phase != .ended, !thread.isResting else {
            return
        }
        all += change
        if thread.job != nil { holding += change }
        if case .executing = thread.phase { executing += change }
    }
}

extension ProgramPair {
    /// Whether a job's slot stays taken until the job is done; usually it is given back before.
    ///
    /// Round robin does so to have a place to put the job back into, and who executes in the critical
    /// section has no other way.
    package var keepsSlotsWhileExecuting: Bool {
        let statements = consumer.statements
        guard let execute = statements.firstIndex(where: \.isExecution),
            let signal = statements.firstIndex(of: .signal(.empty))
        else { return false }
        return signal > execute
    }
}
