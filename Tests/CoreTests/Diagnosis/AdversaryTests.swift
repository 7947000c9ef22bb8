import Testing

@testable import Core

@Suite("Adversary", .timeLimit(.minutes(5)))
struct AdversaryTests {
    private static let shapes = [
        Shape(15, 2, 2), Shape(2, 2, 2), Shape(1, 2, 1), Shape(1, 1, 2), Shape(1, 1, 1),
    ]

    private func programs(_ name: String) throws -> ProgramPair {
        try #require(ProgramCatalog.named(name))
    }

    /// Whether a program of this shape can go wrong at all, and why.
    private func isBreakable(_ program: String, _ shape: Shape) -> Bool {
        switch program {
        case "correct", "monitor": false
        // Two of a role must be between the parts at once: it takes two threads and two slots.
        case "no-mutex": shape.capacity > 1 && max(shape.producers, shape.consumers) > 1
        case "one-condition": 2 * shape.capacity < shape.producers + shape.consumers
        // Somebody else must come between the notification and the return of who was notified.
        case "if-not-while": max(shape.producers, shape.consumers) > 1
        default: true
        }
    }

    @Test(
        "it breaks every program that can be broken within 200 statements, and no other",
        arguments: ProgramCatalog.all.map(\.name),
        shapes
    )
    func breaks(program: String, shape: Shape) throws {
        let start = shape.state(try programs(program))

        switch Adversary(from: start, goal: Goals.anyFault).search() {
        case .breaks(let schedule):
            #expect(isBreakable(program, shape))
            #expect(schedule.count <= 200)
            #expect(reachesFault(schedule, from: start))
        case .safe: #expect(!isBreakable(program, shape))
        case .notFound(let situations): Issue.record("not found in \(situations) situations")
        }
    }

    /// Whether the last of these steps, and none before it, is a fault.
    private func reachesFault(_ schedule: [ThreadID], from start: EngineState) -> Bool {
        var state = start
        for (number, id) in schedule.enumerated() {
            let job = Job(device: .other, cpuTime: .seconds(1))
            guard let fact = state.foresee(id, nextJob: job) else { return false }
            let (event, before) = (Event(fact, by: id, at: .zero), state)
            state.apply(event)
            if Goals.anyFault(event, before, state) { return number == schedule.count - 1 }
        }
        return false
    }

