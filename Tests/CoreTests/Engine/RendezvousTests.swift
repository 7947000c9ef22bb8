import Testing

@testable import Core

/// A buffer without slots: sender and receiver meet at every message.
@Suite("Rendezvous", .timeLimit(.minutes(5)))
struct RendezvousTests {
    private func engine(
        producers: Int = 1,
        consumers: Int = 1,
        jobs: Int = 40,
        paused: Bool = true,
        _ change: (inout EngineSettings) -> Void = { _ in }
    ) -> TestEngine {
        TestEngine(
            capacity: 0,
            producers: producers,
            consumers: consumers,
            source: ListSource(seconds: Array(repeating: 1, count: jobs)),
            programs: ProgramCatalog.rendezvous,
            paused: paused,
            change
        )
    }

    @Test("differs from the textbook in the place of one line")
    func program() {
        let (usual, meeting) = (ProgramCatalog.correct, ProgramCatalog.rendezvous)
        var moved = usual.consumer.statements
        moved.removeAll { $0 == .signal(.empty) }

        #expect(meeting.producer == usual.producer)
        #expect(meeting.consumer.statements == [.signal(.empty)] + moved)
        #expect(KernelSettings(capacity: 0).programs == meeting)
        #expect(KernelSettings(capacity: 1).programs == usual)
        #expect(ProgramCatalog.all.allSatisfy { !KernelSettings(capacity: 0).allows($0) })
    }

    @Test("the sender waits for a receiver, who waits for the message; then both go on")
    func meeting() throws {
        let test = engine()
        try test.step("P1", times: 2)
        #expect(try test.phase("P1") == .blocked(.semaphore(.empty)))
        #expect(test.state.unitsInHand == 0)

        try test.step("C1")
        #expect(try test.statement("P1") == .wait(.mutex), "the receiver's unit went to the sender")
        #expect(test.state.threads.map(\.lendsUnit) == [false, true])
        try test.step("C1")
        #expect(try test.phase("C1") == .blocked(.semaphore(.full)))
        try test.step("P1", times: 2)
        #expect(test.state.occupied == 1)
        let job = try #require(test.state.slots.first?.job)
        let (sender, receiver) = (try test.thread("P1"), try test.thread("C1"))
        #expect(test.state.meetings == [.init(sender: sender, job: job, receiver: receiver)])
        try test.step("P1", times: 2)
        #expect(try test.statement("P1") == .produce)
        try test.step("C1", times: 2)

        #expect(test.state.occupied == 0)
        #expect(test.state.unitsInHand == 0)
        #expect(test.state.threads.allSatisfy { !$0.holdsUnit && !$0.lendsUnit })
        #expect(test.state.nextIn == 0 && test.state.nextOut == 0)
    }

    @Test("a receiver alone is ready: one unit given, minus one in hand")
    func receiverAlone() throws {
        let test = engine(jobs: 0)
        try test.step("C1", times: 2)

        #expect(test.state[.empty].value == 1)
        #expect(test.state.unitsInHand == -1)
        #expect(test.state.violations().isEmpty)
        #expect(test.state.faults.isEmpty)
    }

