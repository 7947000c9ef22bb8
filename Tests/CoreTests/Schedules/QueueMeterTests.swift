import Testing

@testable import Core

@Suite("The queue's meter", .timeLimit(.minutes(5)))
struct QueueMeterTests {
    private func rehearsal(_ settings: (inout EngineSettings) -> Void = { _ in }) -> Rehearsal {
        var all = EngineSettings()
        all.kernel.capacity = 5
        settings(&all)
        return Rehearsal(all)
    }

    private func send(_ seconds: [Double], to rehearsal: Rehearsal) {
        for time in seconds {
            rehearsal.send(Job(device: DeviceID(1), cpuTime: .seconds(time)), at: .zero)
        }
    }

    private func measure(_ rehearsal: Rehearsal, window: Int = .max) -> QueueFigures? {
        var state = rehearsal.kernel.initialState
        var meter = QueueMeter(from: state, window: window)
        for event in rehearsal.takeEvents() {
            let before = state
            state.apply(event)
            meter.note(event, before: before, after: state)
        }
        meter.advance(to: rehearsal.now)
        return meter.figures
    }

    @Test("three jobs at once: means and time averages as by hand")
    func byHand() throws {
        let rehearsal = rehearsal()
        send([3, 2, 1], to: rehearsal)
        rehearsal.run()

        let figures = try #require(measure(rehearsal))

        #expect(figures.duration == 6 && figures.arrivals == 3 && figures.finished == 3)
        // 3 are inside for 3 seconds, 2 for 2, 1 for 1.
        #expect(abs(figures.occupancy - 14 / 6.0) < 1e-9)
        #expect(figures.serviceTime == 2 && figures.busyShare == 1 && figures.fullShare == 0)
        #expect(abs(figures.waitingTime - 8 / 3.0) < 1e-9)
        #expect(abs(figures.littleOccupancy - figures.occupancy) < 1e-9)
        #expect(figures.consumers == 1 && figures.room == 6 && !figures.isEnough)
    }

    @Test("a job that is finished before another program begins has its bar and its times")
    func beforehand() throws {
        let rehearsal = rehearsal { $0.startsPaused = true }
        let start = rehearsal.kernel.initialState
        send([4], to: rehearsal)
        while rehearsal.state.threads.allSatisfy({ $0.role == .producer || $0.job == nil }) {
            guard case .permitted = rehearsal.step() else { break }
        }
        let monitor = rehearsal.kernel.library.firstIndex(of: ProgramCatalog.monitor) ?? 0
        #expect(rehearsal.changeProgram(to: monitor))
        rehearsal.resume()
        rehearsal.run()
        var (state, meter, record) = (start, QueueMeter(from: start), GanttRecord(from: start))
        let events = rehearsal.takeEvents()
        for event in events {
            let before = state
            state.apply(event)
            meter.note(event, before: before, after: state)
            record.note(event, before: before)
        }

        #expect(record.chart(at: state.time).bars.map(\.end) == [.seconds(4)])
        #expect(meter.figures?.serviceTime == 4)
        let jobs = Timeline(from: start, events: events).executedJobs(upTo: .max, limit: 9)
        #expect(jobs.map(\.cpuTime) == [.seconds(4)])
        #expect(jobs.map(\.start) == [.zero])
    }

    @Test("a pause is no time")
    func pause() throws {
        let rehearsal = rehearsal()
        send([4, 4], to: rehearsal)
        rehearsal.run(until: .seconds(1))
        rehearsal.pause()
        rehearsal.run(until: .seconds(100))
        rehearsal.resume()
        rehearsal.run()

        let figures = try #require(measure(rehearsal))

        #expect(abs(figures.duration - 8) < 1e-6 && abs(figures.timeInside - 6) < 1e-6)
        #expect(abs(figures.serviceTime - 4) < 1e-6)
    }

    @Test("in round robin a job waits between its turns and keeps its slot")
    func turns() throws {
        let rehearsal = rehearsal {
            $0.kernel.policy = RoundRobin()
            $0.kernel.programs = ProgramCatalog.roundRobin(quantum: .seconds(4))
        }
        send([24, 3, 3], to: rehearsal)
        rehearsal.run()

        let figures = try #require(measure(rehearsal))

        #expect(abs(figures.serviceTime - 10) < 1e-9)
        #expect(abs(figures.waitingTime - 17 / 3.0) < 1e-9)
        #expect(figures.room == 5)
    }

    @Test("what a killed consumer had in hand comes again and is measured once")
    func killed() throws {
        let rehearsal = rehearsal { $0.consumers = 2 }
        send([5, 5, 5], to: rehearsal)
        rehearsal.run(until: .seconds(2))
        let consumer = try #require(rehearsal.state.threads.last)
        #expect(rehearsal.kill(consumer.id))
        rehearsal.run()

        let figures = try #require(measure(rehearsal))

        #expect(rehearsal.finished.count == 3)
        #expect(figures.finished == 3 && figures.consumers == 1)
        // The stays: 5, 10, 2 up to the end of its thread and 13 after it.
        let jobSeconds: Double = figures.occupancy * figures.duration
        #expect(abs(jobSeconds - 30) < 1e-6, "\(figures)")
    }

    @Test("only the last seconds count")
    func window() throws {
        let rehearsal = rehearsal()
        for second in 0..<100 {
            let job = Job(device: DeviceID(1), cpuTime: .seconds(second < 50 ? 0.9 : 0.1))
            rehearsal.send(job, at: .seconds(Double(second)))
        }
        rehearsal.run()

        let figures = try #require(measure(rehearsal, window: 20))

        #expect(abs(figures.serviceTime - 0.1) < 1e-6 && figures.arrivals == 20)
        #expect(abs(figures.occupancy - 0.1) < 0.02)
    }
}
