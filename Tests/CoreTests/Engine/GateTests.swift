import Core
import Testing

@Suite("Gate: pause, step, rate", .timeLimit(.minutes(5)))
struct GateTests {
    @Test("paused, nothing moves; a step moves one thread by one statement")
    func oneStatement() throws {
        let test = TestEngine(source: ListSource(seconds: [1]))
        let before = test.state

        let answer = try test.step("P1")

        let after = test.state
        #expect(answer == .permitted(try test.thread("P1")))
        #expect(after.number >= before.number + 1)
        #expect(after.produced == 1)
        #expect(try test.statement("P1") == .wait(.empty))
        #expect(try test.statement("C1") == .wait(.full))
    }

    @Test("stepping a producer without jobs says that it waits for a device")
    func noJobs() throws {
        let test = TestEngine(source: ListSource(seconds: []))

        #expect(try test.step("P1") == .awaitsJobs(try test.thread("P1")))
        #expect(try test.step("P1") == .awaitsJobs(try test.thread("P1")))

        test.source.add(seconds: 2)
        try test.until("P1 sees its job") { _ in try test.phase("P1") == .ready }
        #expect(try test.step("P1") == .permitted(try test.thread("P1")))
        #expect(test.state.produced == 1)
    }

    @Test("when everybody waits, a step of the engine says so")
    func nobodyCanMove() throws {
        let test = TestEngine(source: ListSource(seconds: []))

        try test.step("C1")
        try test.step("P1")

        #expect(test.engine.gate.step() == .nobodyCanMove)
    }

    @Test("running, a step is refused")
    func notPaused() throws {
        let test = TestEngine(source: ListSource(seconds: []), paused: false)

        #expect(test.engine.gate.step() == .notPaused)
    }

    @Test("the same seed chooses the same threads", arguments: [1, 2, 3] as [UInt64])
    func seededChoice(seed: UInt64) throws {
        func order() -> [Kernel.StepAnswer] {
            let test = TestEngine(
                producers: 2,
                consumers: 2,
                source: ListSource(seconds: [1, 2, 3, 4])
            ) { $0.seed = seed }
            return (0..<40).map { _ in test.engine.gate.step() }
        }

        #expect(order() == order(), "seed \(seed)")
    }

    @Test("stepping execute completes the job in virtual time")
    func stepExecutes() throws {
        let test = TestEngine(source: ListSource(seconds: [3600]))

        try test.step("P1", times: 6)
        try test.step("C1", times: 6)

        #expect(test.state.consumed == 1)
        #expect(test.engine.ledger.all.map(\.cpuTime) == [.seconds(3600)])
        #expect(test.clock.now == .zero)
    }

    @Test("a pause freezes the rest of a running job, and resume goes on with it")
    func pauseFreezes() throws {
        let test = TestEngine(source: ListSource(seconds: [10]), paused: false)
        try test.until("C1 executes") { _ in try isExecuting(test) }

        test.clock.advance(by: .seconds(4))
        test.engine.gate.pause()
        test.clock.advance(by: .seconds(100))
        #expect(test.state.consumed == 0)
        #expect(try test.phase("C1") == .executing(workDone: .seconds(4), at: .seconds(4)))
        test.engine.gate.resume()
        test.clock.advance(by: .seconds(5))
        #expect(test.state.consumed == 0)
        test.clock.advance(by: .seconds(1))

        test.until("the job is done") { $0.consumed == 1 }
    }

    @Test("a rate changed in mid-job counts for the rest of it")
    func rateInMidJob() throws {
        let test = TestEngine(source: ListSource(seconds: [10]), paused: false)
        try test.until("C1 executes") { _ in try isExecuting(test) }

        test.clock.advance(by: .seconds(4))
        test.engine.gate.setRate(Rate(thousandths: 2000))
        test.clock.advance(by: .milliseconds(2999))
        #expect(test.state.consumed == 0)
        test.clock.advance(by: .milliseconds(1))

        test.until("4 s at ×1 and 3 s at ×2 make 10 s") { $0.consumed == 1 }
        test.until("the ledger has it") { _ in !test.engine.ledger.all.isEmpty }
        #expect(test.engine.ledger.all.map(\.cpuTime) == [.seconds(10)])
    }

    @Test("at the maximum rate a running job ends at once")
    func maximumRate() throws {
        let test = TestEngine(source: ListSource(seconds: [1000]), paused: false)
        try test.until("C1 executes") { _ in try isExecuting(test) }

        test.engine.gate.setRate(.maximum)

        test.until("the job is done") { $0.consumed == 1 }
    }

    private func isExecuting(_ test: TestEngine) throws -> Bool {
        guard case .executing = try test.phase("C1") else { return false }
        return true
    }
}

@Suite("Stopping", .timeLimit(.minutes(5)))
struct StoppingTests {
    @Test("stop returns while threads wait for jobs, semaphores, the gate and a long job")
    func stopsFromEverywhere() throws {
        let waiting = TestEngine(producers: 2, consumers: 3, source: ListSource(seconds: []))
        let blocked = TestEngine(
            capacity: 1,
            producers: 3,
            source: ListSource(seconds: [9999, 1, 1, 1, 1]),
            paused: false
        )
        blocked.until("everybody has a job and waits") {
            $0[.empty].waiterCount == 3 && $0.produced == 5
        }
        try waiting.step("C1")

        blocked.engine.stop()
        waiting.engine.stop()

        #expect(blocked.state.threads.allSatisfy { $0.phase == .ended })
        #expect(blocked.engine.jobsNotRun == 5)
    }

    @Test("after its limit no job begins, and those left count as not run")
    func limit() throws {
        let test = TestEngine(
            capacity: 5,
            consumers: 2,
            source: ListSource(seconds: Array(repeating: 1, count: 40)),
            paused: false
        ) {
            $0.kernel.executionLimit = 15
            $0.kernel.rate = .maximum
        }

        test.engine.waitUntilComplete()
        test.engine.stop()

        #expect(test.state.consumed == 15)
        #expect(test.engine.ledger.all.reduce(0) { $0 + $1.jobs } == 15)
    }

    @Test(
        "a reply is sent when the job was inserted, when it was done, or never",
        arguments: EngineSettings.ReplyMoment.allCases
    )
    func replies(moment: EngineSettings.ReplyMoment) throws {
        let job = Job(device: DeviceID(1), cpuTime: .seconds(1))
        let source = ListSource([QueuedJob(job, reply: ReplyTicket(7), arrival: .zero)])
        let test = TestEngine(source: source) { $0.reply = moment }

        try test.step("P1", to: .insert)
        #expect(test.replies.sent.isEmpty)
        try test.step("P1")
        #expect(test.replies.sent.count == (moment == .receipt ? 1 : 0))
        try test.step("P1", times: 2)
        try test.step("C1", times: 6)

        #expect(test.replies.sent == (moment == .none ? [] : [ReplyTicket(7)]))
    }

    @Test("another program may not make consumers execute more jobs than the run is to have")
    func changeAtLimit() throws {
        let test = TestEngine(consumers: 2, source: ListSource(seconds: [1, 1, 1, 1])) {
            $0.kernel.executionLimit = 1
            $0.kernel.execution = .account
        }
        try test.step("P1", times: 12)
        for consumer in ["C1", "C2"] { try test.step(consumer, to: .execute) }

        #expect(!test.engine.gate.changeProgram(to: 1))
        test.engine.gate.resume()
        test.engine.waitUntilComplete()

        #expect(test.state.consumed == 1)
    }
}
