import Testing

@testable import Core

/// All interleavings of small engines, against what theory says and against the kernel.
@Suite("Exact", .timeLimit(.minutes(5)))
struct ExactnessTests {
    private static let shapes = Shape.all(slots: 2, threads: 2)

    private func programs(_ name: String) throws -> ProgramPair {
        try #require(ProgramCatalog.named(name))
    }

    // MARK: - Deadlocks

    /// Whether all threads can come to wait for ever, though devices send jobs.
    private func canDeadlock(_ program: String, _ shape: Shape) -> Bool {
        switch program {
        // A producer fills the buffer, comes back, and waits for a slot with the mutex in hand.
        case "swapped-waits": true
        // No slot comes back: after N jobs all producers wait for one, and consumers for a job.
        case "forgotten-signal": true
        // Every notification can go to the wrong side, until the last awake thread goes to sleep.
        case "one-condition": 2 * shape.capacity < shape.producers + shape.consumers
        // Units are never fewer than N (empty + full + in hand), so somebody finds one.
        case "correct", "no-mutex", "extra-signal", "sleep-in-critical-section": false
        // Nobody waits for anything but the mutex, and who holds it gives it back.
        case "busy-wait": false
        // The last consumer went to sleep when the buffer was empty. For all producers to sleep
        // it must have been filled since; that notified a consumer, who has not come back.
        case "monitor", "if-not-while": false
        default: preconditionFailure("nobody has thought about \(program)")
        }
    }

    @Test(
        "everybody is stuck exactly where theory says",
        arguments: ProgramCatalog.all.map(\.name),
        shapes
    )
    func deadlocks(program: String, shape: Shape) throws {
        // The surplus units of this one grow without end.
        let jobs = program == "extra-signal" ? 6 : nil
        let start = shape.state(try programs(program))

        switch Adversary(from: start, jobs: jobs, goal: Goals.deadlock).search() {
        case .breaks: #expect(canDeadlock(program, shape))
        case .safe: #expect(!canDeadlock(program, shape))
        case .notFound(let situations): Issue.record("not searched: more than \(situations)")
        }
    }

    @Test(
        "the invariants hold in every state of the correct programs",
        arguments: ProgramCatalog.all.filter(\.isCorrect).map(\.name),
        shapes + [Shape(3, 3, 2)]
    )
    func invariants(program: String, shape: Shape) throws {
        let start = shape.state(try programs(program))
        let isBroken: Adversary.Goal = { _, _, after in !after.violations().isEmpty }

        guard case .safe = Adversary(from: start, goal: isBroken).search() else {
            Issue.record("an invariant can be broken")
            return
        }
    }

    // MARK: - Without slots

    private static let meetings = [1, 2].flatMap { senders in
        [1, 2].map { Shape(0, senders, $0) }
    }

    @Test(
        "in a rendezvous nobody is stuck, no rule is broken and no message is without its receiver",
        arguments: meetings
    )
    func rendezvous(shape: Shape) {
        let start = shape.state(ProgramCatalog.rendezvous)
        let goals: [Adversary.Goal] = [
            Goals.deadlock, { _, _, after in !after.violations().isEmpty },
            { _, _, after in after.occupied > after.threads.count { $0.lendsUnit } },
            { _, _, after in !after.faults.isEmpty },
        ]
        for goal in goals {
            guard case .safe = Adversary(from: start, goal: goal).search() else {
                Issue.record("it can be broken")
                return
            }
        }
    }

    @Test("and there too the kernel does what the model says", arguments: meetings)
    func kernelOfRendezvous(shape: Shape) {
        compare(ProgramCatalog.rendezvous, shape, jobs: nil)
    }

    // MARK: - One condition variable

