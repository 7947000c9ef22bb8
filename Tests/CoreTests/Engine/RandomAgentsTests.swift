import Testing

@testable import Core

/// Remote clients who do anything at any time, on this thread, while another one works the gate,
/// producer and consumer threads take part, and a third takes the events as a recorder does.
///
/// The host is played to the letter: `run` is called only when it was asked for, so that a wake-up
/// that is lost shows as a call that never ends.
private final class Crowd {
    let engine: Engine
    let agents: Agents
    private let seed: UInt64
    private let choices: [ProgramPair]
    /// Whether threads are killed; then producers stay for the jobs that are given back.
    private let kills: Bool
    private let source: ListSource
    private let clock = ManualClock()
    private let backlog = Backlog()
    private static let senders = 4
    private let mayRun = Guarded(false)
    private let alarms = Guarded<[Microseconds]>([])
    private var random: RandomNumbers
    private let recorder = Parker()
    private var folded: EngineState
    private var calls: [Call] = []
    private var payloads: [UInt64: Payload] = [:]

    private final class Call {
        var pending: AgentCall?
        var isWithdrawn = false
        var outcomes = 0
        var executions = 0
        var isInserted = false
        var isTaken = false
    }

    init(seed: UInt64, choices: [ProgramPair], kills: Bool = false) {
        self.seed = seed
        self.choices = choices
        self.kills = kills
        var random = RandomNumbers(seed: seed)
        var settings = EngineSettings()
        settings.seed = seed
        settings.producers = Int.random(in: (kills ? 1 : 0)...2, using: &random)
        settings.consumers = Int.random(in: 0...2, using: &random)
        settings.kernel.capacity = Int.random(in: 1...3, using: &random)
        if choices == [ProgramCatalog.rendezvous] { settings.kernel.capacity = 0 }
        settings.kernel.programs = choices[Int.random(in: choices.indices, using: &random)]
        settings.kernel.choices = choices
        if choices.contains(where: \.keepsSlots) { settings.kernel.policy = RoundRobin() }
        settings.kernel.service = Bool.random(using: &random) ? .fair : .strict
        settings.kernel.execution = .account
        settings.kernel.threadLimit = 48
        settings.kernel.eventCapacity = 1024
        settings.kernel.isDrained = true
        let jobs = Array(repeating: 1.0, count: Int.random(in: 0...40, using: &random))
        source = ListSource(seconds: jobs, closed: !kills)
        engine = Engine(
            settings,
            source: source,
            replies: ReplyList(),
            clock: clock,
            backlog: backlog
        )
        // As a receiver does: before the jobs can be taken. Without a producer they stay there.
        for number in jobs.indices where settings.producers > 0 {
            backlog.add(DeviceID(UInt32(number % 3 + 1)), from: number % Self.senders)
        }
        self.random = random
        folded = engine.kernel.initialState
        agents = Agents(
            engine,
            limit: 12,
            seed: seed,
            host: Agents.Host(
                wake: { [mayRun] in mayRun.withLock { $0 = true } },
                wakeAfter: { [alarms, clock] delay in
                    alarms.withLock { $0.append(clock.now + Microseconds(delay)) }
                }
            )
        )
        engine.kernel.beginDraining(waking: recorder)
        engine.start()
    }

    // MARK: - The host

    private func runIfAsked() {
        let isAsked = mayRun.withLock { mayRun in
            defer { mayRun = false }
            return mayRun
        }
        let now = clock.now
        let rings = alarms.withLock { alarms in
            defer { alarms.removeAll { $0 <= now } }
            return alarms.contains { $0 <= now }
        }
        if isAsked || rings { agents.run() }
        let waiting = alarms.withLock { $0.count }
        #expect(waiting < 200, "seed \(seed): the host is asked again and again")
    }

    /// Takes what there is, now and then, so that the others sometimes wait for it.
    private func drain() {
        let space = UnsafeMutableBufferPointer<Event>.allocate(capacity: 512)
        defer { space.deallocate() }
        while let count = engine.kernel.drain(into: space), count > 0 {
            for event in space[..<count] {
                if folded.isRendezvous, case .inserted = event.fact {
                    let receivers = folded.threads.count { $0.lendsUnit }
                    #expect(receivers > folded.occupied, "seed \(seed): nobody is there for it")
                }
                folded.apply(event)
            }
        }
    }

    // MARK: - What happens

