import Core
import Testing

@Suite("Executing jobs", .timeLimit(.minutes(5)))
struct ExecutionTests {
    @Test("response, waiting and turnaround time of two jobs on one consumer")
    func times() throws {
        let test = TestEngine(source: ListSource(seconds: [4, 2]), paused: false)
        test.until("job 1 executes") { state in
            state.threads.contains { $0.job?.id == 1 && $0.phase != .ready }
        }

        test.clock.advance(by: .seconds(4))
        test.until("job 2 executes") { state in
            state.threads.contains { thread in
                guard case .executing = thread.phase else { return false }
                return thread.job?.id == 2
            }
        }
        test.clock.advance(by: .seconds(2))
        test.until("both are booked") { _ in test.engine.ledger.all.count == 2 }

        let times = test.engine.ledger.jobTimes
        #expect(times.response.maximum == times.waiting.maximum)
        #expect(abs((times.response.mean?.inSeconds ?? 0) - 2) < 0.05, "0 and 4 s")
        #expect(abs((times.turnaround.mean?.inSeconds ?? 0) - 5) < 0.1, "4 and 6 s")
        #expect(times.turnaround.count == 2)
    }

    @Test("a job that really computes is booked with the CPU time that its thread used")
    func spin() throws {
        let source = ListSource(seconds: [0.03])
        var settings = EngineSettings()
        settings.kernel.execution = .spin
        settings.kernel.executionLimit = 1
        let engine = Engine(
            settings,
            source: source,
            replies: ReplyList(),
            clock: SystemClock()
        )
        engine.start()

        engine.waitUntilComplete()
        engine.stop()

        let booked = try #require(engine.ledger.all.first).cpuTime
        #expect(booked >= .seconds(0.03))
        #expect(booked < .seconds(0.2))
    }

    @Test("an engine that only accounts takes no time")
    func account() throws {
        let test = TestEngine(
            source: ListSource(seconds: Array(repeating: 86_400, count: 50)),
            paused: false
        ) {
            $0.kernel.execution = .account
            $0.kernel.executionLimit = 50
        }

        test.engine.waitUntilComplete()
        test.until("all are booked") { _ in
            test.engine.ledger.all.reduce(0) { $0 + $1.jobs } == 50
        }

        #expect(test.clock.now == .zero)
    }

    @Test("nor when another program finds a consumer with its job in hand")
    func accountAfterChange() throws {
        let test = TestEngine(source: ListSource(seconds: [86_400])) {
            $0.kernel.execution = .account
            $0.kernel.executionLimit = 1
        }
        try test.step("P1", times: 6)
        try test.step("C1", to: .execute)

        #expect(test.engine.gate.changeProgram(to: 1))
        test.engine.gate.resume()

        test.until("the job is done") { $0.consumed == 1 }
        #expect(test.clock.now == .zero)
    }
}
