import Core
import Testing

@Suite("Deadlock", .timeLimit(.minutes(5)))
struct DeadlockTests {
    private func pair(_ producer: [Statement], _ consumer: [Statement]) -> ProgramPair {
        ProgramPair(
            name: "made for a test",
            summary: "made for a test",
            producer: Program(.producer, producer),
            consumer: Program(.consumer, consumer),
            isCorrect: false
        )
    }

    private var swappedWaits: ProgramPair {
        get throws { try #require(ProgramCatalog.named("swapped-waits")) }
    }

    private func names(_ ids: [ThreadID], _ state: EngineState) -> [String] {
        ids.map { state.name(of: $0) }
    }

    @Test("a thread that waits for the network is not deadlocked, nor who waits for it")
    func network() throws {
        let engine = WatchedEngine(ProgramCatalog.correct, consumers: 3, jobs: 0)

        try engine.step("P1 C1 C2 C3")

        #expect(Deadlock.find(in: engine.state) == nil)
    }

    @Test("a thread that waits with a time-out is not deadlocked")
    func timeOut() throws {
        let engine = WatchedEngine(
            pair(
                [
                    .produce, .wait(.mutex), .wait(.empty, timeOut: .seconds(1)),
                    .jumpIf(.timedOut, to: 5), .insert, .signal(.mutex), .signal(.full),
                ],
                ProgramCatalog.correct.consumer.statements
            ),
            capacity: 1
        )
        try engine.step("P1", 10)
        try engine.step("C1 C1")

        #expect(try engine.test.phase("P1") == .blocked(.semaphore(.empty)))
        #expect(try engine.test.phase("C1") == .blocked(.semaphore(.mutex)))

        #expect(Deadlock.find(in: engine.state) == nil)
    }

    @Test("some threads are deadlocked while others run on")
    func someThreads() throws {
        // Consumers never need the mutex, so they stay free; a producer takes it twice.
        let engine = WatchedEngine(
            pair(
                [.wait(.mutex), .produce, .wait(.mutex), .insert, .signal(.mutex), .signal(.full)],
                [.jumpIf(.jobThere, to: 2), .jump(to: 0), .signal(.full)]
            ),
            producers: 2
        )
        try engine.step("P2 P2 P2 P1")
        let deadlock = try #require(Deadlock.find(in: engine.state))
        try engine.step("C1", 6)

        #expect(names(deadlock.threads, engine.state) == ["P1", "P2"])
        #expect(deadlock.lostWakeUps.isEmpty)
        #expect(engine.kinds == [.deadlock, .busyWaiting])
        #expect(
            try engine.explanation(of: .deadlock).text == """
                Deadlock. P2 holds mutex (line 1) and waits for mutex at line 3: it waits for \
                itself. Drop line 3 of the producer.
                """
        )
    }

    @Test("who waits for a thread that can still come is not deadlocked")
    func helpCanCome() throws {
        let engine = WatchedEngine(try swappedWaits, capacity: 1, consumers: 2)
        try engine.step("P1", 6)
        try engine.step("C1 C1 C1 C1")
        try engine.step("P1 P1 P1")

        // C1 has left the critical section and is about to signal empty.
        #expect(try engine.test.phase("P1") == .blocked(.semaphore(.empty)))
        #expect(engine.present.isEmpty)
    }

    @Test(
        "a signal behind a test counts only if the test can ever hold",
        arguments: [(Statement.Test.bufferFull, false), (.bufferEmpty, true), (.timedOut, true)]
    )
    func tests(test: Statement.Test, helps: Bool) throws {
        let engine = WatchedEngine(
            pair(
                [.wait(.mutex), .wait(.mutex), .produce, .insert],
                [.jumpIf(test, to: 2), .jump(to: 0), .signal(.mutex)]
            )
        )

        try engine.step("P1 P1")

        #expect((Deadlock.find(in: engine.state) == nil) == helps)
    }