    func act(times: Int) {
        let isOver = Guarded(false)
        let gateKeeper = SystemThread(name: "gate") { [engine, choices, seed, kills] in
            Self.workTheGate(of: engine, choices, seed: seed)
            if kills { Self.killThreads(of: engine, seed: seed) }
            isOver.withLock { $0 = true }
        }
        var count = 0
        let watch = SystemClock()
        while count < times || !isOver.withLock({ $0 }) {
            if watch.now > .seconds(60) {
                Issue.record("seed \(seed): a step does not end: \(engine.kernel.snapshot())")
                // Nobody could ever end the test.
                engine.kernel.cancel()
            }
            if count < times { actOnce() }
            count += 1
            if Int.random(in: 0..<8, using: &random) == 0 { drain() }
            clock.advance(by: .microseconds(Int.random(in: 1...1000, using: &random)))
            runIfAsked()
        }
        gateKeeper.join()
        engine.gate.resume()
    }

    private func actOnce() {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<3: put()
        case 3..<6: take(patience)
        case 6 where Int.random(in: 0..<5, using: &random) == 0: kick()
        case 6: withdraw()
        case 7: clock.advance(by: .milliseconds(Int.random(in: 0...2000, using: &random)))
        case 8 where Int.random(in: 0..<10, using: &random) == 0:
            clock.advance(by: .seconds(21))
        default: break
        }
    }

    private static func workTheGate(of engine: Engine, _ choices: [ProgramPair], seed: UInt64) {
        var random = RandomNumbers(seed: ~seed)
        for _ in 0..<60 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0, 1: engine.gate.pause()
            case 2: engine.gate.resume()
            case 3:
                let index = Int.random(in: choices.indices, using: &random)
                _ = engine.gate.changeProgram(to: index)
            default: _ = engine.gate.step()
            }
        }
    }

    private static func killThreads(of engine: Engine, seed: UInt64) {
        var random = RandomNumbers(seed: seed)
        let threads = engine.kernel.completeState().threads.filter { !$0.isAgent }.map(\.id)
        for _ in 0..<60 {
            let id = threads[Int.random(in: threads.indices, using: &random)]
            switch Int.random(in: 0..<10, using: &random) {
            case 0: engine.gate.pause()
            case 1: engine.gate.resume()
            case 2: _ = engine.gate.slow(id, Bool.random(using: &random))
            case 3, 4: _ = engine.gate.kill(id)
            case 5, 6: _ = engine.gate.revive(id)
            default: _ = engine.gate.step()
            }
        }
        for id in threads { _ = engine.gate.revive(id) }
    }

    private var patience: Patience {
        switch Int.random(in: 0..<3, using: &random) {
        case 0: .trying
        case 1: .waiting(atMost: Microseconds(UInt64.random(in: 1...3_000_000, using: &random)))
        default: .endless
        }
    }

    private func put() {
        let call = Call()
        calls.append(call)
        let payload =
            Bool.random(using: &random)
            ? Payload(.body, [UInt8](repeating: 7, count: Int.random(in: 1...9, using: &random)))
            : nil
        let isAwaited = Bool.random(using: &random)
        let offer = Offer(
            device: DeviceID(UInt32.random(in: 1...5, using: &random)),
            cpuTime: .seconds(1),
            payload: payload,
            whenExecuted: isAwaited
                ? {
                    #expect(call.isInserted, "executed before it was inserted")
                    call.executions += 1
                } : nil,
            sender: Int.random(in: 0..<Self.senders, using: &random)
        )
        call.pending = agents.put(offer, patience, for: "put") { [self] outcome in
            call.outcomes += 1
            #expect(!call.isWithdrawn, "told after it was withdrawn")
            guard case .inserted(let id, _) = outcome else { return }
            call.isInserted = true
            payloads[id] = payload
        }
    }

    private func take(_ patience: Patience) {
        let call = Call()
        calls.append(call)
        let largest = Bool.random(using: &random) ? 4096 : nil
        call.pending = agents.take(largest: largest, patience, for: "take") { [self] outcome in
            call.outcomes += 1
            #expect(!call.isWithdrawn, "told after it was withdrawn")
            guard case .taken(let job) = outcome else { return }
            call.isTaken = true
            guard choices.allSatisfy(\.isCorrect), let payload = payloads[job.id] else { return }
            #expect(job.payload == payload, "another job's payload")
        }
    }

    private func withdraw() {
        let waiting = calls.filter { $0.pending != nil && $0.outcomes == 0 && !$0.isWithdrawn }
        guard let call = waiting.randomElement(using: &random), let pending = call.pending else {
            return
        }
        call.isWithdrawn = true
        agents.withdraw(pending)
    }

    private func kick() {
        agents.endPuts(of: DeviceID(UInt32.random(in: 1...5, using: &random)))
    }

    // MARK: - The end

    /// Lets everything come to its end without a broken program, and takes what is left.
    func settle() {
        if let correct = choices.firstIndex(of: ProgramCatalog.correct) {
            #expect(engine.gate.changeProgram(to: correct))
        }
        for call in calls where call.outcomes == 0 && !call.isWithdrawn {
            if let pending = call.pending {
                call.isWithdrawn = true
                agents.withdraw(pending)
            }
        }
        let watch = SystemClock()
        while watch.now < .seconds(60), !isQuiet {
            take(.trying)
            drain()
            clock.advance(by: .seconds(1))
            runIfAsked()
        }
        #expect(isQuiet, "seed \(seed): \(engine.kernel.snapshot())")
        let last = engine.kernel.completeState()
        drain()
        engine.stop()
        agents.stop()
        drain()
        check(last)
    }

    private var isQuiet: Bool {
        let state = engine.kernel.snapshot()
        let threads = state.threads.filter { !$0.isAgent }
        return state.occupied == 0 && state.jobsHeld == 0
            && state.threads.filter(\.isAgent).allSatisfy { $0.phase == .awaitingJobs }
            && threads.filter { $0.role == .producer }.allSatisfy {
                $0.phase == (kills ? .awaitingJobs : .ended)
            } && (!kills || source.isEmpty)
    }

    private func check(_ last: EngineState) {
        if choices.allSatisfy(\.isCorrect) {
            #expect(last.violations().isEmpty, "seed \(seed)")
            #expect(last.lost + last.doubled + last.emptyTakes == 0, "seed \(seed)")
        }
        #expect(folded == engine.kernel.snapshot(), "seed \(seed)")
        #expect(backlog.count == 0, "seed \(seed): jobs are charged to somebody for ever")
        for sender in 0..<Self.senders {
            #expect(backlog.jobs(from: sender) == 0, "seed \(seed): sender \(sender)")
        }
        for call in calls {
            #expect(call.outcomes == (call.isWithdrawn ? 0 : 1), "seed \(seed)")
            #expect(call.executions <= (call.isInserted ? 1 : 0), "seed \(seed)")
        }
        #expect(agents.inserted == UInt64(calls.count { $0.isInserted }), "seed \(seed)")
        let delivered = UInt64(calls.count { $0.isTaken })
        #expect(agents.taken == delivered + UInt64(agents.refusals.undelivered), "seed \(seed)")
        #expect(engine.shared.parcels.openCount == 0, "seed \(seed): parcels stay open")
    }
}

