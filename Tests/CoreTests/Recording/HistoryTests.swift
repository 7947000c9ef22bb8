import Testing

@testable import Core

@Suite("History of a running engine", .timeLimit(.minutes(5)))
struct HistoryTests {
    private static func remember(_ settings: inout EngineSettings, _ count: Int) {
        settings.kernel.recordsEverything = false
        settings.kernel.eventCapacity = 512
        settings.kernel.history = count
    }

    @Test("keeps every moment of a stepped run", arguments: [1, 2] as [UInt64])
    func stepped(seed: UInt64) {
        let test = TestEngine(
            capacity: 3,
            producers: 3,
            consumers: 3,
            source: ListSource(seconds: Array(repeating: 1.5, count: 900))
        ) {
            Self.remember(&$0, 1 << 14)
            $0.seed = seed
        }
        var snapshots: [EngineState] = []
        for step in 1...900 {
            if step.isMultiple(of: 90) { _ = test.engine.gate.changeProgram(to: step / 90 - 1) }
            _ = test.engine.gate.step()
            test.clock.advance(by: .milliseconds(10))
            snapshots.append(test.state)
        }

        let timeline = test.engine.timeline()

        #expect(timeline.firstNumber == 0)
        for snapshot in snapshots where snapshot.number <= timeline.lastNumber {
            var state = timeline.state(at: snapshot.number)
            // A snapshot may have been taken after the clock was read again.
            state.time = snapshot.time
            #expect(state == snapshot, "seed \(seed)")
        }
        #expect(timeline.cpuTimes(at: timeline.lastNumber).map(\.jobs).reduce(0, +) > 20)
    }

    @Test(
        "at full speed reaches back a part of the run, exactly, whatever the program",
        arguments: ProgramCatalog.all.filter { $0.isCorrect || $0.misplacesJobs }.map(\.name)
    )
    func fullSpeed(program: String) throws {
        let programs = try #require(ProgramCatalog.named(program))
        let jobs = 10_000
        let test = TestEngine(
            capacity: 4,
            producers: 3,
            consumers: 3,
            source: ListSource(seconds: (0..<jobs).map { Double($0 % 7) }),
            programs: programs,
            paused: false
        ) {
            Self.remember(&$0, 1 << 14)
            $0.kernel.execution = .account
            $0.kernel.executionLimit = UInt64(jobs / 2)
        }

        var copies: [Timeline] = []
        while !test.engine.isComplete && copies.count < 5 { copies.append(test.engine.timeline()) }
        test.engine.waitUntilComplete()
        test.engine.stop()
        let timeline = test.engine.timeline()
        let last = test.engine.kernel.completeState()

        #expect(timeline.lastNumber == last.number)
        var folded = timeline.lastState
        folded.time = last.time
        #expect(folded == last)
        #expect(timeline.firstNumber > 0)
        #expect(timeline.lastNumber - timeline.firstNumber >= (1 << 14) * 3 / 4)
        #expect(
            timeline.cpuTimes(at: timeline.lastNumber).map(\.jobs).reduce(0, +) == last.consumed
        )
        for copy in copies where copy.lastNumber >= timeline.firstNumber {
            #expect(copy.lastState == timeline.state(at: copy.lastNumber))
        }
        #expect(!programs.isCorrect || copies.allSatisfy { $0.lastState.violations().isEmpty })
    }

    @Test("grows with the run, until what came between is overwritten")
    func extend() throws {
        let test = TestEngine(
            source: ListSource(seconds: Array(repeating: 1, count: 4000))
        ) { Self.remember(&$0, 512) }
        for _ in 0..<20 { _ = test.engine.gate.step() }
        var timeline = test.engine.timeline()
        for _ in 0..<20 { _ = test.engine.gate.step() }

        #expect(test.engine.extend(&timeline))
        #expect(timeline.lastNumber >= 40)
        let number = timeline.lastNumber
        for _ in 0..<600 { _ = test.engine.gate.step() }
        #expect(!test.engine.extend(&timeline))
        #expect(timeline.lastNumber == number)
    }

    @Test("what was overwritten long ago is not even made room for")
    func longGone() {
        let test = TestEngine(source: ListSource(seconds: [1])) { Self.remember(&$0, 512) }
        let number = test.state.number

        let kernel = test.engine.kernel
        kernel.lock.withLock { kernel.state.pointee.number += 1 << 50 }

        #expect(kernel.events(after: number) == nil)
    }

    @Test("is the present alone where none is kept")
    func none() {
        let test = TestEngine(source: ListSource(seconds: [1])) { Self.remember(&$0, 0) }

        let timeline = test.engine.timeline()

        #expect(timeline.firstNumber == timeline.lastNumber)
        #expect(timeline.lastState == test.state)
        var copy = timeline
        #expect(!test.engine.extend(&copy))
    }

    @Test("takes sixteen bytes an event, and memory beside them that does not grow with it")
    func memory() {
        #expect(MemoryLayout<Event>.stride == 16)
        var settings = KernelSettings()
        settings.history = 100_000
        #expect(settings.ringCapacity == 131_072)
        settings.history = 0
        #expect(settings.ringCapacity == settings.eventCapacity)
    }

    @Test("an observer of an engine with history looks at no more than it asked for")
    func observer() {
        let test = TestEngine(
            source: ListSource(seconds: Array(repeating: 1, count: 4000)),
            paused: false
        ) {
            Self.remember(&$0, 1 << 16)
            $0.kernel.eventCapacity = 8192
            $0.kernel.execution = .account
            $0.kernel.executionLimit = 4000
        }
        let observer = Observer(test.engine, budget: 100)

        test.engine.waitUntilComplete()
        var seen = 0
        let missed = observer.look { _, _ in seen += 1 }

        #expect(seen == 1024)
        #expect(missed > 10_000)
        test.engine.stop()
    }
}
