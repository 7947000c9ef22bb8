/// A policy as it is compared with others: `fifo`, `sjf`, `rr:2`.
package struct PolicyChoice: Sendable {
    /// As the user wrote it.
    package let name: String
    package let policy: any SchedulingPolicy

    package var summary: String { policy.summary }

    /// Reads a policy as users write it; `nil` for what is no policy.
    ///
    /// - Parameters:
    ///   - text: Such as `sjf`.
    ///   - jobs: Whose devices have priorities.
    package init?(_ text: String, jobs: JobList) {
        guard let policy = PolicyCatalog.policy(named: text) else { return nil }
        name = text
        self.policy = policy
    }
}

/// What became of a list of jobs under one policy.
package struct PolicySchedule: Sendable {
    package let choice: PolicyChoice
    /// In the order of arrival.
    package let jobs: [ScheduledJob]
    package let chart: GanttChart
    package let means: ScheduleMeans?
}

/// Tries a list of jobs under a policy: on the real kernel with the real programs, in virtual time.
package struct PolicyRehearsal: Sendable {
    package let jobs: JobList
    package var consumers = 1
    /// Slots; `nil` for as many as there are jobs, so that the policy always sees all of them.
    package var capacity: Int?

    package static let mostSlots = 65_536

    package init(_ jobs: JobList) {
        self.jobs = jobs
    }

    /// How many slots there are.
    package var slots: Int { capacity ?? max(1, min(jobs.entries.count, Self.mostSlots)) }

    /// Executes all jobs.
    ///
    /// - Complexity: Some twenty events a job.
    package func schedule(under choice: PolicyChoice) -> PolicySchedule {
        let rehearsal = Rehearsal(settings(for: choice))
        let start = rehearsal.state
        for entry in jobs.entries {
            rehearsal.send(Job(device: entry.device, cpuTime: entry.cpuTime), at: entry.arrival)
        }
        rehearsal.run()
        return PolicySchedule(
            choice: choice,
            finished: rehearsal.finished,
            chart: Self.chart(from: start, rehearsal.takeEvents())
        )
    }

    private func settings(for choice: PolicyChoice) -> EngineSettings {
        var settings = EngineSettings()
        settings.kernel.capacity = slots
        settings.kernel.policy = choice.policy
        settings.consumers = consumers
        return settings
    }

    private static func chart(from start: EngineState, _ events: [Event]) -> GanttChart {
        var state = start
        var record = GanttRecord(from: start, limit: events.count + 1)
        for event in events.dropFirst(Int(start.number)) {
            record.note(event, before: state)
            state.apply(event)
        }
        return record.chart(at: state.time)
    }
}

extension PolicySchedule {
    init(choice: PolicyChoice, finished: [FinishedJob], chart: GanttChart) {
        self.choice = choice
        self.chart = chart
        jobs = finished.map(ScheduledJob.init).sorted { $0.number < $1.number }
        means = ScheduleMeans(jobs)
    }
}

extension ScheduledJob {
    package init(_ job: FinishedJob) {
        self.init(
            number: job.id,
            device: job.device,
            cpuTime: job.cpuTime,
            arrival: job.arrival,
            start: job.start,
            finish: job.finish
        )
    }
}
