import Testing

@testable import Core

/// An engine on a manual clock with remote clients, whose agents this thread executes.
final class RemoteEngine {
    let test: TestEngine
    let agents: Agents
    let clients = ClientNames()
    let wakes = Guarded(0)
    let delays = Guarded<[Duration]>([])
    var puts: [PutOutcome] = []
    var takes: [TakeOutcome] = []
    let device = DeviceID(1)

    init(
        capacity: Int = 2,
        consumers: Int = 0,
        programs: ProgramPair = ProgramCatalog.correct,
        limit: Int = 100,
        paused: Bool = false,
        _ change: (inout EngineSettings) -> Void = { _ in }
    ) {
        test = TestEngine(
            capacity: capacity,
            producers: 0,
            consumers: consumers,
            source: ListSource(seconds: []),
            programs: programs,
            paused: paused
        ) {
            $0.kernel.execution = .account
            change(&$0)
        }
        agents = Agents(
            test.engine,
            limit: limit,
            seed: 1,
            clients: clients,
            host: Agents.Host(
                wake: { [wakes] in wakes.withLock { $0 += 1 } },
                wakeAfter: { [delays] delay in delays.withLock { $0.append(delay) } }
            )
        )
    }

    @discardableResult
    func put(
        _ patience: Patience = .trying,
        seconds: Double = 1,
        payload: Payload? = nil,
        whenExecuted: (() -> Void)? = nil
    ) -> AgentCall? {
        let offer = Offer(
            device: device,
            cpuTime: .seconds(seconds),
            payload: payload,
            whenExecuted: whenExecuted
        )
        return agents.put(offer, patience, for: "client") { [self] in puts.append($0) }
    }

    @discardableResult
    func take(
        _ patience: Patience = .trying,
        largest: Int? = nil,
        pausedBefore: Bool = false
    ) -> AgentCall? {
        if pausedBefore { test.engine.gate.pause() }
        return agents.take(largest: largest, patience, for: "client") { [self] in takes.append($0) }
    }

    /// Lets an agent do one statement while the engine is paused.
    func step(_ call: AgentCall) {
        test.engine.kernel.thread(call.agent).pointee.permits = 1
        test.engine.kernel.listAgain(call.agent)
        agents.run()
    }

    var takenIDs: [UInt64] {
        takes.compactMap { outcome in
            guard case .taken(let job) = outcome else { return nil }
            return job.id
        }
    }

    func checkBooks(sourceLocation: SourceLocation = #_sourceLocation) {
        let state = test.state
        if state.programs.isCorrect {
            #expect(state.violations().isEmpty, sourceLocation: sourceLocation)
        }
        var folded = test.engine.kernel.initialState
        var events = [Event](repeating: Event(.paused, by: nil, at: .zero), count: 1 << 14)
        let count = events.withUnsafeMutableBufferPointer { events in
            test.engine.kernel.observe(after: 0, into: events, budget: 0).eventCount
        }
        for event in events.prefix(count) { folded.apply(event) }
        #expect(folded == state, sourceLocation: sourceLocation)
    }
}

@Suite("Remote clients' agents", .timeLimit(.minutes(5)))
struct AgentsTests {
    @Test("who waits for as long as anybody may is told that it was in vain, not that it is late")
    func longestWait() {
        let remote = RemoteEngine(capacity: 1)
        remote.put()
        remote.put(.waiting(atMost: Patience.longest))
        let other = RemoteEngine(capacity: 1)
        other.take(.waiting(atMost: .seconds(60)))

        for engine in [remote, other] {
            engine.test.clock.advance(by: .seconds(25))
            engine.agents.run()
        }

        #expect(remote.puts.last == .timedOut && other.takes == [.timedOut])
        #expect(remote.agents.refusals.timedOut == 1 && remote.agents.refusals.late == 0)
        remote.checkBooks()
        other.checkBooks()
    }