    @Test(
        "each step is the foreseen one, the fold is the snapshot, and nobody is accused",
        arguments: [(1, 1), (2, 1), (1, 3), (3, 3)],
        [1, 2, 3] as [UInt64]
    )
    func everyStep(threads: (producers: Int, consumers: Int), seed: UInt64) {
        let test = engine(producers: threads.producers, consumers: threads.consumers) {
            $0.seed = seed
        }
        let observer = Observer(test.engine, budget: 1000)
        var random = RandomNumbers(seed: seed)
        var watch = FaultWatch(isStrict: true)
        let sentences = Sentences { "\($0.index)" }
        for _ in 0..<400 {
            _ = observer.look()
            let id = ThreadID(Int.random(in: 0..<observer.state.threadCount, using: &random))
            let job = Job(
                device: DeviceID(UInt32(observer.state.produced % 3 + 1)),
                cpuTime: .seconds(1)
            )
            let foreseen = observer.state.foresee(
                id,
                nextJob: observer.state.produced < 40 ? job : nil
            )
            _ = test.engine.gate.step(id)
            var facts: [Event.Fact] = []
            _ = observer.look { event, before in
                var after = before
                #expect(before.impossibility(of: event) == nil)
                after.apply(event)
                #expect(watch.note(event, before: before, after: after).isEmpty, "seed \(seed)")
                #expect(!sentences.sentence(for: event, before: before).hasSuffix(" "))
                facts.append(event.fact)
            }
            #expect(facts.filter { $0 != .awaitedJobs } == (foreseen.map { [$0] } ?? []))
            #expect(observer.state.violations().isEmpty, "seed \(seed)")
            // A producer may have gone to fetch meanwhile, so compare at the same number.
            let snapshot = test.state
            if snapshot.number == observer.state.number {
                #expect(observer.state == snapshot, "seed \(seed)")
            }
        }
        #expect(test.state.consumed > 3)
    }

    @Test("with real threads at full speed every snapshot is one cut, and every job is executed")
    func fullSpeed() {
        let test = engine(producers: 3, consumers: 3, jobs: 5000, paused: false) {
            $0.kernel.execution = .account
            $0.kernel.recordsEverything = false
            $0.kernel.executionLimit = 5000
        }
        while !test.engine.isComplete {
            let state = test.state
            #expect(state[.empty].value + state[.full].value + state.unitsInHand == 0)
            #expect(state.violations().isEmpty)
        }
        test.engine.stop()

        #expect(test.engine.ledger.all.reduce(0) { $0 + $1.jobs } == 5000)
    }

    @Test("keeps its program, and a receiver to whom a sender is on its way cannot be killed")
    func killed() throws {
        let test = engine(producers: 1, consumers: 1)
        #expect(!test.engine.gate.changeProgram(to: 0))
        let (sender, receiver) = (try test.thread("P1"), try test.thread("C1"))
        try test.step("C1", times: 2)
        #expect(test.engine.gate.kill(receiver), "nobody relies on it")
        #expect(test.state[.empty].value == 0 && test.state[.full].waiterCount == 0)
        #expect(test.engine.gate.revive(receiver))

        try test.step("C1", times: 2)
        try test.step("P1", times: 2)
        #expect(!test.engine.gate.kill(receiver), "the sender is past wait(empty)")
        #expect(test.engine.gate.kill(sender))
        #expect(test.state[.empty].value == 1, "its unit is the receiver's announcement again")
        #expect(test.engine.gate.kill(receiver))
        #expect(test.state.violations().isEmpty)
        #expect(test.state.threads.allSatisfy { !$0.lendsUnit })
    }

    @Test("a program with a time-out takes its announcement back itself")
    func patientProgram() throws {
        let programs = ProgramPair(
            name: "patient rendezvous",
            summary: "",
            producer: ProgramCatalog.rendezvous.producer,
            consumer: Program(
                .consumer,
                [
                    .signal(.empty), .wait(.full, timeOut: .seconds(1)),
                    .jumpIf(.timedOut, to: 8), .wait(.mutex), .remove, .signal(.mutex), .execute,
                    .jump(to: 0), .tryWait(.empty), .jumpIf(.timedOut, to: 1),
                ]
            ),
            isCorrect: true
        )
        let test = engine { $0.kernel.programs = programs }
        try test.step("C1", times: 3)
        #expect(try test.phase("C1") == .ready)
        #expect(test.state.unitsInHand == -1)
        try test.step("C1", times: 2)
        #expect(try test.statement("C1") == .jumpIf(.timedOut, to: 1))
        #expect(test.state.unitsInHand == 0)
        try test.step("C1", times: 1)
        for _ in 0..<300 {
            _ = test.engine.gate.step()
            #expect(test.state.violations().isEmpty)
        }
        #expect(test.state.consumed > 3)
    }

