import Core

/// The jobs that were executed last, as they fared, and as they would have fared under each policy.
struct ScheduleComparison {
    struct Row {
        let name: String
        let means: ScheduleMeans?
    }

    /// How many jobs.
    let jobs: Int
    /// The measured one first, then the rehearsed.
    let rows: [Row]

    /// So many jobs are enough for a mean, and quickly rehearsed.
    static let limit = RecentJobs.limit

    /// Rehearses the jobs under every policy.
    ///
    /// - Parameters:
    ///   - measured: How they fared.
    ///   - engine: What executed them.
    ///   - isGivenUp: Asked before each policy.
    init(
        _ measured: [ScheduledJob],
        on engine: Shape,
        isGivenUp: () -> Bool = { false }
    ) {
        jobs = measured.count
        var rows = [Row(name: "\(engine.policy) measured", means: ScheduleMeans(measured))]
        var rehearsal = PolicyRehearsal(JobList(measured))
        rehearsal.consumers = engine.consumers
        rehearsal.capacity = engine.capacity
        for policy in PolicyCatalog.all where !measured.isEmpty && !isGivenUp() {
            guard let choice = PolicyChoice(policy.name, jobs: rehearsal.jobs) else { continue }
            let schedule = rehearsal.schedule(under: choice)
            rows.append(Row(name: choice.name, means: schedule.means))
        }
        self.rows = rows
    }

    /// What an engine has to be rehearsed with.
    struct Shape {
        let policy: String
        let consumers: Int
        let capacity: Int
    }
}

extension ScheduleComparison.Shape {
    init(_ model: DashboardModel) {
        let state = model.shown.state
        policy = model.setup.policy.name
        consumers = max(1, state.threads.count { $0.role == .consumer && !$0.isAgent })
        capacity = state.capacity
    }
}

extension JobList {
    /// The arrivals of jobs that were executed; time begins with the first.
    init(_ jobs: [ScheduledJob]) {
        self.init()
        let start = jobs.map(\.arrival).min() ?? .zero
        for job in jobs.sorted(by: { $0.arrival < $1.arrival }) {
            add(
                Entry(arrival: job.arrival - start, device: job.device, cpuTime: job.cpuTime)
            )
        }
    }
}

extension DashboardModel {
    /// How the jobs executed last fared: from the ledger, or from the past that is shown.
    ///
    /// - Parameter ledger: The live engine's.
    /// - Returns: What finds it out, on any thread.
    func executedJobs(of ledger: Ledger) -> @Sendable () -> [ScheduledJob] {
        guard let rewind else { return { ledger.recentJobs.map(ScheduledJob.init(timed:)) } }
        let (timeline, number) = (rewind.film.timeline, rewind.number)
        return { timeline.executedJobs(upTo: number, limit: RecentJobs.limit) }
    }
}

extension ScheduledJob {
    /// A job with the time that it really took, whatever the rate was then.
    fileprivate init(timed job: FinishedJob) {
        self.init(
            number: job.id,
            device: job.device,
            cpuTime: job.finish - job.start,
            arrival: job.arrival,
            start: job.start,
            finish: job.finish
        )
    }
}
