import Core
import Testing

@Suite("The fold of all events is the snapshot", .timeLimit(.minutes(2)))
struct FoldTests {
    @Test("after every step of a random walk", arguments: 0..<12 as Range<UInt64>)
    func everyStep(seed: UInt64) throws {
        let programs = seed % 2 == 0 ? ProgramCatalog.correct : ConditionTests.monitor
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
        #expect(test.state.consumed > 10, "seed \(seed)")
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

    @Test("an event keeps its thread, its time and its fact in 16 bytes")
    func events() {
        let facts: [Event.Fact] = [
            .threadJoined(.consumer, ordinal: 4000, isAgent: true), .threadEnded, .awaitedJobs,
            .produced(DeviceID(1_000_000), cpuTime: Job.longestCPUTime), .inserted(slot: 65_535),
            .removed(slot: 0), .executionStarted, .executionFinished(cpuTime: Microseconds(7)),
            .waited(.full), .blocked(.mutex), .timedOut(.empty),
            .signalled(.mutex, handedTo: ThreadID(65_534)), .signalled(.full, handedTo: nil),
            .handedOver(.empty, to: ThreadID(3)),
            .waitedCondition(.changed, mutexHandedTo: nil),
            .notified(.notFull, moved: ThreadID(0)), .jumped(to: 254), .paused, .resumed,
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
