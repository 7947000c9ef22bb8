import Core
import Testing

@Suite("Why a thread does not go on", .timeLimit(.minutes(5)))
struct WhyTests {
    private func engine(
        _ name: String = "correct",
        capacity: Int = 1,
        producers: Int = 1,
        consumers: Int = 1,
        jobs: Int = 40
    ) throws -> WatchedEngine {
        WatchedEngine(
            try #require(ProgramCatalog.named(name)),
            capacity: capacity,
            producers: producers,
            consumers: consumers,
            jobs: jobs
        )
    }

    @Test("a thread that can go on says what is next")
    func ready() throws {
        let engine = try engine()
        try engine.step("P1 P1 P1")

        #expect(
            try engine.why("P1") == "P1 can go on when the engine does: line 4, insert, is next"
        )
    }

    @Test("a full buffer: the consumer that executes will remove one, and when")
    func fullBuffer() throws {
        let engine = WatchedEngine(ProgramCatalog.correct, capacity: 1, jobs: 3, paused: false)
        engine.test.until("P1 waits, C1 executes") {
            $0[.empty].waiterCount == 1 && $0.produced == 3
        }
        engine.test.until("C1 executes") { state in
            state.threads.contains { $0.name == "C1" && $0.job != nil && $0.phase != .ready }
        }

        #expect(
            try engine.why("P1", now: .seconds(0.3)) == """
                P1 waits for empty: the buffer is full; C1 is executing job 1 for another 1.7 s \
                and will then remove one
                """
        )
        #expect(
            try engine.why("C1", now: .seconds(0.3))
                == "C1 is executing job 1 for another 1.7 s"
        )
        #expect(try engine.why("C1", now: .seconds(2)) == "C1 is about to finish job 1")
        engine.test.engine.gate.pause()
        #expect(
            try engine.why("P1") == """
                P1 waits for empty: the buffer is full; C1 is executing job 1, which stands still \
                while paused, and will then remove one
                """
        )
    }

    @Test("an empty buffer: the producer that waits for a device will insert one")
    func emptyBuffer() throws {
        let engine = try engine(jobs: 0)
        try engine.step("P1 C1")

        #expect(
            try engine.why("C1") == """
                C1 waits for full: the buffer is empty; P1 waits for a job from a device and will \
                then insert one
                """
        )
        #expect(
            try engine.why("P1") == "P1 waits for a job from a device; none has come yet"
        )
        #expect(
            try engine.why("P1", now: .seconds(4.2))
                == "P1 waits for a job from a device; none has come for 4 s"
        )
    }

    @Test("a producer that has had a job waits for another")
    func noOtherJob() throws {
        let engine = try engine(jobs: 1)
        try engine.step("P1", 7)

        #expect(
            try engine.why("P1") == "P1 waits for a job from a device; no other has come"
        )
    }

    @Test("a job that is there but not announced yet")
    func promised() throws {
        let engine = try engine(consumers: 2)
        try engine.step("P1 P1 P1 P1 C1")

        #expect(
            try engine.why("C1") == """
                C1 waits for full: a job is there, and not yet announced; P1 is at line 5, \
                signal(mutex), and will then announce it
                """
        )
    }

    @Test("who is about to give it is named before who has further to go")
    func nearest() throws {
        let engine = try engine(capacity: 2, consumers: 2)
        try engine.step("P1", 12)
        try engine.step("C1 C1 C1 C1 C2 C2 P1 P1")

        #expect(
            try engine.why("P1") == """
                P1 waits for empty: a slot is free, and not yet given back; C1 is at line 5, \
                signal(empty)
                """
        )
    }

    @Test("the mutex: who holds it, since which line, and what that one does")
    func mutex() throws {
        let engine = try engine(capacity: 2, producers: 2)
        try engine.step("P1 P1 P1 P2 P2 P2")

        #expect(
            try engine.why("P2")
                == "P2 waits for mutex: P1 holds it (line 3) and is at line 4, insert"
        )
    }

    @Test("the mutex, held by who executes in the critical section")
    func mutexOfASleeper() throws {
        let engine = try engine("sleep-in-critical-section", capacity: 2)
        try engine.step("P1", 6)
        try engine.step("C1 C1 C1 P1 P1 P1")

        #expect(
            try engine.why("P1")
                == "P1 waits for mutex: C1 holds it (line 2) and is at line 4, execute"
        )
    }

    @Test("a slot that is given back by who executes first, not by who waits for that one's mutex")
    func givenBackAfterExecution() throws {
        let engine = try engine("sleep-in-critical-section", capacity: 2, consumers: 2)
        try engine.step("P1", 12)
        try engine.step("C1 C1 C1 C2 C2 P1 P1")

        #expect(
            try engine.why("P1") == """
                P1 waits for empty: C1 has taken a job out and will signal empty at line 6, after \
                executing job 1
                """
        )
    }

    @Test("a slot that is free again but not given back yet")
    func notGivenBack() throws {
        let engine = try engine()
        try engine.step("P1", 6)
        try engine.step("C1 C1 C1 P1 P1")

        #expect(
            try engine.why("P1") == """
                P1 waits for empty: a slot is free, and not yet given back; C1 is at line 4, \
                signal(mutex), and will then give one back
                """
        )
    }

    @Test("a condition")
    func condition() throws {
        let engine = try engine("monitor")
        try engine.step("C1 C1 C1")

        #expect(
            try engine.why("C1") == """
                C1 waits for notEmpty: the buffer is empty; P1 is at line 1, produce, and will \
                then insert one
                """
        )
    }

    @Test("a deadlock, for each of its threads")
    func deadlock() throws {
        let engine = try engine("swapped-waits")
        try engine.step("P1", 9)
        try engine.step("C1 C1")

        #expect(
            try engine.why("P1") == """
                P1 holds mutex (line 2) and waits for empty at line 3. Only a consumer signals \
                empty, and C1 waits for mutex (line 2), held by P1: it waits for ever
                """
        )
        #expect(
            try engine.why("C1") == """
                C1 waits for mutex at line 2. P1 holds it (line 2) and waits for empty (line 3): \
                it waits for ever
                """
        )
    }

    @Test("a wait with a time-out gives up in time")
    func timeOut() throws {
        let engine = WatchedEngine(PatientPrograms.fiveSeconds)
        try engine.step("C1")

        #expect(
            try engine.why("C1") == """
                C1 waits for full: the buffer is empty; P1 is at line 1, produce, and will then \
                insert one; it gives up in time
                """
        )
    }

    @Test("a thread that has ended, and one that nobody knows")
    func ended() throws {
        let engine = try engine()
        engine.test.engine.stop()

        #expect(try engine.why("P1") == "P1 has ended")
        #expect(
            Explainer().why(ThreadID(9), in: engine.state, now: .zero)
                == "thread 9 is not in the picture"
        )
    }
}
