import Testing

@testable import Core

/// Round robin is a program: execute for a quantum, put back, until the job is done.
@Suite(.timeLimit(.minutes(5)))
struct RoundRobinTests {
    private func rehearsal(
        quantum: Double,
        capacity: Int = 10,
        _ change: (inout EngineSettings) -> Void = { _ in }
    ) -> Rehearsal {
        var settings = EngineSettings()
        settings.kernel.capacity = capacity
        settings.kernel.policy = RoundRobin()
        settings.kernel.programs = ProgramCatalog.roundRobin(quantum: .seconds(quantum))
        change(&settings)
        return Rehearsal(settings)
    }

    private func send(_ seconds: [Double], to rehearsal: Rehearsal) {
        for (place, time) in seconds.enumerated() {
            let job = Job(device: DeviceID(UInt32(place + 1)), cpuTime: .seconds(time))
            rehearsal.send(job, at: .zero)
        }
    }

    /// Silberschatz, Galvin and Gagne, *Operating System Concepts*, 10th ed., §5.3.3.
    @Test func `the textbook's example: 24, 3 and 3 with a quantum of 4`() {
        let rehearsal = rehearsal(quantum: 4)
        send([24, 3, 3], to: rehearsal)
        rehearsal.run()
        #expect(rehearsal.finished.map(\.device.index) == [2, 3, 1])
        #expect(rehearsal.finished.map(\.finish) == [.seconds(7), .seconds(10), .seconds(30)])
        #expect(rehearsal.finished.map(\.start) == [.seconds(4), .seconds(7), .zero])
        let waiting = rehearsal.finished.map { $0.finish - $0.arrival - $0.executed }
        #expect(waiting == [.seconds(4), .seconds(7), .seconds(6)])
        #expect(rehearsal.finished.map(\.cpuTime) == [.seconds(3), .seconds(3), .seconds(24)])
    }

    @Test(arguments: 1...20) func `the fold of its events is its state`(seed: UInt64) {
        var random = RandomNumbers(seed: seed)
        let rehearsal = rehearsal(quantum: 1, capacity: Int.random(in: 1...4, using: &random)) {
            $0.producers = 2
            $0.consumers = Int.random(in: 1...3, using: &random)
            $0.seed = seed
            $0.startsPaused = true
        }
        send((0..<12).map { _ in Double.random(in: 0.5...4, using: &random) }, to: rehearsal)
        var state = rehearsal.kernel.initialState
        func compare() {
            for event in rehearsal.takeEvents() { state.apply(event) }
            var now = rehearsal.state
            now.time = state.time
            #expect(state == now, "seed \(seed)")
            #expect(state.violations().isEmpty, "seed \(seed)")
        }
        for _ in 0..<150 {
            guard case .permitted = rehearsal.step() else { break }
            compare()
        }
        rehearsal.resume()
        rehearsal.run(until: .seconds(3))
        compare()
        rehearsal.run()
        compare()
        #expect(rehearsal.finished.count == 12, "seed \(seed)")
    }

    @Test func `what a step of it does is foretold`() throws {
        let rehearsal = rehearsal(quantum: 1, capacity: 2) { $0.startsPaused = true }
        send([2.5, 1, 3], to: rehearsal)
        _ = rehearsal.takeEvents()
        for _ in 0..<200 {
            let state = rehearsal.state
            guard case .permitted(let id) = rehearsal.step() else { break }
            let events = rehearsal.takeEvents().filter { $0.thread == id }
            let first = try #require(events.first)
            switch first.fact {
            case .awaitedJobs, .jobsArrived, .produced: continue
            case .removed, .inserted: continue  // The policy chooses the slot.
            default: #expect(state.foresee(id) == first.fact)
            }
        }
        #expect(rehearsal.state.consumed == 3)
    }

    @Test
    func `another program takes over in the middle of a quantum, and back, and loses nothing`() {
        let rehearsal = rehearsal(quantum: 1, capacity: 3) { $0.consumers = 2 }
        send([5, 4, 3, 2, 1, 2.5], to: rehearsal)
        let library = rehearsal.kernel.library
        let correct = library.firstIndex(of: ProgramCatalog.correct) ?? 0
        rehearsal.run(until: .seconds(2.5))
        #expect(rehearsal.changeProgram(to: correct))
        rehearsal.run(until: .seconds(4))
        #expect(rehearsal.changeProgram(to: 0))
        rehearsal.run()
        var state = rehearsal.kernel.initialState
        for event in rehearsal.takeEvents() { state.apply(event) }
        var now = rehearsal.state
        now.time = state.time
        #expect(state == now)
        #expect(rehearsal.finished.count == 6)
        let asked = rehearsal.finished.reduce(Microseconds.zero) { $0 + $1.cpuTime }
        let executed = rehearsal.finished.reduce(Microseconds.zero) { $0 + $1.executed }
        #expect(asked == .seconds(17.5))
        #expect(executed == asked)
    }

    @Test(arguments: 1...20) func `it is never accused of a fault`(seed: UInt64) {
        let rehearsal = rehearsal(quantum: 1, capacity: 3) {
            $0.producers = 2
            $0.consumers = 3
            $0.seed = seed
            $0.startsPaused = true
        }
        send((0..<20).map { Double($0 % 4) + 0.5 }, to: rehearsal)
        var watch = FaultWatch(isStrict: false)
        var before = rehearsal.kernel.initialState
        func look() {
            for event in rehearsal.takeEvents() {
                var after = before
                after.apply(event)
                _ = watch.note(event, before: before, after: after)
                #expect(watch.present.isEmpty, "seed \(seed), event \(after.number)")
                before = after
            }
        }
        for _ in 0..<400 { _ = rehearsal.step() }
        look()
        rehearsal.resume()
        rehearsal.run()
        look()
        #expect(rehearsal.finished.count == 20)
    }

