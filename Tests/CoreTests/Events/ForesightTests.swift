import Testing

@testable import Core

@Suite("What is foreseen is what the kernel does", .timeLimit(.minutes(5)))
struct ForesightTests {
    private static let shapes = [Shape(1, 1, 1), Shape(1, 2, 3), Shape(3, 3, 2)]
    private static let jobs = 40

    private func engine(_ programs: ProgramPair, _ shape: Shape) -> TestEngine {
        TestEngine(
            capacity: shape.capacity,
            producers: shape.producers,
            consumers: shape.consumers,
            source: ListSource(seconds: (0..<Self.jobs).map { Double($0 % 5) + 0.5 }),
            programs: programs
        )
    }

    /// Steps threads as the seed chooses, and holds each step against what was foreseen.
    private func walk(_ test: TestEngine, seed: UInt64, steps: Int) {
        let observer = Observer(test.engine, budget: 100)
        var random = RandomNumbers(seed: seed)
        _ = observer.look()
        for _ in 0..<steps {
            let id = ThreadID(Int.random(in: 0..<observer.state.threadCount, using: &random))
            let left = observer.state.produced < UInt64(Self.jobs)
            let foreseen = observer.state.foresee(id, nextJob: left ? nextJob(observer.state) : nil)

            let answer = test.engine.gate.step(id)

            var recorded: [Event] = []
            _ = observer.look { event, _ in recorded.append(event) }
            // A producer that finds nothing goes to wait for a device, which is no statement.
            recorded.removeAll { $0.fact == .awaitedJobs }
            #expect(recorded.map(\.fact) == (foreseen.map { [$0] } ?? []), "seed \(seed)")
            #expect(recorded.allSatisfy { $0.thread == id })
            #expect((foreseen != nil) == (answer == .permitted(id)), "seed \(seed): \(answer)")
        }
        #expect(observer.state.number > 15, "seed \(seed)")
    }

    private func nextJob(_ state: EngineState) -> Job {
        let number = Int(state.produced)
        return Job(
            device: DeviceID(UInt32(number % 3 + 1)),
            cpuTime: .seconds(Double(number % 5) + 0.5)
        )
    }

    @Test(
        "in every step of random walks through every program, also where no step can be done",
        arguments: ProgramCatalog.all.map(\.name) + [PatientPrograms.fiveSeconds.name],
        shapes
    )
    func everyStep(program: String, shape: Shape) throws {
        let programs = try #require(
            (ProgramCatalog.all + [PatientPrograms.fiveSeconds]).first { $0.name == program }
        )

        for seed in 1...3 as ClosedRange<UInt64> {
            walk(engine(programs, shape), seed: seed, steps: 300)
        }
    }

    @Test("after changes of the program, when consumers finish a job from before")
    func changes() {
        let test = engine(ProgramCatalog.correct, Shape(3, 3, 2))
        var random = RandomNumbers(seed: 5)

        for seed in 1...20 as ClosedRange<UInt64> {
            let index = Int.random(in: 0..<ProgramCatalog.all.count, using: &random)
            #expect(test.engine.gate.changeProgram(to: index))
            walk(test, seed: seed, steps: 25)
        }

        #expect(test.state.consumed > 5)
    }

    @Test("a thread that waits for a device produces once a job has arrived")
    func awaiting() throws {
        let test = TestEngine(source: ListSource(seconds: []))
        let id = try test.thread("P1")
        let job = Job(device: DeviceID(2), cpuTime: .seconds(3))
        try test.step("P1")

        var state = test.state
        #expect(state.foresee(id) == nil)
        #expect(state.foresee(id, nextJob: job) == .jobsArrived)
        state.apply(Event(.jobsArrived, by: id, at: .zero))
        #expect(state.foresee(id, nextJob: job) == .produced(DeviceID(2), cpuTime: .seconds(3)))
    }

    @Test("whose slots are no ring: a job goes to a free slot and comes from a filled one")
    func noRing() throws {
        var state = EngineState(capacity: 3, programs: ProgramCatalog.correct, rate: .normal)
        let (producer, consumer) = (ThreadID(0), ThreadID(1))
        let job = Job(device: DeviceID(1), cpuTime: .seconds(1))
        let facts: [(ThreadID, Event.Fact)] = [
            (producer, .threadJoined(.producer, ordinal: 1, isAgent: false)),
            (consumer, .threadJoined(.consumer, ordinal: 1, isAgent: false)),
            (producer, .produced(job.device, cpuTime: job.cpuTime)),
            (producer, .waited(.empty)), (producer, .waited(.mutex)),
            (producer, .inserted(slot: 1)),
            (producer, .signalled(.mutex, handedTo: nil)),
            (producer, .signalled(.full, handedTo: nil)),
            (consumer, .waited(.full)), (consumer, .waited(.mutex)),
        ]
        for (id, fact) in facts { state.apply(Event(fact, by: id, at: .zero)) }

        #expect(state.foresee(consumer) == .removed(slot: 1))
    }

    @Test("once the engine is told to stop, nobody does a statement")
    func cancelled() throws {
        let test = TestEngine(source: ListSource(seconds: [1]))
        var state = test.state

        state.apply(Event(.cancelled, by: nil, at: .zero))

        #expect(state.foresee(try test.thread("C1")) == nil)
    }
}