    @Test("puts and takes pass through the buffer in order, with the depth right afterwards")
    func inOrder() {
        let remote = RemoteEngine(capacity: 3)

        for _ in 0..<3 { remote.put() }
        for _ in 0..<2 { remote.take() }

        #expect(
            remote.puts == [
                .inserted(id: 1, depth: 1), .inserted(id: 2, depth: 2),
                .inserted(id: 3, depth: 3),
            ]
        )
        #expect(remote.takenIDs == [1, 2])
        #expect(remote.agents.counts.depth == 1)
        #expect(remote.agents.counts.produced == 3)
        #expect(remote.agents.counts.consumed == 2)
        remote.checkBooks()
    }

    @Test("full and empty are told at once to who only tries, and leave nothing behind")
    func fullAndEmpty() {
        let remote = RemoteEngine(capacity: 1)

        remote.take()
        remote.put()
        remote.put()

        #expect(remote.takes == [.empty])
        #expect(remote.puts == [.inserted(id: 1, depth: 1), .full])
        #expect(remote.test.state.withdrawn == 1)
        #expect(remote.agents.counts.produced == 1)
        remote.checkBooks()
    }

    @Test("a blocked taker gets the job that comes, and its payload untouched")
    func blockedTaker() {
        let remote = RemoteEngine()
        let payload = Payload(.body, [0, 27, 255])

        let call = remote.take(.waiting(atMost: .seconds(5)))
        #expect(call != nil)
        #expect(remote.test.state[.full].waiterCount == 1)
        remote.put(payload: payload)
        remote.agents.run()

        guard case .taken(let job) = remote.takes.first else {
            Issue.record("the taker got \(remote.takes)")
            return
        }
        #expect(job.payload == payload)
        #expect(job.device == remote.device)
        #expect(job.cpuTime == .seconds(1))
        remote.checkBooks()
    }

    @Test("a thousand blocked takers wait in order and cost no thread")
    func thousandTakers() {
        let remote = RemoteEngine(capacity: 4, limit: 1001) { $0.kernel.threadLimit = 2000 }
        var order: [Int] = []
        for number in 0..<1000 {
            _ = remote.agents.take(largest: nil, .endless, for: "taker \(number)") { outcome in
                if case .taken = outcome { order.append(number) }
            }
        }
        #expect(remote.test.state[.full].waiterCount == 1000)
        #expect(remote.clients.client(ofAgent: 1000) == "taker 999")

        for _ in 0..<1000 {
            remote.put()
            remote.agents.run()
        }

        #expect(order == Array(0..<1000))
        #expect(remote.test.state[.full].waiterCount == 0)
    }

    @Test("several units at once go to the agents that wait the longest, in their order")
    func severalUnits() {
        let remote = RemoteEngine(capacity: 4)
        var order: [Int] = []
        for number in 1...8 {
            _ = remote.agents.take(largest: nil, .endless, for: "\(number)") { outcome in
                if case .taken = outcome { order.append(number) }
            }
        }

        for _ in 0..<4 { remote.put() }
        remote.agents.run()

        #expect(order == [1, 2, 3, 4])
    }

    @Test("patience that ends is told as a time-out, when its time has come and not before")
    func timesOut() {
        let remote = RemoteEngine(capacity: 1)
        remote.put()
        remote.put(.waiting(atMost: .seconds(3)))
        #expect(remote.agents.counts.produced == 1, "the second is still in its producer's hand")
        #expect(remote.delays.withLock { $0 } == [.seconds(3)])

        remote.test.clock.advance(by: .seconds(2))
        remote.agents.run()
        #expect(remote.puts.count == 1)
        remote.test.clock.advance(by: .seconds(1))
        remote.agents.run()

        #expect(remote.puts.last == .timedOut)
        #expect(remote.test.state[.empty].waiterCount == 0)
        remote.checkBooks()
    }

    @Test("a pause freezes patience, but after twenty seconds in all the call is late")
    func pauseAndLate() {
        let remote = RemoteEngine(capacity: 1)
        remote.put()
        remote.put(.waiting(atMost: .seconds(3)))
        remote.test.engine.gate.pause()

        remote.test.clock.advance(by: .seconds(19))
        remote.agents.run()
        #expect(remote.puts.count == 1)
        remote.test.clock.advance(by: .seconds(1))
        remote.agents.run()

        #expect(remote.puts.last == .late)
        #expect(remote.agents.refusals.late == 1)
        remote.checkBooks()
    }

    @Test("while paused nobody moves; resume, or steps, let the agent go on")
    func stepped() throws {
        let remote = RemoteEngine(paused: true)
        remote.put(.waiting(atMost: .seconds(3)))
        #expect(remote.puts.isEmpty)
        let kernel = remote.test.engine.kernel
        let agent = try #require(remote.test.state.threads.first?.id)

        for _ in 0..<4 {
            kernel.thread(agent).pointee.permits = 1
            kernel.listAgain(agent)
            remote.agents.run()
        }
        #expect(remote.puts == [.inserted(id: 1, depth: 1)])
        #expect(try remote.test.statement("A1") == .signal(.mutex))

        remote.test.engine.gate.resume()
        remote.agents.run()
        #expect(try remote.test.phase("A1") == .awaitingJobs)
        remote.checkBooks()
    }

    @Test("a client that goes away leaves the queue; the next one gets the unit")
    func withdrawn() throws {
        let remote = RemoteEngine()
        let first = try #require(remote.take(.endless))
        remote.take(.endless)

        remote.agents.withdraw(first)
        remote.put()
        remote.agents.run()

        #expect(remote.takenIDs == [1])
        #expect(remote.agents.refusals.withdrawn == 1)
        remote.agents.withdraw(first)
        remote.checkBooks()
    }

    @Test("a taker that is told to go is told so and leaves the queue; no job is lost to it")
    func denied() throws {
        let remote = RemoteEngine()
        let call = try #require(remote.take(.endless))

        remote.agents.deny(call)
        remote.put()
        remote.agents.deny(call)

        #expect(remote.takes == [.refused(.denied)])
        #expect(remote.test.state[.full].waiterCount == 0 && remote.test.state[.full].value == 1)
        #expect(remote.agents.refusals.withdrawn == 1)
        remote.checkBooks()
    }

    @Test("a client that goes away in the critical section leaves the mutex free")
    func withdrawnInside() throws {
        let remote = RemoteEngine(paused: true)
        let call = try #require(remote.put(.endless))
        let kernel = remote.test.engine.kernel
        for _ in 0..<3 {
            kernel.thread(call.agent).pointee.permits = 1
            kernel.listAgain(call.agent)
            remote.agents.run()
        }
        #expect(remote.test.state[.mutex].owner == call.agent)

        remote.agents.withdraw(call)

        #expect(remote.test.state[.mutex].owner == nil)
        #expect(remote.test.state[.empty].value == 2)
        #expect(remote.test.state.withdrawn == 1)
        remote.checkBooks()
    }

    @Test("a payload that is too large stays in the buffer for who can take it")
    func tooLarge() {
        let remote = RemoteEngine()
        remote.put(payload: Payload(.item, Array(repeating: 65, count: 4097)))

        remote.take(largest: 4096)
        remote.take()

        #expect(remote.takes.first == .tooLarge)
        #expect(remote.takenIDs == [1])
        remote.checkBooks()
    }

    @Test("whoever wants to know is told once when the job has been executed")
    func executed() {
        let remote = RemoteEngine(consumers: 1)
        var count = 0

        for _ in 0..<50 {
            remote.put(.endless, whenExecuted: { count += 1 })
            remote.test.until("the job is executed") { _ in
                remote.agents.run()
                return remote.test.engine.shared.parcels.openCount == 0
            }
        }

        #expect(count == 50)
    }

    @Test("more calls than agents are refused and counted")
    func tooMany() {
        let remote = RemoteEngine(limit: 2)
        remote.take(.endless)
        remote.take(.endless)

        remote.take(.endless)
        remote.put()

        #expect(remote.takes == [.refused(.tooManyCalls(limit: 2))])
        #expect(remote.puts == [.refused(.tooManyCalls(limit: 2))])
        #expect(remote.agents.refusals.tooManyCalls == 2)
    }

    @Test("the end tells everybody who waits, and a job not inserted is none of ours")
    func stopped() {
        let remote = RemoteEngine(capacity: 1)
        remote.put()
        remote.put(.endless)
        remote.test.engine.stop()

        remote.agents.stop()
        remote.take()

        #expect(remote.puts == [.inserted(id: 1, depth: 1), .refused(.stopping)])
        #expect(remote.takes == [.refused(.stopping)])
        #expect(remote.test.engine.jobsNotRun == 1)
    }

    @Test("in every program a call that only tries ends, and nothing is held afterwards")
    func everyProgram() {
        for programs in ProgramCatalog.all {
            let remote = RemoteEngine(capacity: 2, programs: programs)
            for _ in 0..<4 { remote.put() }
            for _ in 0..<10 { remote.agents.run() }
            #expect(remote.puts.count == 4, "\(programs.name): \(remote.puts)")
            for _ in 0..<4 { remote.take() }
            for _ in 0..<10 { remote.agents.run() }
            #expect(remote.takes.count == 4, "\(programs.name): \(remote.takes)")
            #expect(remote.test.state[.mutex].owner == nil, "\(programs.name)")
            remote.checkBooks()
        }
    }

    @Test("in every program patience ends also where the client's side looks again and again")
    func everyProgramTimesOut() {
        for programs in ProgramCatalog.all {
            let remote = RemoteEngine(capacity: 2, programs: programs)
            remote.take(.waiting(atMost: .seconds(1)))
            for _ in 0..<3 { remote.agents.run() }
            #expect(remote.takes.isEmpty, "\(programs.name)")

            remote.test.clock.advance(by: .seconds(1))
            for _ in 0..<3 { remote.agents.run() }

            #expect(remote.takes == [.timedOut], "\(programs.name)")
            #expect(remote.test.state[.mutex].owner == nil, "\(programs.name)")
            remote.checkBooks()
        }
    }

    @Test("another program frees an agent that is stuck, and its call goes on")
    func programChanged() throws {
        let remote = RemoteEngine(capacity: 1, programs: ProgramCatalog.swappedWaits)
        remote.put()
        remote.put(.endless)
        remote.take(.endless)
        #expect(remote.takes.isEmpty)

        let correct = remote.test.engine.kernel.library.firstIndex(of: ProgramCatalog.correct)
        #expect(remote.test.engine.gate.changeProgram(to: try #require(correct)))
        for _ in 0..<5 { remote.agents.run() }

        #expect(remote.puts.last == .inserted(id: 2, depth: 1))
        #expect(remote.takenIDs == [1])
        remote.checkBooks()
    }

    @Test("a call that the end overtakes is refused, whatever the agent's last call came to")
    func overtakenByTheEnd() {
        let remote = RemoteEngine()
        remote.put()
        remote.test.engine.stop()

        remote.put()

        #expect(remote.puts == [.inserted(id: 1, depth: 1), .refused(.stopping)])
        #expect(remote.agents.inserted == 1)
        #expect(remote.test.engine.shared.parcels.openCount == 0)
    }

    @Test("however many look again and again, the host is asked once for all of them")
    func lookingIsBounded() {
        let remote = RemoteEngine(programs: ProgramCatalog.busyWait)
        for _ in 0..<3 { remote.take(.endless) }
        remote.delays.withLock { $0 = [] }

        for _ in 0..<10 {
            remote.test.clock.advance(by: .milliseconds(1))
            remote.agents.run()
        }

        #expect(remote.delays.withLock { $0.count } <= 10)
    }

    @Test("callers of one kind, once gone, leave room for those of the other")
    func roomForTheOtherKind() throws {
        let remote = RemoteEngine(limit: 2)
        let calls = [remote.take(.endless), remote.take(.endless)]
        for call in calls { remote.agents.withdraw(try #require(call)) }

        remote.put()

        #expect(remote.puts == [.inserted(id: 1, depth: 1)])
    }

    @Test("patience goes on after a pause in which it would have ended")
    func patienceAfterPause() {
        let remote = RemoteEngine(capacity: 1)
        remote.put()
        remote.put(.waiting(atMost: .seconds(3)))
        remote.test.clock.advance(by: .seconds(1))
        remote.test.engine.gate.pause()
        remote.test.clock.advance(by: .seconds(3))
        remote.agents.run()
        remote.test.engine.gate.resume()
        remote.agents.run()
        #expect(remote.puts.count == 1)

        remote.test.clock.advance(by: .seconds(2))
        remote.agents.run()

        #expect(remote.puts.last == .timedOut)
        remote.checkBooks()
    }

    @Test("who was notified and goes away passes the notification on")
    func notificationPassedOn() throws {
        let remote = RemoteEngine(programs: ProgramCatalog.monitor)
        let first = try #require(remote.take(.endless))
        remote.take(.endless)
        remote.put()

        remote.agents.withdraw(first)
        for _ in 0..<5 { remote.agents.run() }

        #expect(remote.takenIDs == [1])
        remote.checkBooks()
    }

    @Test("a unit that a broken program left in hand is forgotten when the program changes")
    func keptUnit() throws {
        let remote = RemoteEngine(capacity: 2, programs: ProgramCatalog.forgottenSignal)
        remote.put()
        remote.take()
        #expect(remote.takenIDs == [1])
        remote.put()
        let call = try #require(remote.take(.endless, pausedBefore: true))
        let correct = try #require(
            remote.test.engine.kernel.library.firstIndex(of: ProgramCatalog.correct)
        )
        #expect(remote.test.engine.gate.changeProgram(to: correct))
        remote.step(call)
        #expect(remote.test.state[.full].value == 0)

        remote.agents.withdraw(call)

        #expect(remote.test.state[.full].value == 1)
        remote.checkBooks()
    }

    @Test("an agent that has inserted its job when the program changes rests at its next step")
    func programChangedAfterInsert() throws {
        let remote = RemoteEngine(paused: true)
        let call = try #require(remote.put(.endless))
        for _ in 0..<4 { remote.step(call) }
        #expect(remote.puts == [.inserted(id: 1, depth: 1)])
        let monitor = remote.test.engine.kernel.library.firstIndex(of: ProgramCatalog.monitor)
        #expect(remote.test.engine.gate.changeProgram(to: try #require(monitor)))

        remote.step(call)

        #expect(try remote.test.phase("A1") == .awaitingJobs)
        remote.checkBooks()
    }

    @Test("a step of an agent whose client goes away meanwhile comes to an end")
    func stepOfWithdrawn() throws {
        let remote = RemoteEngine(paused: true)
        let call = try #require(remote.put(.endless))
        let answer = Guarded<Kernel.StepAnswer?>(nil)
        let wakes = remote.wakes.withLock { $0 }
        let gate = remote.test.engine.gate
        let stepper = SystemThread(name: "stepper") {
            let result = gate.step(call.agent)
            answer.withLock { $0 = result }
        }
        remote.test.until("the agent is asked") { _ in remote.wakes.withLock { $0 } > wakes }

        remote.agents.withdraw(call)
        remote.test.until("the step is over") { _ in answer.withLock { $0 } != nil }

        #expect(answer.withLock { $0 } == .awaitsJobs(call.agent))
        // A step that hangs would keep the test from ending.
        if answer.withLock({ $0 }) == nil { remote.test.engine.kernel.cancel() }
        stepper.join()
    }
}