    @Test func `a limit on the number of jobs counts jobs, not quanta`() {
        let rehearsal = rehearsal(quantum: 1) { $0.kernel.executionLimit = 2 }
        send([3, 3, 3], to: rehearsal)
        rehearsal.run()
        #expect(rehearsal.finished.count == 2)
    }

    @Test func `a job of very many turns that take no time is done all the same`() {
        let rehearsal = rehearsal(quantum: 1) { $0.kernel.rate = .maximum }
        send([1000], to: rehearsal)
        rehearsal.run()
        #expect(rehearsal.finished.count == 1)
    }

    @Test func `the last job is found among very many that may not begin`() {
        let rehearsal = rehearsal(quantum: 1, capacity: 300) { $0.kernel.executionLimit = 1 }
        send([3] + Array(repeating: 1, count: 250), to: rehearsal)
        rehearsal.run()
        #expect(rehearsal.finished.map(\.finish) == [.seconds(3)])
    }

    @Test func `its statements are read as they are printed`() throws {
        let program = ProgramCatalog.roundRobin(quantum: .seconds(0.25))
        for statement in program.consumer.statements {
            #expect(try Statement("\(statement)") == statement)
        }
        #expect(throws: StatementError.badQuantum("0 s")) { try Statement("execute(0 s)") }
        #expect(throws: StatementError.badQuantum("1")) { try Statement("execute(1)") }
    }

    @Test func `real threads take turns too, and lose nothing`() {
        let seconds = (0..<300).map { Double($0 % 7) / 1000 }
        let test = TestEngine(
            capacity: 4,
            producers: 2,
            consumers: 3,
            source: ListSource(seconds: seconds, closed: true),
            programs: ProgramCatalog.roundRobin(quantum: .seconds(0.001)),
            paused: false
        ) {
            $0.kernel.policy = RoundRobin()
            $0.kernel.rate = .maximum
            $0.kernel.executionLimit = 300
        }
        test.engine.waitUntilComplete()
        let state = test.state
        #expect(state.consumed == 300)
        let total = test.engine.ledger.all.reduce(Microseconds.zero) { $0 + $1.cpuTime }
        #expect(total == .seconds(seconds.reduce(0, +)))
    }

    @Test func `two consumers that keep slots are accused of nothing`() {
        let rehearsal = rehearsal(quantum: 1) { $0.consumers = 2 }
        send([2, 3, 2.5, 1], to: rehearsal)
        rehearsal.run()
        var state = rehearsal.kernel.initialState
        var watch = FaultWatch(isStrict: false)
        var faults = watch.see(state)
        for event in rehearsal.takeEvents() {
            let before = state
            state.apply(event)
            faults += watch.note(event, before: before, after: state)
        }
        #expect(rehearsal.finished.count == 4 && faults.isEmpty)
    }

    @Test(arguments: [true, false])
    func `where no job takes turns, the fold of its events is its state too`(changes: Bool) {
        let correct = ProgramCatalog.correct
        let rehearsal = rehearsal(quantum: 1, capacity: 3) {
            if !changes { $0.kernel.programs = correct }
        }
        send([5, 4, 3, 2, 1, 2.5], to: rehearsal)
        rehearsal.run(until: .seconds(2.5))
        if changes {
            let index = rehearsal.kernel.library.firstIndex(of: correct) ?? 0
            #expect(rehearsal.changeProgram(to: index))
        }
        var state = rehearsal.kernel.initialState
        for time in stride(from: 2.5, to: 20, by: 1) {
            rehearsal.run(until: .seconds(time))
            for event in rehearsal.takeEvents() { state.apply(event) }
            var now = rehearsal.state
            now.time = state.time
            #expect(state == now)
        }
    }

    /// Looking on would fill a recording with turns in which nothing is done.
    @Test func `who may begin no job does not pass it on while no begun one waits`() throws {
        let rehearsal = rehearsal(quantum: 1) {
            $0.kernel.executionLimit = 1
            $0.consumers = 2
            $0.startsPaused = true
        }
        send([3, 3], to: rehearsal)
        let state = rehearsal.state
        let first = try #require(state.threads.first { $0.name == "C1" }?.id)
        let second = try #require(state.threads.first { $0.name == "C2" }?.id)
        let producer = try #require(state.threads.first { $0.name == "P1" }?.id)
        func step(_ id: ThreadID, _ times: Int) { for _ in 0..<times { _ = rehearsal.step(id) } }
        step(producer, 12)
        step(first, 5)
        step(second, 4)
        _ = rehearsal.takeEvents()
        step(second, 1)
        #expect(rehearsal.takeEvents().isEmpty)
        step(first, 6)
        _ = rehearsal.takeEvents()
        step(second, 1)
        #expect(rehearsal.takeEvents().map(\.fact) == [.quantumEnded(cpuTime: .zero)])
        rehearsal.resume()
        rehearsal.run()
        #expect(rehearsal.finished.count == 1)
    }

    @Test func `a job that would compute takes what it asked for when its turns are stepped`()
        throws
    {
        let test = TestEngine(
            source: ListSource(seconds: [3]),
            programs: ProgramCatalog.roundRobin(quantum: .seconds(1))
        ) {
            $0.kernel.policy = RoundRobin()
            $0.kernel.execution = .spin
        }
        try test.step("P1", times: 6)
        for _ in 0..<60 where test.state.consumed == 0 { try test.step("C1") }
        #expect(test.engine.ledger.all.map(\.cpuTime) == [.seconds(3)])
    }
}