    @Test("a monitor with one condition variable is free of deadlock exactly when 2N >= P + C")
    func oneCondition() {
        for shape in Shape.all(slots: 4, threads: 4) {
            #expect(
                OneConditionModel(shape).canDeadlock
                    == (2 * shape.capacity < shape.producers + shape.consumers),
                "\(shape.testDescription)"
            )
        }
    }

    @Test(
        "the engine's own statements say the same as that model",
        arguments: [
            Shape(1, 1, 1), Shape(1, 1, 3), Shape(1, 3, 1), Shape(2, 1, 3), Shape(2, 3, 1),
            Shape(2, 2, 2), Shape(2, 1, 4), Shape(2, 4, 1), Shape(2, 2, 3), Shape(2, 3, 2),
            Shape(3, 2, 2),
        ]
    )
    func oneConditionStatements(shape: Shape) throws {
        let start = shape.state(try programs("one-condition"))

        switch Adversary(from: start, goal: Goals.deadlock).search() {
        case .breaks: #expect(OneConditionModel(shape).canDeadlock)
        case .safe: #expect(!OneConditionModel(shape).canDeadlock)
        case .notFound(let situations): Issue.record("not searched: more than \(situations)")
        }
    }

    // MARK: - The kernel

    /// A situation of the model, and how the kernel gets there.
    private struct Place {
        var schedule: [ThreadID] = []
        var state: EngineState
        var jobsLeft: Int?

        static let job = Job(device: DeviceID(1), cpuTime: .seconds(1))

        var nextJob: Job? { jobsLeft == 0 ? nil : Self.job }
        var situation: Situation { Situation(state, jobsLeft: jobsLeft) }

        /// What the model says comes next; `nil` when this thread cannot move.
        func after(_ id: ThreadID) -> Place? {
            guard let fact = state.foresee(id, nextJob: nextJob) else { return nil }
            var next = self
            next.schedule.append(id)
            next.state.apply(Event(fact, by: id, at: .zero))
            if case .produced = fact { next.jobsLeft = jobsLeft.map { $0 - 1 } }
            return next
        }
    }

    @Test(
        "the kernel does in every situation what the model says, and nothing where that says so",
        arguments: ProgramCatalog.all.map(\.name),
        shapes
    )
    func kernel(program: String, shape: Shape) throws {
        compare(try programs(program), shape, jobs: program == "extra-signal" ? 4 : nil)
    }

    private func compare(_ programs: ProgramPair, _ shape: Shape, jobs: Int?) {
        let start = SteppedKernel(programs, shape).state
        var edge = [Place(state: start, jobsLeft: jobs)]
        var known = Set(edge.map(\.situation))
        while !edge.isEmpty {
            var nextEdge: [Place] = []
            for var place in edge {
                let ids = place.state.threads.map(\.id)
                place.schedule += ids.filter { place.after($0) == nil }
                let following = different(ids.compactMap(place.after))
                // A new place is checked together with where it leads to.
                for next in following {
                    if known.insert(next.situation).inserted {
                        nextEdge.append(next)
                    } else {
                        #expect(run(next.schedule, programs, shape, jobs: jobs) == next.state)
                    }
                }
                if following.isEmpty {
                    #expect(run(place.schedule, programs, shape, jobs: jobs) == place.state)
                }
            }
            edge = nextEdge
        }
    }

    /// One of those that differ only in which thread of a role did it.
    private func different(_ places: [Place]) -> [Place] {
        var known: Set<Situation> = []
        return places.filter { known.insert($0.situation).inserted }
    }

    /// What the kernel says after these steps.
    private func run(
        _ schedule: [ThreadID],
        _ programs: ProgramPair,
        _ shape: Shape,
        jobs: Int?
    ) -> EngineState {
        let kernel = SteppedKernel(programs, shape)
        for id in schedule {
            let isOver = jobs.map { kernel.produced >= $0 } ?? false
            kernel.step(id, nextJob: isOver ? nil : Place.job)
        }
        return kernel.state
    }

    // MARK: - Recorded runs

    @Test(
        "a recorded run, repeated on another engine, is the same event for event",
        arguments: ProgramCatalog.all.map(\.name),
        [1, 2] as [UInt64]
    )
    func replay(program: String, seed: UInt64) throws {
        let programs = try programs(program)
        func engine() -> TestEngine {
            TestEngine(
                capacity: 3,
                producers: 3,
                consumers: 2,
                source: ListSource(seconds: (0..<30).map { Double($0 % 4) + 1 }),
                programs: programs
            ) { $0.seed = seed }
        }
        func events(_ test: TestEngine) -> ([Event], EngineState) {
            let observer = Observer(test.engine, budget: 1000)
            var events: [Event] = []
            #expect(observer.look { event, _ in events.append(event) } == 0)
            return (events, observer.state)
        }

        let first = engine()
        var schedule: [ThreadID] = []
        while schedule.count < 300, case .permitted(let id) = first.engine.gate.step() {
            schedule.append(id)
        }
        let second = engine()
        for id in schedule { #expect(second.engine.gate.step(id) == .permitted(id)) }

        let (one, other) = (events(first), events(second))
        let steps = one.0.filter { $0.fact != .awaitedJobs }
        #expect(steps == other.0.filter { $0.fact != .awaitedJobs }, "seed \(seed)")
        if steps.count == one.0.count { #expect(one.1 == other.1, "seed \(seed)") }
        #expect(steps.count > 20)
    }
}
