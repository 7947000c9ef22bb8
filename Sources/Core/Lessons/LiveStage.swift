import Glibc

/// A lesson's stage with real threads: an engine that nobody but the lesson sends jobs to.
///
/// One thread uses it.
package final class LiveStage: LessonStage {
    package let engine: Engine
    package let clock: any EngineClock
    private let source = LessonSource()
    package let devices: DeviceTable
    private let observer: Observer
    private var books: StageRecord
    /// Jobs that come when the threads have run so much longer.
    private var delayed: [(job: Job, left: Microseconds)] = []
    private var lastLook: Microseconds?
    /// Since when nothing has moved, and at which event.
    private var stillness: (number: UInt64, since: Microseconds)?
    /// What the rate is to be again after hurrying.
    private var usualRate: Rate?
    /// How long the present run is still to last; `nil` when it lasts until nothing moves.
    private var spanLeft: Microseconds?
    /// Whether what comes is not meant to be watched: everything is faster.
    package var isHurrying = false {
        didSet { if isHurrying, lastLook != nil { hurry() } }
    }

    /// A look finds all that happened in a frame at the rates that people watch.
    private static let budget = 4096
    /// How many times as fast it is in a hurry. Much more, and jobs that are to meet would not.
    private static let haste: UInt64 = 10
    /// Threads that have not moved for so long while all wait do not move any more.
    private static let restTime = Microseconds(100_000)
    /// A producer that waits learns of a job within this time, or the machine is in trouble.
    private static let settlingTime = Microseconds(2_000_000)

    /// Starts the engine, paused.
    package init(_ settings: EngineSettings, clock: any EngineClock) {
        var settings = settings
        settings.reply = .none
        devices = DeviceTable(limit: 2000, known: settings.kernel.policy.deviceNames)
        engine = Engine(settings, source: source, replies: NoReplies(), clock: clock)
        self.clock = clock
        observer = Observer(engine, budget: Self.budget)
        books = StageRecord(isStrict: settings.kernel.service == .strict)
        engine.start()
        look()
    }

    /// Ends the threads.
    package func stop() {
        source.close()
        engine.stop()
    }

    package var state: EngineState {
        look()
        return observer.state
    }

    package var record: StageRecord {
        look()
        return books
    }

    package var now: Microseconds { clock.now }
    package var isRehearsal: Bool { false }

    package func device(named name: String) -> DeviceID { devices.device(named: name) }
    package func name(of device: DeviceID) -> String { devices.name(of: device) }

    package func mean(_ time: Condition.Time) -> Microseconds? {
        let times = engine.ledger.jobTimes
        switch time {
        case .response: return times.response.mean
        case .waiting: return times.waiting.mean
        case .turnaround: return times.turnaround.mean
        }
    }

    /// Jobs that no producer has taken yet.
    package var waitingJobs: Int { source.count }

    // MARK: - What a lesson does

    package func send(_ job: Job, after delay: Microseconds) {
        guard delay == .zero else { return delayed.append((job, delay)) }
        let waiting = waitingProducers
        let wasEmpty = source.count == 0
        source.add(QueuedJob(job, arrival: now))
        // A step must find the job in the hands of the producer that waited for it.
        if wasEmpty, waiting > 0 { settle { $0.waitingProducers < waiting } }
    }

    package func step(_ id: ThreadID?) -> Kernel.StepAnswer {
        // Somebody may have let it run meanwhile.
        engine.gate.pause()
        return id.map { engine.gate.step($0) } ?? engine.gate.step()
    }

    package func run(until time: Microseconds?) -> Bool {
        if state.isPaused { begin() }
        let now = self.now
        let elapsed = (now - (lastLook ?? now)) * (usualRate == nil ? 1 : Self.haste)
        if let time, spanLeft == nil { spanLeft = time - now }
        spanLeft = spanLeft.map { $0 - elapsed }
        releaseJobs(after: elapsed)
        lastLook = now
        guard spanLeft.map({ $0 == .zero }) ?? hasRest(at: now) else { return false }
        engine.gate.pause()
        if let usualRate { engine.gate.setRate(usualRate) }
        (lastLook, stillness, usualRate, spanLeft) = (nil, nil, nil, nil)
        return true
    }

    package func changeProgram(to index: Int) -> Bool { engine.gate.changeProgram(to: index) }

    package func setRate(_ rate: Rate) { engine.gate.setRate(rate) }

    // MARK: - Running

    private func begin() {
        (lastLook, stillness) = (nil, nil)
        if isHurrying { hurry() }
        engine.gate.resume()
    }

    /// Jobs that come later come sooner by as much, so what meets what stays as it is.
    private func hurry() {
        guard usualRate == nil else { return }
        let usual = state.rate
        usualRate = usual
        guard !usual.isMaximum else { return }
        let thousandths = UInt64(usual.thousandths) * Self.haste
        engine.gate.setRate(Rate(thousandths: UInt32(min(1_000_000, thousandths))))
    }

    private func releaseJobs(after elapsed: Microseconds) {
        for place in delayed.indices { delayed[place].left = delayed[place].left - elapsed }
        for entry in delayed where entry.left == .zero {
            source.add(QueuedJob(entry.job, arrival: now))
        }
        delayed.removeAll { $0.left == .zero }
    }

    /// Whether all wait, and have done so for a moment: whoever is being woken still seems to wait.
    private func hasRest(at now: Microseconds) -> Bool {
        let state = self.state
        guard state.standsStill, delayed.isEmpty else {
            stillness = nil
            return false
        }
        guard let stillness, stillness.number == state.number else {
            self.stillness = (state.number, now)
            return false
        }
        return now - stillness.since >= Self.restTime
    }

    private var waitingProducers: Int {
        state.threads.count { $0.phase == .awaitingJobs }
    }

    private func settle(_ isSettled: (LiveStage) -> Bool) {
        let limit = SystemClock()
        while !isSettled(self), limit.now < Self.settlingTime { sched_yield() }
    }

    private func look() {
        let missed = observer.look { [self] event, before in
            var after = before
            after.apply(event)
            books.note(event, before: before, after: after)
        }
        if missed > 0 { books.skip(to: observer.state) }
    }
}