@Suite("Remote clients' agents, at random", .timeLimit(.minutes(5)))
struct RandomAgentsTests {
    @Test(
        "whatever happens in between, each call has one outcome and the books balance",
        arguments: 0..<40
    )
    func correctPrograms(seed: UInt64) {
        let crowd = Crowd(seed: seed, choices: [ProgramCatalog.correct, ProgramCatalog.monitor])
        crowd.act(times: 300)
        crowd.settle()
    }

    @Test("nor does it matter that threads are killed", arguments: 0..<40)
    func killed(seed: UInt64) {
        let turns = ProgramCatalog.roundRobin(quantum: .seconds(0.25))
        let other = seed.isMultiple(of: 2) ? turns : ProgramCatalog.monitor
        let crowd = Crowd(seed: seed, choices: [ProgramCatalog.correct, other], kills: true)
        crowd.act(times: 300)
        crowd.settle()
    }

    @Test(
        "where there are no slots each sender has met a receiver, whoever goes away meanwhile",
        arguments: 0..<120
    )
    func rendezvous(seed: UInt64) {
        let crowd = Crowd(
            seed: seed,
            choices: [ProgramCatalog.rendezvous],
            kills: seed.isMultiple(of: 2)
        )
        crowd.act(times: 300)
        crowd.settle()
    }

    @Test(
        "in broken programs too each call has one outcome, and no parcel is left behind",
        arguments: 0..<40
    )
    func allPrograms(seed: UInt64) {
        let crowd = Crowd(seed: seed, choices: ProgramCatalog.all)
        crowd.act(times: 300)
        crowd.settle()
    }
}