    @Test("rehearsed, a job is sent when its receiver has finished the one before")
    func rehearsed() {
        var settings = EngineSettings()
        settings.kernel = KernelSettings(capacity: 0)
        settings.producers = 2
        let rehearsal = Rehearsal(settings)
        for seconds in [5.0, 3, 4] {
            let job = Job(device: DeviceID(1), cpuTime: .seconds(seconds))
            rehearsal.send(job, at: .zero)
        }
        rehearsal.run(until: .seconds(4))
        #expect(rehearsal.state.occupied == 0)
        #expect(rehearsal.state[.empty].waiterCount == 2)
        rehearsal.run()

        #expect(rehearsal.finished.map(\.finish) == [.seconds(5), .seconds(8), .seconds(12)])
        var state = rehearsal.kernel.initialState
        for event in rehearsal.takeEvents() { state.apply(event) }
        state.time = rehearsal.state.time
        #expect(state == rehearsal.state)
    }

    @Test("a recording is read back as it was")
    func recorded() throws {
        let test = engine(producers: 3, consumers: 3, jobs: 600) { TestEngine.record(&$0) }
        let file = MemoryFile()
        let recorder = test.record(to: file.sink)
        for _ in 0..<2000 {
            _ = test.engine.gate.step()
            test.clock.advance(by: .milliseconds(3))
        }
        test.engine.stop()
        recorder.finish()

        let run = try RecordedRun(bytes: file.bytes)

        #expect(run.header.capacity == 0 && run.header.programs == ProgramCatalog.rendezvous)
        #expect(run.timeline.events == test.engine.timeline().events)
        #expect(run.timeline.lastState == test.engine.timeline().lastState)
    }
}

/// What people are told of a meeting.
@Suite("The words of a rendezvous")
struct RendezvousWordsTests {
    private func fold(_ facts: [(Int, Event.Fact)]) -> EngineState {
        var state = Shape(0, 1, 1).state(ProgramCatalog.rendezvous)
        for (id, fact) in facts { state.apply(Event(fact, by: ThreadID(id), at: .zero)) }
        return state
    }

    private static let produced = Event.Fact.produced(DeviceID(3), cpuTime: .seconds(5))

    @Test("a sender waits for a receiver, and a receiver for a sender")
    func sentences() {
        let sentences = Sentences { "\($0.index)" }
        func say(_ fact: Event.Fact, by id: Int, after facts: [(Int, Event.Fact)]) -> String {
            let event = Event(fact, by: ThreadID(id), at: .zero)
            return sentences.sentence(for: event, before: fold(facts))
        }

        #expect(
            say(.blocked(.empty), by: 0, after: [(0, Self.produced)])
                == "P1 waits for a receiver: no receiver is ready"
        )
        #expect(
            say(.signalled(.empty, handedTo: nil), by: 1, after: []) == "C1 is ready to receive"
        )
        let ready: [(Int, Event.Fact)] = [(1, .signalled(.empty, handedTo: nil))]
        #expect(
            say(.blocked(.full), by: 1, after: ready) == "C1 waits for a sender: none has come"
        )
        #expect(say(.waited(.empty), by: 1, after: ready) == "C1 is not ready to receive any more")
        let found = ready + [(0, Self.produced)]
        #expect(say(.waited(.empty), by: 0, after: found) == "P1 has found a receiver")
        #expect(
            say(.inserted(slot: 0), by: 0, after: found + [(0, .waited(.empty))])
                == "P1 put job 1 (device 3, 5 s) on the table"
        )
    }

    @Test("why tells who is missing, and a receiver alone is no deadlock")
    func why() {
        let sender = fold([(0, Self.produced), (0, .blocked(.empty))])
        let explainer = Explainer()
        #expect(
            explainer.why(ThreadID(0), in: sender, now: .zero)
                == "P1 waits for empty: no receiver is ready; C1 is at line 1, signal(empty)"
        )
        let receiver = fold([(1, .signalled(.empty, handedTo: nil)), (1, .blocked(.full))])
        #expect(
            explainer.why(ThreadID(1), in: receiver, now: .zero).hasPrefix(
                "C1 waits for full: no sender has come"
            )
        )
        #expect(sender.faults.isEmpty && receiver.faults.isEmpty)
    }
}
