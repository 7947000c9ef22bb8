import Testing

@testable import Core

/// A rehearsal is the engine in everything but its threads.
@Suite(.timeLimit(.minutes(5)))
struct RehearsalTests {
    private func settings(_ change: (inout EngineSettings) -> Void = { _ in }) -> EngineSettings {
        var settings = EngineSettings()
        settings.kernel.capacity = 3
        change(&settings)
        return settings
    }

    private func job(_ device: UInt32, seconds: Double) -> Job {
        Job(device: DeviceID(device), cpuTime: .seconds(seconds))
    }

    @Test func `jobs run one after the other, in virtual time`() {
        let rehearsal = Rehearsal(settings())
        for seconds in [5.0, 3, 4] { rehearsal.send(job(1, seconds: seconds), at: .zero) }
        rehearsal.run()
        #expect(rehearsal.finished.map(\.finish) == [.seconds(5), .seconds(8), .seconds(12)])
        #expect(rehearsal.now == .seconds(12))
        #expect(rehearsal.state.consumed == 3)
        #expect(rehearsal.state.violations().isEmpty)
    }

    @Test func `the fold of its events is its state, for every program`() {
        for programs in ProgramCatalog.all {
            let rehearsal = Rehearsal(
                settings {
                    $0.kernel.programs = programs
                    $0.producers = 2
                    $0.consumers = 2
                }
            )
            var state = rehearsal.kernel.initialState
            for number in 0..<40 {
                rehearsal.send(
                    job(UInt32(number % 3 + 1), seconds: 0.5),
                    at: .seconds(Double(number) / 3)
                )
            }
            rehearsal.run(until: .seconds(30))
            for event in rehearsal.takeEvents() { state.apply(event) }
            var now = rehearsal.state
            now.time = state.time
            #expect(state == now, "\(programs.name)")
        }
    }

    @Test func `the same settings and jobs give the same events`() {
        func events(seed: UInt64) -> [Event] {
            let rehearsal = Rehearsal(
                settings {
                    $0.kernel.programs = ProgramCatalog.noMutex
                    $0.producers = 2
                    $0.consumers = 2
                    $0.seed = seed
                }
            )
            for number in 0..<50 {
                rehearsal.send(job(1, seconds: 0.01), at: .zero + Microseconds(UInt64(number)))
            }
            rehearsal.run(until: .seconds(10))
            return rehearsal.takeEvents()
        }
        #expect(events(seed: 1) == events(seed: 1))
        #expect(events(seed: 1) != events(seed: 2))
    }

    @Test func `paused, it moves by steps alone, and an execution is completed in virtual time`()
        throws
    {
        let rehearsal = Rehearsal(settings { $0.startsPaused = true })
        rehearsal.send(job(1, seconds: 5), at: .zero)
        rehearsal.run(until: .seconds(1))
        #expect(rehearsal.state.produced == 0)
        let (producer, consumer) = (ThreadID(0), ThreadID(1))
        for _ in 0..<6 { #expect(rehearsal.step(producer) == .permitted(producer)) }
        #expect(rehearsal.state[.full].value == 1)
        #expect(rehearsal.step(producer) == .awaitsJobs(producer))
        for _ in 0..<6 { #expect(rehearsal.step(consumer) == .permitted(consumer)) }
        #expect(rehearsal.state.consumed == 1)
        #expect(rehearsal.now == .seconds(1))
        #expect(rehearsal.step(consumer) == .permitted(consumer))
        #expect(rehearsal.step(consumer) == .blocked(consumer, .semaphore(.full)))
        #expect(rehearsal.step() == .nobodyCanMove)
    }

    @Test func `a policy sees all jobs that arrived at the same moment`() {
        let rehearsal = Rehearsal(settings { $0.kernel.policy = ShortestJobFirst() })
        for seconds in [6.0, 8, 3] { rehearsal.send(job(1, seconds: seconds), at: .zero) }
        rehearsal.run()
        #expect(rehearsal.finished.map { $0.id } == [3, 1, 2])
    }

    @Test func `who comes while all slots are taken is turned away and counted, if that is wanted`()
    {
        let rehearsal = Rehearsal(settings())
        rehearsal.turnsAwayWhenFull = true
        for _ in 0..<10 { rehearsal.send(job(1, seconds: 1), at: .zero) }
        rehearsal.run()
        // Three slots, and one job that the consumer took out at once.
        #expect(rehearsal.finished.count == 4)
        #expect(rehearsal.turnedAway == 6)
    }

    @Test func `threads that look again and again do not stop the time`() {
        let rehearsal = Rehearsal(settings { $0.kernel.programs = ProgramCatalog.busyWait })
        rehearsal.send(job(1, seconds: 1), at: .seconds(5))
        rehearsal.run(until: .seconds(10))
        #expect(rehearsal.finished.count == 1)
        #expect(rehearsal.now == .seconds(10))
    }

    @Test func `a time-out comes in virtual time`() {
        let patient = ProgramPair(
            name: "patient",
            summary: "waits for two seconds",
            producer: ProgramCatalog.correct.producer,
            consumer: Program(
                .consumer,
                [
                    .wait(.full, timeOut: .seconds(2)), .jumpIf(.timedOut, to: 0), .wait(.mutex),
                    .remove, .signal(.mutex), .signal(.empty), .execute,
                ]
            ),
            isCorrect: true
        )
        let rehearsal = Rehearsal(settings { $0.kernel.programs = patient })
        rehearsal.run(until: .seconds(7))
        let timeOuts = rehearsal.takeEvents().filter { $0.fact == .timedOut(.full) }
        #expect(timeOuts.map(\.time) == [.seconds(2), .seconds(4), .seconds(6)])
    }
}
