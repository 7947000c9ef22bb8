import Glibc
import Testing

@testable import Core

/// Threads are killed, revived and slowed on purpose, and no job is lost by it.
@Suite(.timeLimit(.minutes(5)))
struct ChaosTests {
    private func rehearsal(_ change: (inout EngineSettings) -> Void = { _ in }) -> Rehearsal {
        var settings = EngineSettings()
        settings.kernel.capacity = 3
        change(&settings)
        return Rehearsal(settings)
    }

    private func job(seconds: Double) -> Job {
        Job(device: DeviceID(1), cpuTime: .seconds(seconds))
    }

    private func thread(_ name: String, _ rehearsal: Rehearsal) throws -> ThreadID {
        try #require(rehearsal.state.threads.first { $0.name == name }?.id)
    }

    @Test func `the job of a killed consumer is executed by another`() throws {
        let rehearsal = rehearsal { $0.consumers = 2 }
        rehearsal.send(job(seconds: 5), at: .zero)
        rehearsal.run(until: .seconds(2))
        #expect(rehearsal.kill(try thread("C1", rehearsal)))
        rehearsal.run()
        #expect(rehearsal.finished.map(\.finish) == [.seconds(7)])
        #expect(rehearsal.state.violations().isEmpty)
        #expect(rehearsal.state.withdrawn == 1)
        #expect(rehearsal.ledger.all.map(\.cpuTime) == [.seconds(5)])
    }

    @Test func `a killed thread moves no more until it is revived`() throws {
        let rehearsal = rehearsal()
        let consumer = try thread("C1", rehearsal)
        #expect(rehearsal.kill(consumer))
        #expect(!rehearsal.kill(consumer))
        rehearsal.send(job(seconds: 1), at: .zero)
        rehearsal.run(until: .seconds(5))
        #expect(rehearsal.state.consumed == 0)
        #expect(rehearsal.revive(consumer))
        #expect(!rehearsal.revive(consumer))
        rehearsal.run()
        #expect(rehearsal.finished.map(\.finish) == [.seconds(6)])
    }