    @Test("its schedule breaks the real engine too", arguments: ["swapped-waits", "extra-signal"])
    func breaksEngine(program: String) throws {
        let test = TestEngine(
            capacity: 15,
            producers: 2,
            consumers: 2,
            source: ListSource(seconds: Array(repeating: 1, count: 100)),
            programs: try programs(program)
        )
        let adversary = Adversary(from: test.state, goal: Goals.anyFault)
        guard case .breaks(let schedule) = adversary.search() else {
            Issue.record("nothing found")
            return
        }

        for id in schedule { #expect(test.engine.gate.step(id) == .permitted(id)) }

        let isStuck = test.engine.gate.step() == .nobodyCanMove
        #expect(isStuck == (program == "swapped-waits"))
        #expect(test.state.lost == (program == "swapped-waits" ? 0 : 1))
    }

    @Test("the shortest way comes first, and is the same each time")
    func shortest() throws {
        let start = Shape(15, 2, 2).state(try programs("no-mutex"))
        let (one, other) = (ThreadID(0), ThreadID(1))

        let outcome = Adversary(from: start, goal: Goals.misplacing).search()

        // produce, wait(empty), slot = in, buffer[slot] = job; both with the same slot
        guard case .breaks(let schedule) = outcome else {
            Issue.record("nothing found")
            return
        }
        #expect(schedule.count == 8 && Set(schedule) == [one, other])
        #expect(outcome == Adversary(from: start, goal: Goals.misplacing).search())
    }

    @Test("beyond what is near by, interleavings at random find what is far away")
    func probes() throws {
        var limits = Adversary.Limits()
        limits.situations = 100

        for program in ["swapped-waits", "extra-signal", "forgotten-signal"] {
            let start = Shape(15, 2, 2).state(try programs(program))
            let outcome = Adversary(from: start, limits: limits, goal: Goals.anyFault).search()
            guard case .breaks(let schedule) = outcome else {
                Issue.record("\(program) was not broken")
                return
            }
            #expect(reachesFault(schedule, from: start) && schedule.count <= 200)
        }
    }

    @Test("without disturbing critical sections it gets far where there are many threads")
    func undisturbed() throws {
        let start = Shape(3, 4, 4).state(try programs("one-condition"))
        var limits = Adversary.Limits()
        limits.situations = 120_000
        limits.probes = 0

        let outcome = Adversary(from: start, limits: limits, goal: Goals.anyFault).search()

        guard case .breaks(let schedule) = outcome else {
            Issue.record("nothing found")
            return
        }
        #expect(reachesFault(schedule, from: start))
        #expect(schedule.count <= 200)
    }

    @Test("at its limits it says that it has found nothing")
    func limits() throws {
        var (few, givenUp) = (Adversary.Limits(), Adversary.Limits())
        few.situations = 100
        givenUp.isGivenUp = { true }
        let start = Shape(15, 2, 2).state(ProgramCatalog.correct)

        func search(_ limits: Adversary.Limits) -> Adversary.Outcome {
            Adversary(from: start, limits: limits, goal: Goals.anyFault).search()
        }

        guard case .notFound(let situations) = search(few) else {
            Issue.record("the situations of 15 slots are more than 100")
            return
        }
        #expect((100...110).contains(situations))
        #expect(search(givenUp) == .notFound(situations: 1))
    }

    @Test("the larger the engine, the fewer situations: memory has a bound")
    func memory() throws {
        func limit(_ shape: Shape) -> Int {
            Adversary(breaking: shape.state(ProgramCatalog.correct)).situationLimit
        }

        #expect(limit(Shape(15, 2, 2)) == 200_000)
        let many = limit(Shape(15, 100, 100))
        #expect((1000...(1 << 29) / 200 / MemoryLayout<ThreadActivity>.stride).contains(many))
    }

    @Test("a search is given up before its next state, wherever it is", arguments: [1, 50, 5000])
    func givenUp(after asked: Int) {
        var limits = Adversary.Limits()
        let calls = Guarded(0)
        limits.isGivenUp = {
            calls.withLock {
                $0 += 1
                return $0 > asked
            }
        }
        let adversary = Adversary(
            breaking: Shape(15, 3, 3).state(ProgramCatalog.correct),
            limits: limits
        )

        guard case .notFound(let situations) = adversary.search() else {
            Issue.record("something was found")
            return
        }
        #expect(situations <= 1 + 6 * asked)
    }

    @Test("without jobs from the devices nothing can go wrong that needs them")
    func jobs() throws {
        let start = Shape(1, 1, 1).state(try programs("swapped-waits"))

        func outcome(jobs: Int) -> Adversary.Outcome {
            Adversary(from: start, jobs: jobs, goal: Goals.deadlock).search()
        }

        guard case .safe = outcome(jobs: 1), case .breaks = outcome(jobs: 2) else {
            Issue.record("the second job finds the buffer full")
            return
        }
    }

    @Test("it goes on from an engine that runs, as if that were paused")
    func running() {
        let test = TestEngine(
            producers: 2,
            consumers: 2,
            source: ListSource(seconds: [5, 5, 5, 5]),
            paused: false
        )
        test.until("both execute, and two jobs wait") { state in
            state.occupied == 2 && state.threads.allSatisfy { $0.phase != .ready }
        }

        let outcome = Adversary(from: test.state, goal: Goals.anyFault).search()

        guard case .safe = outcome else {
            Issue.record("the correct program was accused: \(outcome)")
            return
        }
    }

    @Test("random runs go well often where only the adversary finds the fault")
    func forecast() throws {
        func allRight(_ program: String, seed: UInt64) throws -> Int {
            let start = Shape(2, 2, 2).state(try programs(program))
            let forecast = Adversary(from: start, goal: Goals.anyFault).forecast(seed: seed)
            #expect(forecast.runs == 20)
            return forecast.runsAllRight
        }

        for seed in 1...5 as ClosedRange<UInt64> {
            #expect(try allRight("correct", seed: seed) == 20)
            #expect((1..<20).contains(try allRight("no-mutex", seed: seed)), "seed \(seed)")
            #expect((1..<20).contains(try allRight("if-not-while", seed: seed)), "seed \(seed)")
            #expect(try allRight("swapped-waits", seed: seed) == 0, "seed \(seed)")
            #expect(try allRight("no-mutex", seed: seed) == allRight("no-mutex", seed: seed))
        }
    }

    @Test(
        "it breaks the real engine, the diagnosis names the fault, and explains it with a remedy",
        arguments: [
            ("no-mutex", Fault.Kind.twoInCriticalSection), ("swapped-waits", .deadlock),
            ("forgotten-signal", .unitLost), ("extra-signal", .unitTooMany),
            ("sleep-in-critical-section", .sleepInCriticalSection), ("busy-wait", .busyWaiting),
            ("one-condition", .lostWakeUp), ("if-not-while", .jobDoubled),
        ]
    )
    func names(program: String, kind: Fault.Kind) throws {
        let test = TestEngine(
            capacity: program == "one-condition" ? 1 : 15,
            producers: 2,
            consumers: 2,
            source: ListSource(seconds: Array(repeating: 1, count: 200)),
            programs: try programs(program)
        )
        guard case .breaks(let schedule) = Adversary(breaking: test.state).search() else {
            Issue.record("nothing found")
            return
        }
        var watch = FaultWatch(isStrict: false)
        let observer = Observer(test.engine, budget: 10_000)
        for id in schedule { #expect(test.engine.gate.step(id) == .permitted(id)) }
        var state = EngineState(
            capacity: test.state.capacity,
            programs: test.state.programs,
            rate: .normal
        )
        var found: [Fault] = []
        _ = observer.look { event, before in
            state = before
            state.apply(event)
            found += watch.note(event, before: before, after: state)
        }
        let explanation = Explainer().explain(try #require(found.first), in: state)

        #expect(schedule.count <= 200)
        #expect(found.map(\.kind) == [kind], "\(explanation)")
        #expect(explanation.sentence.contains(#/lines? [0-9]/#), "\(explanation.sentence)")
        #expect(!explanation.advice.isEmpty)
        #expect((explanation.sentence + explanation.advice).count <= 260, "\(explanation)")
    }

    @Test(
        "it finds no way to break the correct program and the monitor",
        arguments: ["correct", "monitor"]
    )
    func harmless(program: String) throws {
        let adversary = Adversary(breaking: Shape(2, 2, 2).state(try programs(program)))

        guard case .safe(let situations) = adversary.search() else {
            Issue.record("it was not safe")
            return
        }
        #expect(situations > 400)
        #expect(adversary.forecast() == Adversary.Forecast(runsAllRight: 20, runs: 20))
    }
}
