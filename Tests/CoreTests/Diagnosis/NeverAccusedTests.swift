import Core
import Testing

@Suite("Who keeps the rules is never accused", .timeLimit(.minutes(5)))
struct NeverAccusedTests {
    /// Slots, producers, consumers.
    static let shapes = [(1, 1, 1), (1, 2, 1), (1, 3, 3), (2, 2, 2), (2, 4, 1), (3, 1, 4)]

    /// The kernel's model steps as the kernel does, which other tests hold it to, and is fast enough
    /// for so many.
    @Test("in 10,000 seeded random schedules of the model", arguments: ["correct", "monitor"])
    func modelSchedules(name: String) throws {
        let programs = try #require(ProgramCatalog.named(name))
        for seed in 1...10_000 as ClosedRange<UInt64> {
            let (capacity, producers, consumers) = Self.shapes[Int(seed) % Self.shapes.count]
            var state = Shape(capacity, producers, consumers).state(programs)
            var watch = FaultWatch(isStrict: false)
            var random = RandomNumbers(seed: seed)
            var accusations = watch.see(state)
            for _ in 0..<50 {
                let id = ThreadID(Int.random(in: 0..<producers + consumers, using: &random))
                let job = Job(device: .other, cpuTime: .seconds(1))
                guard let fact = state.foresee(id, nextJob: job) else { continue }
                let (event, before) = (Event(fact, by: id, at: .zero), state)
                state.apply(event)
                accusations += watch.note(event, before: before, after: state)
            }
            guard accusations.isEmpty, state.faults.isEmpty else {
                Issue.record("\(name), seed \(seed): \(accusations) \(state.faults)")
                return
            }
        }
    }

    @Test("in seeded random schedules of the engine", arguments: ["correct", "monitor"])
    func randomSchedules(name: String) throws {
        let programs = try #require(ProgramCatalog.named(name))
        for seed in 1...200 as ClosedRange<UInt64> {
            let (capacity, producers, consumers) = Self.shapes[Int(seed) % Self.shapes.count]
            let engine = WatchedEngine(
                programs,
                capacity: capacity,
                producers: producers,
                consumers: consumers,
                jobs: Int(seed % 40)
            ) { $0.seed = seed }

            for _ in 0..<60 {
                _ = engine.test.engine.gate.step()
                engine.look()
                #expect(engine.state.faults.isEmpty, "\(name), seed \(seed)")
            }
            #expect(engine.reported.isEmpty, "\(name), seed \(seed)")
        }
    }

    @Test(
        "at full speed, with fair and with strict service",
        arguments: ["correct", "monitor"],
        KernelSettings.Service.allCases
    )
    func fullSpeed(name: String, service: KernelSettings.Service) throws {
        let programs = try #require(ProgramCatalog.named(name))
        let engine = WatchedEngine(
            programs,
            capacity: 3,
            producers: 3,
            consumers: 3,
            jobs: 4000,
            paused: false
        ) {
            $0.kernel.service = service
            $0.kernel.rate = .maximum
            $0.kernel.executionLimit = 4000
            $0.kernel.sliceLength = 7
            $0.kernel.eventCapacity = 1 << 18
        }

        engine.test.engine.waitUntilComplete()
        engine.test.engine.stop()
        engine.look()

        #expect(engine.state.consumed == 4000)
        #expect(engine.reported.isEmpty)
    }

    @Test("when it waits with a time-out, again and again")
    func patient() throws {
        let engine = WatchedEngine(PatientPrograms.fiveSeconds, jobs: 0)

        try engine.step("C1", 40)

        #expect(engine.reported.isEmpty)
    }
}