/// The jobs that a lesson's devices have sent.
private final class LessonSource: JobSource {
    private struct State {
        var jobs: [QueuedJob] = []
        var waiting: [Parker] = []
        var isClosed = false
    }

    private let state = Guarded(State())

    var count: Int { state.withLock { $0.jobs.count } }

    func add(_ job: QueuedJob) {
        letAllGo { $0.jobs.append(job) }
    }

    func close() {
        letAllGo { $0.isClosed = true }
    }

    func take(into jobs: UnsafeMutableBufferPointer<QueuedJob>) -> Int {
        state.withLock { state in
            let taken = min(jobs.count, state.jobs.count)
            for place in 0..<taken { jobs[place] = state.jobs[place] }
            state.jobs.removeFirst(taken)
            return taken
        }
    }

    func giveBack(_ job: QueuedJob) {
        letAllGo { $0.jobs.insert(job, at: 0) }
    }

    func letGo(_ parker: Parker) {
        let now = state.withLock { state in
            guard state.jobs.isEmpty, !state.isClosed else { return true }
            if !state.waiting.contains(where: { $0 === parker }) { state.waiting.append(parker) }
            return false
        }
        if now { parker.unpark() }
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    private func letAllGo(_ change: (inout State) -> Void) {
        let waiting = state.withLock { state in
            change(&state)
            defer { state.waiting = [] }
            return state.waiting
        }
        for parker in waiting { parker.unpark() }
    }
}

/// Nobody is owed a reply.
private struct NoReplies: ReplySender {
    func send(_ ticket: ReplyTicket) {}
    func forget(_ ticket: ReplyTicket) {}
}
