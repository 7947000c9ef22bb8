/// A lesson's stage in virtual time: the real kernel, no threads, and the same events every time.
package final class RehearsalStage: LessonStage {
    private let rehearsal: Rehearsal
    private let devices: DeviceTable
    private var folded: EngineState
    package private(set) var record: StageRecord

    /// What strangers' lessons may take before they are given up; the built-in ones take a few hundred.
    package static let slicesAtMost = 100_000
    /// No run that comes to an end takes so many; one whose program never rests is over in a moment.
    private static let slicesOfRun = 20_000
    /// At 0 nothing is done any more when the threads run.
    package private(set) var slicesLeft = slicesAtMost

    /// - Parameter settings: The lesson's; the engine begins paused.
    package init(_ settings: EngineSettings) {
        rehearsal = Rehearsal(settings)
        devices = DeviceTable(limit: 2000, known: settings.kernel.policy.deviceNames)
        folded = rehearsal.kernel.initialState
        record = StageRecord(isStrict: settings.kernel.service == .strict)
        takeNote()
    }

    package var state: EngineState { folded }
    package var now: Microseconds { rehearsal.now }
    package var isRehearsal: Bool { true }

    package func device(named name: String) -> DeviceID { devices.device(named: name) }
    package func name(of device: DeviceID) -> String { devices.name(of: device) }

    package func mean(_ time: Condition.Time) -> Microseconds? {
        let jobs = rehearsal.finished
        guard !jobs.isEmpty else { return nil }
        let sum = jobs.reduce(Microseconds.zero) { sum, job in
            switch time {
            case .response: sum + (job.start - job.arrival)
            case .waiting: sum + (job.finish - job.arrival - job.cpuTime)
            case .turnaround: sum + (job.finish - job.arrival)
            }
        }
        return Microseconds(sum.count / UInt64(jobs.count))
    }

    package func send(_ job: Job, after delay: Microseconds) {
        rehearsal.send(job, at: now + delay)
        takeNote()
    }

    package func step(_ id: ThreadID?) -> Kernel.StepAnswer {
        slicesLeft = max(0, slicesLeft - 1)
        defer { takeNote() }
        return id.map { rehearsal.step($0) } ?? rehearsal.step()
    }

    package func run(until time: Microseconds?) -> Bool {
        rehearsal.resume()
        rehearsal.slicesAtMost = min(slicesLeft, Self.slicesOfRun)
        if let time { rehearsal.run(until: time) } else { rehearsal.run() }
        slicesLeft -= rehearsal.slicesTaken
        rehearsal.pause()
        takeNote()
        return true
    }

    package func changeProgram(to index: Int) -> Bool {
        defer { takeNote() }
        return rehearsal.changeProgram(to: index)
    }

    package func setRate(_ rate: Rate) {
        rehearsal.setRate(rate)
        takeNote()
    }

    private func takeNote() {
        for event in rehearsal.takeEvents() {
            let before = folded
            folded.apply(event)
            record.note(event, before: before, after: folded)
        }
    }
}
