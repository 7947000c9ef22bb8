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
    package private(set) var finished: [FinishedJob] = []
    /// Whether a job that arrives while no slot is free is lost, instead of waiting for one.
    package var turnsAwayWhenFull = false
    package private(set) var turnedAway = 0
    /// How many slices one `run` may take, for programs that strangers wrote: some never rest.
    package var slicesAtMost = Int.max
    private var slicesLeft = Int.max
    /// How many the last `run` took.
    package var slicesTaken: Int { slicesAtMost - slicesLeft }
    /// Told of every job that arrives, before it is taken or turned away.
    package var whenArriving: ((Job, Microseconds) -> Void)?

    private var actors: [Actor] = []
    private var arrivals: [Arrival] = []
    private var nextArrival = 0
    /// Jobs that have arrived and that no producer has fetched.
    private var waiting: Deque<QueuedJob> = []
    private var random: RandomNumbers
    private let keepsEvents: Bool
    private var events: [Event] = []
    private var eventsTaken: UInt64 = 0

    /// A thread of the kernel, and when it wants to be asked again.
    private struct Actor {
        let id: ThreadID
        let role: Program.Role
        let desk: UnsafeMutablePointer<Desk>
        /// When its job is done, as far as is known; `nil` where nobody has asked.
        var due: Microseconds?
    }

    private struct Arrival {
        let time: Microseconds
        let job: Job
    }

    /// Events that may be in the kernel's ring before they are taken out of it.
    private static let eventsAtMost: UInt64 = 4096
    /// How many slices in which nothing comes of anything end a moment: threads that look again and
    /// again would never let time pass.
    private static let idleSlices = 64

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

    // MARK: - Time

    /// Goes on until this time, or for no longer than something can happen.
    package func run(until limit: Microseconds) {
        slicesLeft = slicesAtMost
        while slicesLeft > 0 {
            deliver()
            exhaustMoment()
            guard let moment = nextMoment, moment <= limit else { break }
            advance(to: moment)
        }
        advance(to: limit)
    }

    /// Goes on until nothing can happen any more.
    package func run() {
        slicesLeft = slicesAtMost
        while slicesLeft > 0 {
            deliver()
            exhaustMoment()
            guard let moment = nextMoment else { return }
            advance(to: moment)
        }
    }

    private func advance(to time: Microseconds) {
        let now = clock.now
        if time > now { clock.advance(by: (time - now).duration) }
    }

    /// When something can happen that nobody has to bring about.
    private var nextMoment: Microseconds? {
        let now = clock.now
        var moment = nextArrival < arrivals.count ? arrivals[nextArrival].time : nil
        guard !kernel.state.pointee.isPaused else { return moment }
        for actor in actors {
            let thread = kernel.thread(actor.id)
            let due = thread.pointee.phase == .executing ? actor.due : thread.pointee.deadline
            if let due, due > now { moment = min(moment ?? due, due) }
        }
        return moment
    }

    /// Whoever can move does, until nobody can, or nothing comes of it.
    private func exhaustMoment() {
        guard !kernel.state.pointee.isPaused else { return }
        var idle = 0
        let limit = Self.idleSlices * max(1, actors.count)
        while idle < limit, slicesLeft > 0, let place = nextMover() {
            slicesLeft -= 1
            let before = progress
            act(place)
            idle = progress == before ? idle + 1 : 0
        }
    }

    /// What changes when something comes of what threads do.
    private struct Progress: Equatable {
        let produced: UInt64
        let consumed: UInt64
        let turns: UInt64
        let occupied: Int32
    }

    private var progress: Progress {
        let state = kernel.state.pointee
        return Progress(
            produced: state.produced,
            consumed: state.consumed,
            turns: kernel.cold.pointee.turns,
            occupied: state.places.occupied
        )
    }

    private func nextMover() -> Int? {
        let now = clock.now
        guard kernel.isOfCorrectProgram else {
            let movers = actors.indices.filter { canMove(actors[$0], at: now) }
            return movers.randomElement(using: &random)
        }
        return actors.firstIndex { canMove($0, at: now) }
    }

    private func canMove(_ actor: Actor, at now: Microseconds) -> Bool {
        let thread = kernel.thread(actor.id)
        switch thread.pointee.phase {
        case .ready: return !kernel.isAtTheEnd(thread)
        case .executing: return actor.due.map { $0 <= now } ?? true
        case .blocked:
            return thread.pointee.isWoken || thread.pointee.deadline.map { $0 <= now } ?? false
        case .awaitingJobs: return !waiting.isEmpty
        case .ended: return false
        }
    }

    // MARK: - What a thread does

    /// One slice, and what it leaves to do.
    private func act(_ place: Int) {
        let id = actors[place].id
        if kernel.thread(id).pointee.phase == .awaitingJobs { return fetch(place) }
        switch kernel.runSlice(of: id, length: sliceLength) {
        case .needsJobs:
            settle(place)
            fetch(place)
            // A step that was permitted is still to be done.
            if kernel.thread(id).pointee.permits > 0 {
                _ = kernel.runSlice(of: id, length: 1)
            }
        case .executing: goOnExecuting(place)
        case .used, .blocked, .held, .behind, .limitReached, .cancelled, .killed: break
        }
        settle(place)
    }

    private var sliceLength: Int {
        kernel.isOfCorrectProgram
            ? kernel.settings.sliceLength : Int.random(in: 1...24, using: &random)
    }

    private func goOnExecuting(_ place: Int) {
        switch kernel.continueExecution(of: actors[place].id) {
        case .goOn(let deadline): actors[place].due = deadline
        case .finished, .cancelled, .killed: actors[place].due = nil
        }
    }

    private func settle(_ place: Int) {
        let (id, desk) = (actors[place].id, actors[place].desk)
        desk.pointee.wakes.removeAll()
        desk.pointee.inserted.removeAll()
        desk.pointee.dropped.removeAll()
        if !desk.pointee.finished.isEmpty {
            ledger.book(desk.pointee.finished.elements)
            finished += desk.pointee.finished.elements
            desk.pointee.finished.removeAll()
        }
        if desk.pointee.isStepping { kernel.endStep(of: id) }
        if keepsEvents, kernel.eventNumber - eventsTaken >= Self.eventsAtMost { collectEvents() }
    }

    private func collectEvents() {
        guard keepsEvents, let new = kernel.events(after: eventsTaken) else { return }
        events += new
        eventsTaken += UInt64(new.count)
    }

    // MARK: - Jobs

    /// Takes a job for the producer, or lets it wait for one.
    private func fetch(_ place: Int) {
        let (id, desk) = (actors[place].id, actors[place].desk)
        let isAwaiting = kernel.thread(id).pointee.phase == .awaitingJobs
        guard !waiting.isEmpty else {
            if !isAwaiting { kernel.noteAwaiting(id) }
            return
        }
        desk.pointee.batch.initializeElement(at: 0, to: waiting.removeFirst())
        desk.pointee.batchNext = 0
        desk.pointee.batchCount = 1
        if isAwaiting { kernel.noteArrival(id) }
    }

    /// Lets the jobs in whose time has come.
    private func deliver() {
        while nextArrival < arrivals.count, arrivals[nextArrival].time <= clock.now {
            let arrival = arrivals[nextArrival]
            nextArrival += 1
            whenArriving?(arrival.job, arrival.time)
            if turnsAwayWhenFull {
                exhaustMoment()
                guard kernel.counts.empty > 0 else {
                    turnedAway += 1
                    continue
                }
            }
            waiting.append(QueuedJob(arrival.job, arrival: arrival.time))
            letProducersKnow()
        }
        if nextArrival > 1024, nextArrival * 2 > arrivals.count {
            arrivals.removeFirst(nextArrival)
            nextArrival = 0
        }
    }

    /// Even while it is paused a producer that waits for a job learns that one is there.
    private func letProducersKnow() {
        for place in actors.indices where !waiting.isEmpty {
            if kernel.thread(actors[place].id).pointee.phase == .awaitingJobs { fetch(place) }
        }
    }
}

extension Kernel {
    /// Whether slices may be long.
    var isOfCorrectProgram: Bool { library[Int(state.pointee.programIndex)].isCorrect }
}
