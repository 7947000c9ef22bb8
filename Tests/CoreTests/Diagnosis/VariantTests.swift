import Core
import Testing

@Suite("Every broken program is found out and explained", .timeLimit(.minutes(5)))
struct VariantTests {
    private func engine(
        _ name: String,
        capacity: Int = 1,
        producers: Int = 1,
        consumers: Int = 1
    ) throws -> WatchedEngine {
        WatchedEngine(
            try #require(ProgramCatalog.named(name)),
            capacity: capacity,
            producers: producers,
            consumers: consumers
        )
    }

    @Test("swapped-waits: a deadlock, as soon as the full buffer's mutex is taken by a producer")
    func swappedWaits() throws {
        let engine = try engine("swapped-waits", producers: 2)
        try engine.step("P1", 6)
        try engine.step("P2 P2 C1")
        #expect(engine.present.isEmpty)
        try engine.step("P2 C1")

        let explanation = try engine.explanation(of: .deadlock)

        #expect(engine.kinds == [.deadlock])
        #expect(
            explanation.text == """
                Deadlock. P2 holds mutex (line 2) and waits for empty at line 3. Only a consumer \
                signals empty, and C1 waits for mutex (line 2), held by P2. Swap lines 2 and 3 of \
                the producer.
                """
        )
        #expect(
            explanation.drawing == [
                "P2 ─ holds mutex ─ waits for empty ─▶ C1",
                "C1 ─ waits for mutex ─▶ P2",
            ]
        )
    }

    @Test("swapped-waits: the deadlock is certain already while the consumer executes")
    func certainDeadlock() throws {
        let engine = try engine("swapped-waits")
        try engine.step("P1", 6)
        try engine.step("C1", 5)
        try engine.step("P1", 8)
        #expect(engine.present.isEmpty, "C1 has yet to execute its job, and nobody waits")
        try engine.step("P1", 1)

        #expect(engine.reported.map(\.kind) == [.deadlock])
        #expect(
            try engine.explanation(of: .deadlock).sentence == """
                P1 holds mutex (line 2) and waits for empty at line 3. Only a consumer signals \
                empty, and C1 will wait for mutex (line 2), held by P1.
                """
        )
    }

    @Test("no-mutex: two between the parts, a job overwritten, a job taken twice")
    func noMutex() throws {
        let engine = try engine("no-mutex", capacity: 2, producers: 2, consumers: 2)
        try engine.step("P1 P1 P1 P2 P2")
        #expect(engine.present.isEmpty)
        try engine.step("P2")
        #expect(
            try engine.explanation(of: .twoInCriticalSection).text == """
                Two in the critical section. P1 and P2 are both within lines 3 to 5, where `in` is \
                read and moved on, and have read the same slot 0. No mutex keeps one of them out. \
                Put wait(mutex) before line 3 and signal(mutex) after line 5 of the producer.
                """
        )
        try engine.step("P1 P2")
        #expect(
            try engine.explanation(of: .jobLost).text == """
                Lost job. P2 put a job into slot 0, where job 1 still lay: job 1 is lost. No mutex \
                keeps a second producer out between reading the index and moving it (lines 3 to \
                5). Put wait(mutex) before line 3 and signal(mutex) after line 5 of the producer.
                """
        )
        try engine.step("P1 P1 P2 P2")
        #expect(engine.kinds == [.jobLost])
        try engine.step("C1 C1 C2 C2 C1 C2")
        #expect(
            try engine.explanation(of: .jobDoubled).text == """
                Job taken again. C2 took job 2 from slot 0, from which it had been taken already. \
                No mutex keeps a second consumer out between reading the index and moving it \
                (lines 2 to 4). Put wait(mutex) before line 2 and signal(mutex) after line 4 of \
                the consumer.
                """
        )
        #expect(
            engine.reported.map(\.kind) == [.twoInCriticalSection, .jobLost, .jobDoubled],
            "the second crowd follows the first too closely to be news"
        )
    }

    @Test("forgotten-signal: nobody will ever signal empty, and the units do not add up")
    func forgottenSignal() throws {
        let engine = try engine("forgotten-signal", capacity: 2)
        try engine.step("P1", 12)
        try engine.step("C1", 6)
        #expect(
            try engine.explanation(of: .unitLost).text == """
                Lost unit. empty 0 + full 0 + in hand 1 is 1, not 2: a consumer takes a unit of \
                full (line 1) and never gives one to empty. Add signal(empty) after line 4 of the \
                consumer.
                """
        )
        try engine.step("P1 P1")
        #expect(
            try engine.explanation(of: .deadlock).text == """
                Deadlock. P1 waits for empty at line 2. The consumer never signals empty, so no \
                slot comes back. Add signal(empty) after line 4 of the consumer.
                """
        )
        #expect(engine.kinds == [.deadlock, .unitLost])
    }

    @Test("extra-signal: more units than slots, then an overwritten job")
    func extraSignal() throws {
        let engine = try engine("extra-signal")
        try engine.step("P1", 6)
        try engine.step("C1", 6)
        #expect(
            try engine.explanation(of: .unitTooMany).text == """
                Too many units. empty 2 + full 0 + in hand 0 is 2, not 1: for 1 unit of full a \
                consumer gives 2 to empty (lines 5 and 6). Drop line 6 of the consumer.
                """
        )
        try engine.step("P1", 12)
        #expect(
            try engine.explanation(of: .jobLost).text == """
                Lost job. P1 put a job into slot 0, where job 2 still lay: job 2 is lost. One \
                signal too many had promised what was not there. Drop line 6 of the consumer.
                """
        )
    }

    @Test("sleep-in-critical-section: seen as soon as somebody waits")
    func sleeping() throws {
        let engine = try engine("sleep-in-critical-section", capacity: 3)
        try engine.step("P1", 6)
        try engine.step("C1 C1 C1 P1 P1")
        #expect(engine.present.isEmpty)
        try engine.step("P1")

        let explanation = try engine.explanation(of: .sleepInCriticalSection)

        #expect(
            explanation.text == """
                Sleep in the critical section. C1 executes job 1 (line 4) while it holds mutex \
                (line 2), and P1 waits for mutex all that time. Move execute (line 4 of the \
                consumer) below signal(mutex) (line 5).
                """
        )
        #expect(
            explanation.drawing == [
                "P1 ─ waits for mutex ─▶ C1", "C1 ─ holds mutex ─ executes its job",
            ]
        )
        try engine.step("C1 C1")
        #expect(engine.present.isEmpty)
    }

    @Test("busy-wait: three looks in a row, then starvation")
    func busyWaiting() throws {
        let engine = try engine("busy-wait", consumers: 2)
        try engine.step("C1", 11)
        #expect(engine.present.isEmpty)
        try engine.step("C1")
        #expect(
            try engine.explanation(of: .busyWaiting).text == """
                Busy waiting. C1 looked 3 times in a row at line 2 whether a job is there instead \
                of waiting, and it uses the processor for nothing. Use wait(full) before line 1 \
                of the consumer instead of looking again and again.
                """
        )
        for _ in 0..<17 {
            try engine.step("P1", 5)
            try engine.step("C2", 5)
        }
        try engine.step("C1", 4)
        #expect(
            try engine.explanation(of: .starvation).text == """
                Starvation. C1 looks again and again at line 2 whether a job is there, and 17 \
                times another consumer came first: who only looks has no place in a queue. Use \
                wait(full) before line 1 of the consumer instead of looking again and again.
                """
        )
        try engine.step("P1", 5)
        try engine.step("C1", 3)
        #expect(engine.present.isEmpty, "it has got a job")
    }

    @Test("busy-wait, seen in pieces: what a piece has shown stays until one does not show it")
    func busyWaitingInPieces() throws {
        let run = try engine("busy-wait", consumers: 2)
        var watch = FaultWatch(isStrict: false)
        _ = watch.see(run.state)
        func pass(_ name: String, _ times: Int) throws -> [Fault] {
            var new: [Fault] = []
            try run.step(name, times) { event, before, after in
                new += watch.note(event, before: before, after: after)
            }
            return new
        }

        #expect(try pass("C1", 12).map(\.kind) == [.busyWaiting])
        try run.step("C2", 40)
        #expect(watch.see(run.state).isEmpty, "it was new before the gap")
        #expect(watch.present.map(\.kind) == [.busyWaiting])
        #expect(try pass("C1", 12).isEmpty, "it is the same one")
        #expect(watch.see(run.state).isEmpty)
        #expect(watch.present.map(\.kind) == [.busyWaiting])
        #expect(try pass("C1", 4).isEmpty)
        #expect(watch.see(run.state).isEmpty)
        #expect(watch.present.isEmpty, "one look is no busy waiting")

        #expect(try pass("C1", 12).isEmpty, "it comes back soon")
        #expect(watch.see(run.state).isEmpty)
        #expect(try pass("P1", 5).isEmpty)
        #expect(watch.present.map(\.kind) == [.busyWaiting], "C1 has got nothing yet")
        #expect(try pass("C1", 3).isEmpty)
        #expect(watch.present.isEmpty, "it has got a job")
    }

    @Test("one-condition: a notify wakes the wrong side, and all wait in vain")
    func oneCondition() throws {
        let engine = try engine("one-condition", producers: 2)
        try engine.step("C1", 3)
        try engine.step("P1", 6)
        try engine.step("P1", 4)
        try engine.step("P2", 4)
        try engine.step("C1 C1 C1 C1 C1 C1 C1 C1 C1 C1")
        #expect(engine.present.isEmpty)
        try engine.step("P1", 6)
        try engine.step("P1", 4)
        #expect(
            try engine.explanation(of: .lostWakeUp).sentence == """
                C1 waits for changed at line 3 although a job is there: both sides wait for it, \
                and a notify woke the wrong one. P1 waits there too, and P2 will.
                """
        )
        try engine.step("P2", 4)

        #expect(engine.kinds == [.lostWakeUp])
        let explanation = try engine.explanation(of: .lostWakeUp)
        #expect(
            explanation.text == """
                Lost wake-up. C1 waits for changed at line 3 although a job is there: both sides \
                wait for it, and a notify woke the wrong one. P1 and P2 wait there too. Give each \
                side its own condition, or notify all.
                """
        )
        #expect(
            explanation.drawing == [
                "C1 ─ waits for changed ─▶ P1 and P2",
                "P1 and P2 ─ wait for changed ─▶ C1",
            ]
        )
    }

    @Test("if-not-while: who was notified overwrites what another has put there meanwhile")
    func ifNotWhile() throws {
        let engine = try engine("if-not-while", producers: 2)
        try engine.step("P1", 6)
        try engine.step("P2", 4)
        try engine.step("C1", 5)
        try engine.step("P1", 6)
        try engine.step("P2 P2")

        #expect(
            try engine.explanation(of: .jobLost).text == """
                Lost job. P2 put a job into slot 0, where job 3 still lay: job 3 is lost. After \
                its wait at line 4 a producer does not look again, and another came first. After \
                line 5 of the producer test again: go to line 3.
                """
        )
    }

    @Test("strict service makes a convoy: units go from waiter to waiter, and somebody waits on")
    func convoy() throws {
        let engine = WatchedEngine(
            ProgramCatalog.correct,
            capacity: 100,
            producers: 3,
            jobs: 100,
            isStrict: true
        )
        try engine.step("P1 P1 P1 P2 P2 P2 P3 P3 P3")
        // Whoever leaves comes back and waits before the next one leaves.
        for turn in 0..<63 { try engine.step("P\(turn % 3 + 1)", 6) }
        #expect(engine.present.isEmpty)
        try engine.step("P1 P1")

        #expect(
            try engine.explanation(of: .convoy).text == """
                Convoy. 64 times in a row a unit of mutex was handed to the longest waiter, and P3 \
                still waits: everybody goes at the pace of waking up. Let who runs take a free \
                unit (--service fair).
                """
        )
    }

    @Test("mutex signalled twice: two in the critical section")
    func mutexTwice() throws {
        let engine = WatchedEngine(
            ProgramPair(
                name: "made for a test",
                summary: "gives the mutex back twice",
                producer: Program(
                    .producer,
                    [
                        .produce, .wait(.empty), .wait(.mutex), .insert, .signal(.mutex),
                        .signal(.mutex), .signal(.full),
                    ]
                ),
                consumer: ProgramCatalog.correct.consumer,
                isCorrect: false
            ),
            producers: 2
        )
        try engine.step("P1", 7)
        try engine.step("P2 P2 P2")
        #expect(engine.present.isEmpty)
        try engine.step("C1 C1")

        #expect(
            try engine.explanation(of: .twoInCriticalSection).text == """
                Two in the critical section. P2 (line 4) and C1 (line 3) are in the critical \
                section together: mutex was signalled more often than it was waited for. Drop \
                line 6 of the producer.
                """
        )
        try engine.step("C1 C1")
        #expect(engine.present.isEmpty)
    }

    @Test("a waiter who is overtaken more often than the kernel allows starves")
    func overtaken() throws {
        let engine = try engine("correct", capacity: 2, producers: 2)
        try engine.step("P1 P1 P1 P2 P2 P2")
        var state = engine.state
        state[.mutex].overtakes = KernelSettings.overtakingBound
        #expect(state.faults.isEmpty)
        state[.mutex].overtakes += 1

        #expect(
            Explainer().explain(try #require(state.faults.first), in: state).text == """
                Starvation. P2 waits for mutex at line 3, and 17 times another took the unit \
                first. Let units go to the longest waiter (--service strict).
                """
        )
    }

    @Test("another program makes all forgotten, and begins anew")
    func programChanged() throws {
        let engine = try engine("extra-signal")
        try engine.step("P1", 6)
        try engine.step("C1", 6)
        try engine.step("P1", 12)
        #expect(engine.kinds == [.jobLost, .unitTooMany])

        #expect(engine.test.engine.gate.changeProgram(to: 0))
        engine.look()
        #expect(engine.present.isEmpty)
        engine.walk(200)
        #expect(engine.reported.map(\.kind) == [.unitTooMany, .jobLost])
    }

    @Test("a state after a gap shows the same, but for what only events can tell")
    func afterAGap() throws {
        let engine = try engine("extra-signal")
        try engine.step("P1", 6)
        try engine.step("C1", 6)
        try engine.step("P1", 12)
        var watch = FaultWatch(isStrict: false)

        let found = watch.see(engine.state)

        #expect(found.map(\.kind) == [.jobLost, .unitTooMany])
        #expect(watch.see(engine.state).isEmpty)
        #expect(engine.state.faults.map(\.kind) == [.jobLost, .unitTooMany])
        #expect(
            Explainer().explain(found[0], in: engine.state).sentence == """
                1 job overwritten before anybody took it. One signal too many had promised what \
                was not there.
                """
        )
    }
}