    @Test("with one condition a lost wake-up is found exactly when nobody can move any more")
    func exact() throws {
        let oneCondition = try #require(ProgramCatalog.named("one-condition"))
        var hangs = 0
        for seed in 1...40 as ClosedRange<UInt64> {
            let engine = WatchedEngine(oneCondition, capacity: 1, producers: 2) { $0.seed = seed }

            var canMove = true
            for _ in 0..<400 where canMove {
                canMove = engine.test.engine.gate.step() != .nobodyCanMove
                engine.look()
            }

            if !canMove { hangs += 1 }
            #expect(engine.kinds == (canMove ? [] : [.lostWakeUp]), "seed \(seed)")
        }
        #expect((5...35).contains(hangs), "\(hangs) of 40 hang")
    }

    @Test(
        "who is accused never moves again, whatever the others do",
        arguments: ProgramCatalog.all.filter { !$0.isCorrect }.map(\.name)
    )
    func truly(name: String) throws {
        let programs = try #require(ProgramCatalog.named(name))
        for seed in 1...15 as ClosedRange<UInt64> {
            let engine = WatchedEngine(programs, capacity: 1, producers: 3, consumers: 2) {
                $0.seed = seed
            }
            for _ in 0..<200 {
                engine.walk(1)
                guard let deadlock = Deadlock.find(in: engine.state) else { continue }
                let before = deadlock.threads.map { engine.state[$0] }
                engine.walk(100)
                #expect(deadlock.threads.map { engine.state[$0] } == before, "seed \(seed)")
                break
            }
        }
    }

    @Test("a condition that no line notifies")
    func silentCondition() throws {
        let monitor = ProgramCatalog.monitor
        let engine = WatchedEngine(
            pair(
                monitor.producer.statements,
                monitor.consumer.statements.filter { $0 != .notify(.notFull) }
            ),
            capacity: 1
        )
        try engine.step("P1", 10)
        #expect(
            try engine.explanation(of: .deadlock).text == """
                Deadlock. P1 waits for notFull at line 4. No line notifies notFull. Add \
                notify(notFull) after line 6 of the consumer.
                """
        )
        try engine.step("C1 C1 C1 C1 C1")
        try engine.step("C1", 3)

        #expect(
            Explainer().explain(try #require(engine.state.faults.first), in: engine.state).text
                == """
                Lost wake-up. P1 waits for notFull at line 4 although a slot is free: no line of \
                any program notifies it. Add notify(notFull) after line 6 of the consumer.
                """
        )
    }

    @Test("a role that nobody has may still be taken by somebody who joins")
    func nobodyThere() throws {
        let engine = WatchedEngine(ProgramCatalog.correct, capacity: 1, consumers: 0)

        try engine.step("P1", 8)

        #expect(try engine.test.phase("P1") == .blocked(.semaphore(.empty)))
        #expect(engine.present.isEmpty)
    }

    @Test("nothing is said about a state that does not show all threads, or of an end")
    func notJudged() throws {
        let engine = WatchedEngine(try swappedWaits, capacity: 1)
        try engine.step("P1", 9)
        var state = engine.state
        #expect(Deadlock.find(in: state) != nil)

        state.threadCount += 1
        #expect(Deadlock.find(in: state) == nil)
        state.threadCount -= 1
        state.isCancelled = true
        #expect(Deadlock.find(in: state) == nil)
    }

    @Test(
        "what is said fits a small screen, with a remedy, however many threads are in it",
        arguments: ProgramCatalog.all.map(\.name)
    )
    func manyThreads(name: String) throws {
        let programs = try #require(ProgramCatalog.named(name))
        var kinds: Set<Fault.Kind> = []
        let shapes = [(1, 2, 1), (1, 3, 3), (1, 4, 4), (2, 8, 8), (3, 20, 20)]
        for (seed, (capacity, producers, consumers)) in (shapes + shapes).enumerated() {
            let engine = WatchedEngine(
                programs,
                capacity: capacity,
                producers: producers,
                consumers: consumers
            ) { $0.seed = UInt64(seed) }
            for _ in 0..<500 {
                engine.walk(1)
                for fault in engine.present {
                    kinds.insert(fault.kind)
                    let explanation = Explainer().explain(fault, in: engine.state)
                    let length = explanation.sentence.count + explanation.advice.count
                    #expect(length <= 240, "\(explanation.text)")
                    #expect(!explanation.advice.isEmpty, "\(explanation.text)")
                    #expect(explanation.drawing.allSatisfy { $0.count <= 76 })
                }
            }
        }
        #expect(programs.isCorrect == kinds.isEmpty, "\(programs.name): \(kinds)")
    }
}
