import Core
import Testing

@Suite("Semaphores, driven statement by statement", .timeLimit(.minutes(5)))
struct SemaphoreTests {
    @Test("a producer blocks on empty once the buffer is full")
    func producerBlocks() throws {
        let test = TestEngine(capacity: 1, source: ListSource(seconds: [1, 1]))

        try test.step("P1", times: 6)
        try test.step("P1", times: 2)

        #expect(try test.phase("P1") == .blocked(.semaphore(.empty)))
        #expect(test.state[.empty].value == 0)
        #expect(test.state[.empty].waiters == [try test.thread("P1")])
        #expect(test.state[.full].value == 1)
    }

    @Test("a consumer blocks on full while the buffer is empty, and the next signal lets it go")
    func consumerBlocks() throws {
        let test = TestEngine(source: ListSource(seconds: [1]))

        try test.step("C1")
        #expect(try test.phase("C1") == .blocked(.semaphore(.full)))
        try test.step("P1", times: 6)

        #expect(try test.phase("C1") == .ready)
        #expect(try test.statement("C1") == .wait(.mutex))
        #expect(test.state[.full].value == 0, "the unit was handed over")
    }

    @Test("the mutex has an owner, and a second thread waits for it by name")
    func mutexHasOwner() throws {
        let test = TestEngine(producers: 2, source: ListSource(seconds: [1, 1]))

        try test.step("P1", times: 3)
        try test.step("P2", times: 3)

        #expect(test.state[.mutex].owner == (try test.thread("P1")))
        #expect(test.state[.mutex].waiters == [try test.thread("P2")])
        #expect(try test.step("P2") == .blocked(try test.thread("P2"), .semaphore(.mutex)))
    }

    @Test("stepped, a unit goes to the longest waiter, whoever is faster")
    func strictService() throws {
        let test = TestEngine(consumers: 3, source: ListSource(seconds: [1]))

        try test.step("C2")
        try test.step("C3")
        try test.step("C1")
        try test.step("P1", times: 6)

        #expect(try test.phase("C2") == .ready)
        #expect(test.state[.full].waiters == [try test.thread("C3"), try test.thread("C1")])
    }

    @Test("a wait with a time-out gives up when the clock says so, and the test is true")
    func timeOut() throws {
        let test = TestEngine(
            source: ListSource(seconds: []),
            programs: PatientPrograms.fiveSeconds
        )
        try test.step("C1")
        test.engine.gate.resume()

        test.clock.advance(by: .seconds(4))
        #expect(test.state[.full].waiterCount == 1)
        test.clock.advance(by: .seconds(2))
        test.until("C1 gives up and waits anew") { $0.number > 0 && gaveUp(test) }

        test.engine.gate.pause()
        #expect(test.state[.full].value == 0)
    }

    private func gaveUp(_ test: TestEngine) -> Bool {
        let observer = Observer(test.engine, budget: 1000)
        var found = false
        _ = observer.look { event, _ in if event.fact == .timedOut(.full) { found = true } }
        return found
    }

    @Test("tryWait never queues: it takes a unit or goes on without one")
    func tryWait() throws {
        let impatient = ProgramPair(
            name: "impatient",
            summary: "never waits for a job",
            producer: ProgramCatalog.correct.producer,
            consumer: Program(
                .consumer,
                [
                    .tryWait(.full), .jumpIf(.timedOut, to: 0), .wait(.mutex), .remove,
                    .signal(.mutex), .signal(.empty), .execute,
                ]
            ),
            isCorrect: true
        )
        let test = TestEngine(source: ListSource(seconds: [1]), programs: impatient)

        try test.step("C1", times: 2)
        #expect(try test.statement("C1") == .tryWait(.full))
        try test.step("P1", times: 6)
        try test.step("C1", times: 2)

        #expect(try test.statement("C1") == .wait(.mutex))
        #expect(test.state[.full].waiterCount == 0)
        #expect(test.state[.full].value == 0)
    }
}

@Suite("Conditions", .timeLimit(.minutes(5)))
struct ConditionTests {
    @Test(
        "waitCondition leaves the monitor; the notified waiter is outside and waits for mutex again"
    )
    func waitAndNotify() throws {
        let test = TestEngine(source: ListSource(seconds: [1]), programs: ProgramCatalog.monitor)

        try test.step("C1", times: 3)
        #expect(try test.phase("C1") == .blocked(.condition(.notEmpty)))
        #expect(test.state[.mutex].value == 1)
        try test.step("P1", to: .notify(.notEmpty))
        try test.step("P1")

        #expect(try test.phase("C1") == .ready)
        #expect(try test.statement("C1") == .wait(.mutex))
        try test.step("C1")
        #expect(try test.phase("C1") == .blocked(.semaphore(.mutex)))
        try test.step("P1")

        #expect(test.state[.mutex].owner == (try test.thread("C1")))
        #expect(try test.statement("C1") == .jump(to: 1))
    }

    @Test("a monitor passes all its jobs at full speed")
    func atFullSpeed() throws {
        let test = TestEngine(
            capacity: 2,
            producers: 3,
            consumers: 3,
            source: ListSource(seconds: Array(repeating: 1, count: 3000)),
            programs: ProgramCatalog.monitor,
            paused: false
        ) {
            $0.kernel.execution = .account
            $0.kernel.executionLimit = 3000
        }

        test.engine.waitUntilComplete()

        #expect(test.state.consumed == 3000)
    }
}