    /// Wherever in its program it is killed, in every program: what it held is free, the fold of the
    /// events is the state, and a correct program keeps its promises.
    @Test(arguments: 1...60) func `wherever it is killed, nothing is missing`(seed: UInt64) throws {
        var random = RandomNumbers(seed: seed)
        let programs =
            ProgramCatalog.all
            + [ProgramCatalog.roundRobin(quantum: .seconds(1)), ProgramCatalog.rendezvous]
        let chosen = programs[Int(seed) % programs.count]
        let rehearsal = rehearsal {
            $0.kernel.programs = chosen
            if chosen.keepsSlots { $0.kernel.policy = RoundRobin() }
            if chosen == ProgramCatalog.rendezvous { $0.kernel.capacity = 0 }
            $0.producers = 2
            $0.consumers = 2
            $0.seed = seed
            $0.startsPaused = true
        }
        for _ in 0..<30 { rehearsal.send(job(seconds: 1.5), at: .zero) }
        var state = rehearsal.kernel.initialState
        for _ in 0..<300 {
            let id = ThreadID(Int.random(in: 0..<4, using: &random))
            switch Int.random(in: 0..<20, using: &random) {
            case 0: _ = rehearsal.kill(id)
            case 1, 2: _ = rehearsal.revive(id)
            case 3: _ = rehearsal.slow(id, Bool.random(using: &random))
            default: _ = rehearsal.step()
            }
            for event in rehearsal.takeEvents() {
                #expect(state.impossibility(of: event) == nil, "seed \(seed)")
                state.apply(event)
            }
            var now = rehearsal.state
            now.time = state.time
            try #require(state == now, "seed \(seed), \(chosen.name)")
            if chosen.isCorrect { try #require(state.violations().isEmpty, "seed \(seed)") }
        }
        guard chosen.isCorrect else { return }
        for place in 0..<4 { _ = rehearsal.revive(ThreadID(place)) }
        rehearsal.resume()
        rehearsal.run()
        #expect(rehearsal.finished.count == 30, "seed \(seed), \(chosen.name)")
    }

    @Test func `a slow consumer takes four times as long, from the moment on`() throws {
        let rehearsal = rehearsal()
        rehearsal.send(job(seconds: 2), at: .zero)
        rehearsal.run(until: .seconds(1))
        let consumer = try thread("C1", rehearsal)
        #expect(rehearsal.slow(consumer, true))
        rehearsal.run()
        #expect(rehearsal.finished.map(\.finish) == [.seconds(5)])
        #expect(!rehearsal.slow(try thread("P1", rehearsal), true))
        #expect(rehearsal.slow(consumer, false))
        rehearsal.send(job(seconds: 2), at: .seconds(5))
        rehearsal.run()
        #expect(rehearsal.finished.last?.finish == .seconds(7))
    }

    @Test func `real threads are killed at full speed, and every job is executed once`() {
        let inbox = Inbox(capacity: 64)
        var settings = EngineSettings()
        settings.kernel.capacity = 4
        settings.kernel.rate = .maximum
        settings.kernel.executionLimit = 20_000
        settings.producers = 2
        settings.consumers = 2
        let engine = Engine(settings, source: inbox, replies: ReplyList(), clock: SystemClock())
        engine.start()
        let feeder = SystemThread(name: "feeder") {
            let jobs = (0..<20_000).map { _ in
                QueuedJob(Job(device: DeviceID(1), cpuTime: Microseconds(7)), arrival: .zero)
            }
            jobs.withUnsafeBufferPointer { _ = inbox.put($0, as: Parker()) }
        }
        var random = RandomNumbers(seed: 1)
        while !engine.isComplete {
            let id = ThreadID(Int.random(in: 0..<4, using: &random))
            if engine.gate.kill(id) { _ = engine.gate.revive(id) }
        }
        engine.stop()
        feeder.join()
        #expect(engine.kernel.completeState().consumed == 20_000)
        #expect(engine.ledger.all.map(\.cpuTime) == [Microseconds(140_000)])
        #expect(engine.kernel.completeState().violations().isEmpty)
    }

    @Test(arguments: [EngineSettings.ReplyMoment.receipt, .done], [true, false])
    func `every sender gets one reply, however often threads are killed`(
        moment: EngineSettings.ReplyMoment,
        takesTurns: Bool
    ) {
        let (inbox, replies) = (Inbox(capacity: 64), ReplyList())
        var settings = EngineSettings()
        settings.kernel.capacity = 3
        settings.kernel.rate = .maximum
        settings.kernel.executionLimit = 3000
        settings.producers = 2
        settings.consumers = 3
        settings.reply = moment
        if takesTurns {
            settings.kernel.policy = RoundRobin()
            settings.kernel.programs = ProgramCatalog.roundRobin(quantum: Microseconds(3))
        }
        let engine = Engine(settings, source: inbox, replies: replies, clock: SystemClock())
        engine.start()
        let feeder = SystemThread(name: "feeder") {
            let jobs = (1...3000).map { number in
                var job = QueuedJob(
                    Job(device: DeviceID(1), cpuTime: Microseconds(UInt64(number % 10))),
                    arrival: .zero
                )
                job.reply = ReplyTicket(UInt32(number))
                return job
            }
            jobs.withUnsafeBufferPointer { _ = inbox.put($0, as: Parker()) }
        }
        var random = RandomNumbers(seed: 1)
        let clock = SystemClock()
        while !engine.isComplete, clock.now < .seconds(60) {
            let id = ThreadID(Int.random(in: 0..<5, using: &random))
            if Int.random(in: 0..<9, using: &random) == 0 { engine.gate.pause() }
            _ = engine.gate.kill(id)
            _ = engine.gate.step()
            _ = engine.gate.revive(id)
            engine.gate.resume()
        }
        #expect(engine.isComplete, "\(engine.kernel.snapshot())")
        inbox.close()
        engine.stop()
        feeder.join()
        #expect(replies.sent.map(\.number).sorted() == (1...3000).map { UInt32($0) })
        #expect(engine.kernel.completeState().violations().isEmpty)
        #expect(engine.ledger.all.map(\.cpuTime) == [Microseconds(300 * 45)])
    }

    @Test func `paused, a killed thread that waited for a job can be revived and stepped`() throws {
        let test = TestEngine(source: ListSource([]), paused: false)
        let producer = try test.thread("P1")
        test.until("it waits for a job") { $0[producer]?.phase == .awaitingJobs }
        test.engine.gate.pause()
        #expect(test.engine.gate.kill(producer))
        #expect(test.engine.gate.step(producer) == .ended(producer))
        #expect(test.engine.gate.revive(producer))
        #expect(test.engine.gate.step(producer) == .awaitsJobs(producer))
        test.source.add(seconds: 1)
        test.until("it has a job") { $0[producer]?.phase == .ready }
        #expect(test.engine.gate.step(producer) == .permitted(producer))
        #expect(test.state.produced == 1)
    }

    /// It begins anew, so that the run may still have as many jobs as it was to have.
    @Test func `a job killed between two turns is not one of those that were begun`() throws {
        let rehearsal = rehearsal {
            $0.kernel.policy = RoundRobin()
            $0.kernel.programs = ProgramCatalog.roundRobin(quantum: .seconds(1))
            $0.kernel.executionLimit = 1
            $0.startsPaused = true
        }
        let consumer = try thread("C1", rehearsal)
        rehearsal.send(job(seconds: 3), at: .zero)
        for _ in 0..<50 where rehearsal.state[consumer]?.workDone != .seconds(1) {
            _ = rehearsal.step()
        }
        #expect(rehearsal.state[consumer]?.workDone == .seconds(1))
        #expect(rehearsal.kill(consumer))
        #expect(rehearsal.revive(consumer))
        rehearsal.resume()
        rehearsal.run()
        #expect(rehearsal.finished.count == 1)
    }

    @Test func `a notification that the killed one made nothing of goes to the next`() throws {
        let rehearsal = rehearsal {
            $0.kernel.programs = ProgramCatalog.monitor
            $0.consumers = 2
            $0.startsPaused = true
        }
        let (producer, first) = (try thread("P1", rehearsal), try thread("C1", rehearsal))
        let second = try thread("C2", rehearsal)
        let monitor = WaitingPlace.condition(.notEmpty)
        for consumer in [first, second] {
            for _ in 0..<3 { _ = rehearsal.step(consumer) }
            #expect(rehearsal.state[consumer]?.phase == .blocked(monitor))
        }
        rehearsal.send(job(seconds: 1), at: .zero)
        // Until it has notified and is still in the monitor, where the notified cannot come in.
        for _ in 0..<20 where rehearsal.state[first]?.phase == .blocked(monitor) {
            _ = rehearsal.step(producer)
        }
        _ = rehearsal.step(first)
        #expect(rehearsal.state[first]?.phase == .blocked(.semaphore(.mutex)))
        #expect(rehearsal.kill(first))
        rehearsal.resume()
        rehearsal.run()
        #expect(rehearsal.finished.count == 1)
    }

    @Test(arguments: ["P1", "P2"])
    func `a job wakes a producer that is alive, not the one killed while it waited`(
        name: String
    ) throws {
        let source = AskedSource()
        var settings = EngineSettings()
        settings.producers = 2
        settings.kernel.rate = .maximum
        let engine = Engine(settings, source: source, replies: ReplyList(), clock: SystemClock())
        engine.start()
        defer { engine.stop() }
        let clock = SystemClock()
        while source.askers < 2, clock.now < .seconds(60) { sched_yield() }
        let killed = try #require(engine.kernel.snapshot().threads.first { $0.name == name }?.id)
        #expect(engine.gate.kill(killed))
        let jobs = [QueuedJob(job(seconds: 1), arrival: .zero)]
        jobs.withUnsafeBufferPointer { _ = source.inbox.put($0, as: Parker()) }
        while engine.kernel.snapshot().consumed == 0, clock.now < .seconds(60) { sched_yield() }
        #expect(engine.kernel.snapshot().consumed == 1)
    }

    @Test func `a job that woke the killed one wakes another when that comes round`() {
        let inbox = Inbox(capacity: 8)
        let (alive, killed) = (Parker(), Parker())
        inbox.letGo(alive)
        inbox.letGo(killed)
        let jobs = [QueuedJob(job(seconds: 1), arrival: .zero)]
        jobs.withUnsafeBufferPointer { _ = inbox.put($0, as: Parker()) }
        #expect(killed.takePermit() && !alive.takePermit())
        inbox.forget(killed)
        #expect(alive.takePermit())
    }

    @Test func `jobs that were doubled and killed leave a count that can be asked for`() throws {
        let rehearsal = rehearsal {
            $0.kernel.programs = ProgramCatalog.ifNotWhile
            $0.kernel.capacity = 1
            $0.consumers = 2
            $0.startsPaused = true
        }
        let (producer, first) = (try thread("P1", rehearsal), try thread("C1", rehearsal))
        let second = try thread("C2", rehearsal)
        rehearsal.send(job(seconds: 1), at: .zero)
        for _ in 0..<3 { _ = rehearsal.step(first) }
        for _ in 0..<20 where rehearsal.state.occupied == 0 || rehearsal.state[.mutex].value == 0 {
            _ = rehearsal.step(producer)
        }
        for consumer in [second, first] {
            for _ in 0..<20 where rehearsal.state[consumer]?.job == nil {
                _ = rehearsal.step(consumer)
            }
            for _ in 0..<2 { _ = rehearsal.step(consumer) }
        }
        #expect(rehearsal.state.doubled == 1)
        #expect(rehearsal.kill(first) && rehearsal.kill(second))
        #expect(rehearsal.kernel.counts.produced == 0)
    }
}

/// An inbox that knows how many producers have asked to be let go.
private final class AskedSource: JobSource {
    let inbox = Inbox(capacity: 8)
    private let parkers = Guarded<Set<ObjectIdentifier>>([])

    var askers: Int { parkers.withLock { $0.count } }

    func take(into jobs: UnsafeMutableBufferPointer<QueuedJob>) -> Int { inbox.take(into: jobs) }

    func letGo(_ parker: Parker) {
        inbox.letGo(parker)
        parkers.withLock { _ = $0.insert(ObjectIdentifier(parker)) }
    }

    func forget(_ parker: Parker) { inbox.forget(parker) }

    func giveBack(_ job: QueuedJob) { inbox.giveBack(job) }

    var isClosed: Bool { inbox.isClosed }
}
