import DequeModule

/// The engine without its threads: the real kernel and the real programs, executed by whoever calls,
/// in virtual time.
///
/// What every thread would do the caller does for all of them, one slice after the other, and the
/// clock moves only when nobody can. So the same settings and jobs give the same events, and an hour
/// takes a moment. At one moment producers come first: a policy sees all jobs that have arrived.
/// The threads of a broken program take turns as the seed has it, or it would not break.
///
/// One thread uses it.
package final class Rehearsal {
    package let kernel: Kernel
    package let clock = ManualClock()
    package let ledger = Ledger()
    /// The jobs executed, in the order in which they finished.
    package internal(set) var finished: [FinishedJob] = []
    /// Whether a job that arrives while no slot is free is lost, instead of waiting for one.
    package var turnsAwayWhenFull = false
    package internal(set) var turnedAway = 0
    /// How many slices one `run` may take, for programs that strangers wrote: some never rest.
    package var slicesAtMost = Int.max
    var slicesLeft = Int.max
    /// How many the last `run` took.
    package var slicesTaken: Int { slicesAtMost - slicesLeft }

    var actors: [Actor] = []
    var arrivals: [Arrival] = []
    var nextArrival = 0
    /// Jobs that have arrived and that no producer has fetched.
    var waiting: Deque<QueuedJob> = []
    var random: RandomNumbers
    let keepsEvents: Bool
    var events: [Event] = []
    var eventsTaken: UInt64 = 0

    /// A thread of the kernel, and when it wants to be asked again.
    struct Actor {
        let id: ThreadID
        let role: Program.Role
        let desk: UnsafeMutablePointer<Desk>
        /// When its job is done, as far as is known; `nil` where nobody has asked.
        var due: Microseconds?
    }

    struct Arrival {
        let time: Microseconds
        let job: Job
    }

    /// Events that may be in the kernel's ring before they are taken out of it.
    static let eventsAtMost: UInt64 = 4096
    /// How many slices in which nothing comes of anything end a moment: threads that look again and
    /// again would never let time pass.
    static let idleSlices = 64

    /// - Parameters:
    ///   - settings: As for an engine; jobs are never really computed.
    ///   - keepsEvents: Whether `takeEvents` will be asked.
    package init(_ settings: EngineSettings, keepsEvents: Bool = true) {
        var kernelSettings = settings.kernel
        if kernelSettings.execution == .spin { kernelSettings.execution = .sleep }
        kernelSettings.recordsEverything = keepsEvents
        kernelSettings.eventCapacity = max(4 * Int(Self.eventsAtMost), 1)
        self.keepsEvents = keepsEvents
        random = RandomNumbers(seed: settings.seed)
        kernel = Kernel(kernelSettings, clock: clock, changes: ChangeSignal())
        for role in Program.Role.allCases {
            let count = role == .producer ? settings.producers : settings.consumers
            for ordinal in 0..<count {
                let id = kernel.join(role, ordinal: ordinal + 1, parker: Parker())
                actors.append(Actor(id: id, role: role, desk: kernel.desk(of: id)))
            }
        }
        if settings.startsPaused { kernel.pause() }
    }

    /// The whole state, nothing left out.
    package var state: EngineState { kernel.completeState() }

    package var now: Microseconds { clock.now }

    /// Jobs that were sent and that no producer has fetched, now or later.
    package var jobsWaiting: Int { waiting.count + arrivals.count - nextArrival }

    /// All events since the last call, without a gap.
    package func takeEvents() -> [Event] {
        collectEvents()
        defer { events = [] }
        return events
    }

    /// Has a job arrive at this time, or now if that is past.
    ///
    /// - Complexity: Constant for jobs given in the order of their times.
    package func send(_ job: Job, at time: Microseconds) {
        let arrival = Arrival(time: time, job: job)
        var place = arrivals.count
        while place > nextArrival, arrivals[place - 1].time > time { place -= 1 }
        arrivals.insert(arrival, at: place)
        if time <= clock.now { deliver() }
    }

    // MARK: - The gate

    package func pause() { control { kernel.pause() } }

    package func resume() { control { kernel.resume() } }

    package func setRate(_ rate: Rate) { control { kernel.setRate(rate) } }

    package func changeProgram(to index: Int) -> Bool {
        var isDone = false
        control { isDone = kernel.changeProgram(to: index) }
        return isDone
    }

    private func control(_ change: () -> Void) {
        change()
        for place in actors.indices { actors[place].due = nil }
    }

    /// As `Gate.kill` does.
    package func kill(_ id: ThreadID) -> Bool {
        var isDone = false
        control {
            let (_, done, job) = kernel.kill(id)
            isDone = done
            let desk = kernel.thread(id).pointee.desk
            if !desk.pointee.hasNoJob {
                waiting.prepend(desk.pointee.batch[desk.pointee.batchNext])
                desk.pointee.batchNext = desk.pointee.batchCount
            }
            if let job { waiting.prepend(job) }
        }
        letProducersKnow()
        return isDone
    }

    package func revive(_ id: ThreadID) -> Bool {
        var isDone = false
        control { isDone = kernel.revive(id) }
        return isDone
    }

    package func slow(_ id: ThreadID, _ isSlow: Bool) -> Bool {
        var isDone = false
        control { isDone = kernel.slow(id, isSlow) }
        return isDone
    }

    /// Does one statement of this thread, while it is paused.
    package func step(_ id: ThreadID) -> Kernel.StepAnswer {
        let answer = kernel.lock.withLock { kernel.permit(id) }
        guard case .permitted = answer,
            let place = actors.firstIndex(where: { $0.id == id })
        else { return answer }
        let done = kernel.thread(id).pointee.stepsDone
        act(place)
        return kernel.thread(id).pointee.stepsDone > done ? answer : .awaitsJobs(id)
    }

    /// The same for a thread that the seed chooses among those that can move.
    package func step() -> Kernel.StepAnswer {
        guard kernel.lock.withLock({ kernel.state.pointee.isPaused }) else { return .notPaused }
        while true {
            let candidates = kernel.lock.withLock { kernel.candidates }
            guard !candidates.isEmpty else { return .nobodyCanMove }
            let chosen = candidates[Int.random(in: candidates.indices, using: &random)]
            let answer = step(chosen)
            // A producer that found no job did no statement, so somebody else may.
            guard case .awaitsJobs = answer else { return answer }
        }
    }
}

extension Kernel {
    /// Whether slices may be long.
    var isOfCorrectProgram: Bool { library[Int(state.pointee.programIndex)].isCorrect }
}
