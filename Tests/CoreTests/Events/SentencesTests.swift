import Core
import Testing

@Suite("The sentences")
struct SentencesTests {
    private static let sentences = Sentences { "\($0.index)" }
    private static let producer = ThreadID(0)
    private static let consumer = ThreadID(1)

    /// P1 holds job 2 and is in the critical section, job 1 is in slot 0, C1 is there.
    private static var state: EngineState {
        var state = EngineState(capacity: 2, programs: ProgramCatalog.correct, rate: .normal)
        let facts: [(Event.Fact, ThreadID)] = [
            (.threadJoined(.producer, ordinal: 1, isAgent: false), producer),
            (.threadJoined(.consumer, ordinal: 1, isAgent: false), consumer),
            (.produced(DeviceID(3), cpuTime: .seconds(5)), producer), (.waited(.empty), producer),
            (.waited(.mutex), producer), (.inserted(slot: 0), producer),
            (.signalled(.mutex, handedTo: nil), producer),
            (.signalled(.full, handedTo: nil), producer),
            (.produced(DeviceID(4), cpuTime: .seconds(2.5)), producer),
            (.waited(.empty), producer), (.waited(.mutex), producer),
        ]
        for (fact, thread) in facts { state.apply(Event(fact, by: thread, at: .zero)) }
        return state
    }

    static let deeds: [(Event.Fact, ThreadID, String)] = [
        (
            .threadJoined(.producer, ordinal: 2, isAgent: false), ThreadID(2),
            "P2 joined as a producer"
        ),
        (
            .threadJoined(.consumer, ordinal: 3, isAgent: true), ThreadID(2),
            "A3 joined as a consumer, for a remote client"
        ),
        (.threadEnded, consumer, "C1 ended"),
        (.awaitedJobs, producer, "P1 waits for a job from a device"),
        (.jobsArrived, producer, "P1 has a job from a device"),
        (
            .produced(DeviceID(7), cpuTime: .seconds(1)), producer,
            "P1 produced job 3 (device 7, 1 s)"
        ),
        (.inserted(slot: 1), producer, "P1 inserted job 2 (device 4, 2.5 s) into slot 1"),
        (.removed(slot: 0), consumer, "C1 removed job 1 (device 3, 5 s) from slot 0"),
        (.executionStarted, producer, "P1 executes job 2 (device 4, 2.5 s)"),
        (
            .executionFinished(DeviceID(4), cpuTime: .seconds(2.5)), producer,
            "P1 finished job 2 (device 4, 2.5 s): 2.5 s of CPU time"
        ),
        (.waited(.mutex), consumer, "C1 entered the critical section"),
        (.waited(.full), consumer, "C1 took a unit of full: 0 left"),
        (.blocked(.mutex), consumer, "C1 waits for mutex, held by P1"),
        (.blocked(.empty), producer, "P1 waits for empty, which is 0"),
        (.timedOut(.empty), producer, "P1 does not wait for empty, which is 0"),
        (.signalled(.mutex, handedTo: nil), producer, "P1 left the critical section"),
        (
            .signalled(.mutex, handedTo: consumer), producer,
            "P1 left the critical section and let C1 in"
        ),
        (.signalled(.full, handedTo: nil), producer, "P1 gave a unit to full: 2 now"),
        (
            .signalled(.full, handedTo: consumer), producer,
            "P1 gave a unit of full to C1, who waited"
        ),
        (
            .waitedCondition(.notFull, mutexHandedTo: nil), producer,
            "P1 left the critical section and waits for notFull"
        ),
        (.notified(.notEmpty, woken: nil), producer, "P1 notified notEmpty, where nobody waits"),
        (
            .notified(.notEmpty, woken: consumer), producer,
            "P1 notified notEmpty: C1 goes on"
        ),
        (.jumped(to: 2), consumer, "C1 goes on at line 3"),
    ]

    @Test("say what a thread did", arguments: 0..<SentencesTests.deeds.count)
    func ofThreads(index: Int) {
        let (fact, thread, sentence) = Self.deeds[index]
        let event = Event(fact, by: thread, at: .zero)

        #expect(Self.sentences.sentence(for: event, before: Self.state) == sentence)
    }

