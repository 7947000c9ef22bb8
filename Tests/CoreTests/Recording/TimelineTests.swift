import Core
import Testing

@Suite("Timeline", .timeLimit(.minutes(5)))
struct TimelineTests {
    /// A run with every kind of program, stepped by the seed, on a clock that moves.
    private static func run(seed: UInt64) -> (timeline: Timeline, states: [EngineState]) {
        let test = TestEngine(
            capacity: 3,
            producers: 3,
            consumers: 3,
            source: ListSource(seconds: Array(repeating: 1.5, count: 3000))
        ) { $0.seed = seed }
        var random = RandomNumbers(seed: seed)
        for step in 1...4000 {
            if step.isMultiple(of: 100) {
                let index = Int.random(in: 0..<ProgramCatalog.all.count, using: &random)
                _ = test.engine.gate.changeProgram(to: index)
            }
            _ = test.engine.gate.step()
            test.clock.advance(by: .milliseconds(Int.random(in: 0...40, using: &random)))
        }
        test.engine.stop()
        var states: [EngineState] = []
        let observer = Observer(test.engine, budget: 1000)
        let base = observer.state
        var events: [Event] = []
        _ = observer.look { event, state in
            states.append(state)
            events.append(event)
        }
        states.append(observer.state)
        return (Timeline(from: base, events: events), states)
    }

    @Test("knows every moment as it was", arguments: [1, 2] as [UInt64])
    func everyMoment(seed: UInt64) throws {
        let (timeline, states) = Self.run(seed: seed)

        #expect(timeline.firstNumber == 0)
        #expect(timeline.lastNumber == UInt64(states.count - 1))
        #expect(timeline.lastNumber > 3000, "several keyframes, seed \(seed)")
        for number in stride(from: 0, through: states.count - 1, by: 7) {
            let state = timeline.state(at: UInt64(number))
            #expect(state == states[number], "number \(number), seed \(seed)")
            #expect(timeline.time(of: UInt64(number)) == states[number].time)
        }
        #expect(timeline.lastState == states.last)
        #expect(timeline.state(at: .max) == states.last)
        #expect(timeline.event(0) == nil && timeline.event(timeline.lastNumber + 1) == nil)
    }

    @Test("finds the last event that had happened by a time")
    func times() {
        let (timeline, states) = Self.run(seed: 3)
        var random = RandomNumbers(seed: 3)

        for _ in 0..<200 {
            let last = timeline.time(of: timeline.lastNumber).count + 1000
            let time = Microseconds(UInt64.random(in: 0...last, using: &random))
            let expected = states.lastIndex { $0.number == 0 || $0.time <= time } ?? 0
            #expect(timeline.number(at: time) == UInt64(expected), "at \(time)")
        }
    }

    @Test("passes through events with the state before each")
    func walks() {
        let (timeline, states) = Self.run(seed: 4)
        var seen: [UInt64] = []

        timeline.walk(from: 1998, to: 2003) { event, before in
            #expect(before == states[Int(before.number)])
            #expect(event == timeline.event(before.number + 1))
            seen.append(before.number + 1)
        }

        #expect(seen == [1998, 1999, 2000, 2001, 2002, 2003])
        #expect(timeline.events(in: 1998...2003).count == 6)
        timeline.walk(from: 9, to: 8) { _, _ in Issue.record("there is nothing to visit") }
        timeline.walk(from: .max, to: .max) { _, _ in Issue.record("there is nothing to visit") }
        var count = 0
        timeline.walk(from: 0, to: .max) { _, _ in count += 1 }
        #expect(count == states.count - 1)
    }

    @Test("knows the ledger of every moment")
    func ledger() {
        let (whole, states) = Self.run(seed: 5)
        let base = [Ledger.Entry(device: DeviceID(9), cpuTime: .seconds(2), jobs: 1)]
        let middle = whole.lastNumber / 2
        let timeline = Timeline(
            from: states[Int(middle)],
            ledger: base,
            events: Array(whole.events(in: middle + 1...whole.lastNumber))
        )

        let entries = timeline.cpuTimes(at: timeline.lastNumber)

        #expect(timeline.cpuTimes(at: 0) == base)
        #expect(entries.contains(base[0]))
        #expect(entries.map(\.cpuTime) == entries.map(\.cpuTime).sorted(by: >))
        let jobs = entries.reduce(0) { $0 + $1.jobs }
        #expect(jobs - 1 == timeline.lastState.consumed - states[Int(middle)].consumed)
    }

    @Test("knows the buffer's highest of every second, and keeps it where nothing happened")
    func occupancy() {
        var timeline = Timeline(
            from: EngineState(capacity: 5, programs: ProgramCatalog.correct, rate: .normal)
        )
        let producer = ThreadID(0)
        func add(_ fact: Event.Fact, _ seconds: Double) {
            timeline.append(Event(fact, by: producer, at: .seconds(seconds)))
        }
        func insert(_ slot: Int, _ seconds: Double) {
            add(.produced(DeviceID(1), cpuTime: .seconds(1)), seconds)
            add(.inserted(slot: slot), seconds)
        }
        add(.threadJoined(.producer, ordinal: 1, isAgent: false), 0.5)
        insert(0, 0.6)
        insert(1, 1.2)
        insert(2, 1.3)
        add(.removed(slot: 0), 1.4)
        add(.removed(slot: 1), 4.9)

        #expect(timeline.occupancy(at: timeline.lastNumber, seconds: 60) == [1, 3, 2, 2, 2])
        #expect(timeline.occupancy(at: timeline.lastNumber, seconds: 2) == [2, 2])
        #expect(timeline.occupancy(at: 5, seconds: 60) == [1, 2])
        #expect(timeline.occupancy(at: 0, seconds: 60) == [0])
        #expect(timeline.occupancy(at: 5, seconds: 0).isEmpty)
    }
}
