/// A policy as it is compared with others: `fifo`, `sjf`, `rr:2`.
package struct PolicyChoice: Sendable {
    /// As the user wrote it.
    package let name: String
    package let policy: any SchedulingPolicy
    package let programs: ProgramPair
    /// How long a job is executed at once; `nil` where it is executed to its end.
    package let quantum: Microseconds?

    package static let quanta = Microseconds(1000)...Job.longestCPUTime
    package static let usualQuantum = Microseconds(1_000_000)

    /// Any policy; `quantum` counts for round robin only.
    package init(
        name: String,
        _ policy: any SchedulingPolicy,
        quantum: Microseconds = usualQuantum
    ) {
        self.name = name
        self.policy = policy
        self.quantum = policy.isInTurns ? quantum : nil
        programs =
            policy.isInTurns
            ? ProgramCatalog.roundRobin(quantum: quantum) : ProgramCatalog.correct
    }

    /// Reads a policy as users write it; `nil` for what is none.
    ///
    /// - Parameters:
    ///   - text: Such as `sjf`, `rr` and `rr:2`.
    ///   - jobs: Whose devices have priorities.
    ///   - quantum: Of round robin, where the text does not say.
    package init?(_ text: String, jobs: JobList, quantum: Microseconds = usualQuantum) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let policy = PolicyCatalog.policy(named: String(parts[0])) else { return nil }
        var time = quantum
        if parts.count == 2 {
            guard policy.isInTurns, let said = Microseconds(decimal: String(parts[1])),
                Self.quanta.contains(said)
            else { return nil }
            time = said
        }
        let isPriority = policy.name == jobs.priorityFirst.name
        let name = policy.isInTurns ? "\(policy.name):\(time)" : policy.name
        self.init(name: name, isPriority ? jobs.priorityFirst : policy, quantum: time)
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

    /// More turns than that take too much time and memory, some 300 bytes each.
    package static let mostTurns = 1_000_000

    /// How often jobs are executed, each once or for as many quanta as it needs.
    package func turns(under choice: PolicyChoice) -> Int {
        guard let quantum = choice.quantum else { return jobs.entries.count }
        return jobs.entries.reduce(0) { sum, entry in
            let turns = Double(entry.cpuTime.count) / Double(max(1, quantum.count))
            return sum + Int(min(turns, 1e9).rounded(.up))
        }
    }

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
        settings.kernel.programs = choice.programs
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
    /// A job with the time that its execution really took, whatever the rate was.
    package init(_ job: FinishedJob) {
        self.init(
            number: job.id,
            device: job.device,
            cpuTime: job.executed,
            arrival: job.arrival,
            start: job.start,
            finish: job.finish
        )
    }
}