    @Test("a consumer waits for full by its value, not by what the buffer looks like")
    func full() {
        var state = Self.state
        state.apply(Event(.waited(.full), by: Self.consumer, at: .zero))
        let text = [Event.Fact.blocked(.full), .timedOut(.full)].map { fact in
            let event = Event(fact, by: Self.consumer, at: .zero)
            return Self.sentences.sentence(for: event, before: state)
        }

        #expect(
            text == ["C1 waits for full, which is 0", "C1 does not wait for full, which is 0"]
        )
    }

    static let controls: [(Event.Fact, String)] = [
        (.paused, "paused"), (.resumed, "resumed"), (.rateChanged(.maximum), "rate max"),
        (.rateChanged(Rate(thousandths: 500)), "rate ×0.5"),
        (.cancelled, "stopping: no more jobs are accepted"),
        (.handedOver(.full, to: consumer), "a free unit of full went to C1, who waited"),
    ]

    @Test("say what the keyboard did", arguments: 0..<SentencesTests.controls.count)
    func ofKeyboard(index: Int) {
        let (fact, sentence) = Self.controls[index]
        let event = Event(fact, by: nil, at: .zero)

        #expect(Self.sentences.sentence(for: event, before: Self.state) == sentence)
    }

    @Test("are never empty, even about a thread and a slot that a snapshot left out")
    func unknown() {
        let stranger = ThreadID(500)
        for (fact, _, _) in Self.deeds {
            let event = Event(fact, by: stranger, at: .zero)
            let text = Self.sentences.sentence(for: event, before: Self.state)
            #expect(text.count > 5 && !text.hasSuffix(" "))
        }
        let removed = Event(.removed(slot: 77), by: stranger, at: .zero)
        #expect(
            Self.sentences.sentence(for: removed, before: Self.state)
                == "thread 500 removed a job from slot 77"
        )
    }

    @Test("an event survives its 16 bytes", arguments: 0..<SentencesTests.deeds.count)
    func roundTrip(index: Int) {
        let (fact, thread, _) = Self.deeds[index]
        let event = Event(fact, by: thread, at: .seconds(1_000_000))

        #expect(event.fact == fact && event.thread == thread && event.time == .seconds(1_000_000))
    }

    @Test("the short name of a job is what its sender wrote")
    func short() {
        let job = Job(device: DeviceID(3), cpuTime: .seconds(2.5))
        #expect(Self.sentences.short(job) == "3:2.5")
    }
}

@Suite("The rate's steps")
struct RateTests {
    @Test("+ goes 1, 2, 5, 10 and so on to 100, then to no waiting at all")
    func faster() {
        var rate = Rate.normal
        var seen: [String] = []
        for _ in 0..<8 {
            rate = rate.next(faster: true)
            seen.append("\(rate)")
        }
        #expect(seen == ["×2.0", "×5.0", "×10", "×20", "×50", "×100", "max", "max"])
    }

    @Test("- goes down to a tenth and no further")
    func slower() {
        var rate = Rate.maximum
        for _ in 0..<9 { rate = rate.next(faster: false) }
        #expect(rate == Rate(thousandths: 200))
        for _ in 0..<5 { rate = rate.next(faster: false) }
        #expect(rate == Rate(thousandths: 100))
    }

    @Test("from a rate between the steps the next step is the nearer one")
    func between() {
        let rate = Rate(thousandths: 2500)
        #expect(rate.next(faster: true) == Rate(thousandths: 5000))
        #expect(rate.next(faster: false) == Rate(thousandths: 2000))
        #expect("\(rate)" == "×2.5" && "\(Rate(thousandths: 1250))" == "×1.25")
    }

    @Test(
        "work in a time and the time for a work undo each other",
        arguments: [1, 100, 1000, 2500, 1_000_000]
    )
    func inverse(thousandths: UInt32) {
        let rate = Rate(thousandths: thousandths)
        let work = Microseconds(5_000_000)
        #expect(rate.work(in: rate.time(for: work)) >= work)
    }

    @Test("a rate outside its range is none", arguments: [0, -1, 0.0001, 1000.5, .nan, .infinity])
    func range(times: Double) {
        #expect(Rate(times: times) == nil)
    }
}
