import Core
import Testing

@Suite("The fold of all events is the snapshot", .timeLimit(.minutes(5)))
struct FoldTests {
    @Test("after every step of a random walk", arguments: ProgramCatalog.all.map(\.name), [1, 2])
    func everyStep(program: String, seed: UInt64) throws {
        let programs = try #require(ProgramCatalog.named(program))
        let test = TestEngine(
            capacity: 2,
            producers: 3,
            consumers: 2,
            source: ListSource(seconds: Array(repeating: 1.5, count: 60)),
            programs: programs
        ) { $0.seed = seed }
        let observer = Observer(test.engine, budget: 1000)

        for _ in 0..<300 {
            _ = test.engine.gate.step()
            // A producer may have gone to fetch meanwhile, so compare at the same number.
            let lost = observer.look()
            let snapshot = test.state
            #expect(lost == 0)
            if snapshot.number == observer.state.number {
                #expect(observer.state == snapshot, "seed \(seed)")
            }
        }
        #expect(test.state.produced > 1, "seed \(seed)")
    }

    @Test("after every change of the program, which frees whoever was stuck and loses no job")
    func changes() throws {
        let test = TestEngine(
            capacity: 3,
            producers: 3,
            consumers: 3,
            source: ListSource(seconds: Array(repeating: 1.5, count: 900))
        )
        let observer = Observer(test.engine, budget: 1000)
        var random = RandomNumbers(seed: 7)

        for _ in 0..<60 {
            let index = Int.random(in: 0..<ProgramCatalog.all.count, using: &random)
            #expect(test.engine.gate.changeProgram(to: index))
            #expect(test.state.programs == ProgramCatalog.all[index])
            for _ in 0..<40 { _ = test.engine.gate.step() }
            let missed = observer.look()
            let snapshot = test.state
            #expect(missed == 0)
            #expect(snapshot.number != observer.state.number || observer.state == snapshot)
            let came = snapshot.produced + snapshot.doubled
            #expect(came == snapshot.consumed + snapshot.lost + UInt64(snapshot.jobsHeld))
        }
        #expect(test.state.consumed > 20 && test.state.lost > 0 && test.state.doubled > 0)
    }

    @Test("after a run of real threads at full speed", arguments: ["fifo", "sjf", "ljf"])
    func fullSpeed(policy: String) throws {
        let order = try #require(PolicyCatalog.policy(named: policy))
        let test = TestEngine(
            capacity: 4,
            producers: 3,
            consumers: 3,
            source: ListSource(seconds: (0..<1500).map { Double($0 % 7) }),
            paused: false
        ) {
            $0.kernel.policy = order
            $0.kernel.execution = .account
            $0.kernel.executionLimit = 1500
        }

        test.engine.waitUntilComplete()
        test.engine.stop()
        let observer = Observer(test.engine, budget: 1000)
        let lost = observer.look()

        #expect(lost == 0)
        #expect(observer.state == test.state)
        #expect(observer.state.number > 15_000)
        #expect(observer.state.violations().isEmpty)
    }

    @Test("an observer that fell behind is told how much it missed, and goes on from there")
    func gaps() throws {
        let test = TestEngine(
            source: ListSource(seconds: Array(repeating: 1, count: 4000)),
            paused: false
        ) {
            $0.kernel.recordsEverything = false
            $0.kernel.eventCapacity = 256
            $0.kernel.execution = .account
            $0.kernel.executionLimit = 4000
        }
        let observer = Observer(test.engine, budget: 100)

        test.engine.waitUntilComplete()
        var seen: UInt64 = 0
        let missed = observer.look { _, _ in seen += 1 }

        #expect(missed > 40_000)
        #expect(seen + missed == observer.state.number)
        test.engine.stop()
        #expect(observer.look() == 0, "what follows a gap is written down again")
        #expect(observer.state == test.state)
    }

    @Test(
        "of a large buffer whose jobs are misplaced, what a gap left out does not go wrong further"
    )
    func partial() throws {
        let test = TestEngine(
            capacity: 60,
            source: ListSource(seconds: Array(repeating: 1, count: 400)),
            programs: try #require(ProgramCatalog.named("extra-signal"))
        ) {
            $0.kernel.recordsEverything = false
            $0.kernel.eventCapacity = 64
        }
        let observer = Observer(test.engine, budget: 20)
        try test.step("P1", times: 60 * 6)
        #expect(observer.look() > 0)

        for name in Array(repeating: "C1", count: 20) + Array(repeating: "P1", count: 40) {
            try test.step(name, times: name == "C1" ? 7 : 6)
            #expect(observer.look() == 0)
            let state = test.state
            #expect(observer.state.occupied == state.occupied)
            #expect(observer.state.lost == state.lost)
        }
        #expect(test.state.lost == 20)
    }

    @Test("an event keeps its thread, its time and its fact in 16 bytes")
    func events() {
        let facts: [Event.Fact] = [
            .threadJoined(.consumer, ordinal: 4000, isAgent: true), .threadEnded, .awaitedJobs,
            .produced(DeviceID(1_000_000), cpuTime: Job.longestCPUTime), .inserted(slot: 65_535),
            .removed(slot: 0), .executionStarted,
            .executionFinished(DeviceID(1_000_000), cpuTime: Microseconds(7)),
            .executionFinished(nil, cpuTime: .zero), .indexRead(slot: 3), .indexMoved(to: 65_535),
            .programChanged(index: 9, compacts: true), .programChanged(index: 0, compacts: false),
            .waited(.full), .blocked(.mutex), .timedOut(.empty),
            .signalled(.mutex, handedTo: ThreadID(65_534)), .signalled(.full, handedTo: nil),
            .handedOver(.empty, to: ThreadID(3)),
            .waitedCondition(.changed, mutexHandedTo: nil),
            .notified(.notFull, woken: ThreadID(0)), .jumped(to: 254), .paused, .resumed,
            .rateChanged(.maximum), .cancelled, .jobsArrived,
        ]

        for fact in facts {
            let event = Event(fact, by: ThreadID(77), at: Microseconds(1 << 39))
            #expect(event.fact == fact)
            #expect(event.thread == ThreadID(77))
            #expect(event.time == Microseconds(1 << 39))
        }
        #expect(MemoryLayout<Event>.size == 16)
        #expect(Event(.paused, by: nil, at: .zero).thread == nil)
    }
}
