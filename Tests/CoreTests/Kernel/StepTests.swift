import Testing

@testable import Core

@Suite("Steps beside other things that happen", .timeLimit(.minutes(5)))
struct StepTests {
    @Test("stepping a wait with a time-out lets the time-out come, as one statement")
    func timeOut() throws {
        let test = TestEngine(
            source: ListSource(seconds: []),
            programs: PatientPrograms.fiveSeconds
        )
        try test.step("C1")
        #expect(try test.phase("C1") == .blocked(.semaphore(.full)))

        let answer = try test.step("C1")

        #expect(answer == .permitted(try test.thread("C1")))
        #expect(try test.statement("C1") == .jumpIf(.timedOut, to: 0))
        #expect(test.state[.full].waiterCount == 0)
        #expect(test.clock.now == .zero)
    }

    @Test("the engine lets time pass only when nobody else can move")
    func timePassesLast() throws {
        let test = TestEngine(
            source: ListSource(seconds: [1]),
            programs: PatientPrograms.fiveSeconds
        )
        try test.step("C1")

        for _ in 0..<5 { #expect(test.engine.gate.step() == .permitted(try test.thread("P1"))) }
        #expect(try test.phase("C1") == .blocked(.semaphore(.full)))
    }

    @Test("a pause freezes time-outs")
    func pauseFreezes() throws {
        let test = TestEngine(
            source: ListSource(seconds: []),
            programs: PatientPrograms.fiveSeconds,
            paused: false
        )
        let producer = try test.thread("P1")
        test.until("C1 waits, and P1 has no job: nobody can move") {
            $0[.full].waiterCount == 1 && $0[producer]?.phase == .awaitingJobs
        }
        test.engine.gate.pause()
        let waiting = test.state.number

        test.clock.advance(by: .seconds(60))
        test.engine.gate.resume()
        test.clock.advance(by: .seconds(4))

        #expect(test.state[.full].waiterCount == 1)
        #expect(test.state.number == waiting + 1, "nothing but the resume has happened")
        test.clock.advance(by: .seconds(1))
        test.until("five seconds of running time are over") { $0.number > waiting + 1 }
    }

    @Test("a resume in the middle of a step ends it", arguments: [true, false])
    func resumed(byStopping: Bool) throws {
        let test = TestEngine(source: ListSource(seconds: []))
        let engine = test.engine
        let steps = Guarded(0)
        let stepper = SystemThread(name: "stepper") {
            while steps.withLock({ $0 }) < 1000 {
                _ = engine.gate.step()
                steps.withLock { $0 += 1 }
                engine.gate.pause()
            }
        }

        while steps.withLock({ $0 }) < 500 { engine.gate.resume() }
        if byStopping { engine.kernel.cancel() }
        stepper.join()

        #expect(steps.withLock { $0 } == 1000)
    }
}

@Suite("Computing jobs at a changing rate", .timeLimit(.minutes(5)))
struct ComputingTests {
    /// A kernel in which one agent is about to compute a job of two seconds.
    private func computing() throws -> (Kernel, ThreadID) {
        var settings = KernelSettings()
        settings.execution = .spin
        let kernel = Kernel(settings, clock: ManualClock(), changes: ChangeSignal())
        let parker = Parker()
        let producer = kernel.join(.producer, ordinal: 1, parker: parker, isAgent: true)
        let consumer = kernel.join(.consumer, ordinal: 1, parker: parker, isAgent: true)
        let job = Job(device: DeviceID(1), cpuTime: .seconds(2))
        kernel.desk(of: producer).pointee.batch[0] = QueuedJob(job, arrival: .zero)
        kernel.desk(of: producer).pointee.batchCount = 1
        _ = kernel.runSlice(of: producer, length: 6)
        guard case .executing = kernel.runSlice(of: consumer, length: 6) else {
            throw SystemError("runSlice", number: 0)
        }
        return (kernel, consumer)
    }

    private func booked(_ kernel: Kernel, _ id: ThreadID) -> Microseconds? {
        kernel.desk(of: id).pointee.finished.elements.last?.cpuTime
    }

    @Test("each part counts at the rate of its time, and the ledger gets what was measured")
    func rates() throws {
        let (kernel, consumer) = try computing()

        _ = kernel.continueExecution(of: consumer, computed: .seconds(1))
        kernel.setRate(Rate(thousandths: 2000))
        guard case .goOn = kernel.continueExecution(of: consumer, computed: .seconds(0.4)) else {
            Issue.record("1 s at x1 and 0.4 s at x2 are 1.8 s of 2")
            return
        }
        guard case .finished = kernel.continueExecution(of: consumer, computed: .seconds(0.1))
        else {
            Issue.record("another 0.1 s at x2 makes 2 s")
            return
        }

        #expect(booked(kernel, consumer) == .seconds(1.5))
    }

    @Test("a step adds in virtual time what was not computed")
    func stepped() throws {
        let (kernel, consumer) = try computing()
        _ = kernel.continueExecution(of: consumer, computed: .seconds(0.3))
        kernel.pause()
        kernel.thread(consumer).pointee.permits = 1

        _ = kernel.continueExecution(of: consumer, computed: .zero)

        #expect(booked(kernel, consumer) == .seconds(2))
    }

    @Test("the maximum rate is refused: computing takes time")
    func noMaximum() throws {
        let (kernel, _) = try computing()

        kernel.setRate(.maximum)

        #expect(kernel.snapshot().rate == .normal)
    }
}
