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

    /// The user waits for the answer: a policy that takes longer is left out.
    private static let mostTurns = 100_000

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
        var rows = [Row(name: "\(engine.present.name) measured", means: ScheduleMeans(measured))]
        var rehearsal = PolicyRehearsal(JobList(measured))
        rehearsal.consumers = engine.consumers
        // Where jobs are handed over one by one, no policy has a choice; one slot comes nearest.
        rehearsal.capacity = max(1, engine.capacity)
        for choice in engine.choices where !measured.isEmpty && !isGivenUp() {
            guard rehearsal.turns(under: choice) <= Self.mostTurns else { continue }
            let schedule = rehearsal.schedule(under: choice)
            rows.append(Row(name: choice.name, means: schedule.means))
        }
        self.rows = rows
    }

    /// What an engine has to be rehearsed with.
    struct Shape {
        /// Its own policy.
        let present: PolicyChoice
        /// All that its jobs are tried under.
        let choices: [PolicyChoice]
        let consumers: Int
        let capacity: Int
    }
}

extension ScheduleComparison.Shape {
    /// An engine with this policy.
    ///
    /// - Parameters:
    ///   - policy: Its own.
    ///   - quantum: Of round robin, its own or another's.
    ///   - rate: How many times as fast the jobs run; a quantum is as much shorter as they are.
    ///   - consumers: How many.
    ///   - capacity: Its slots.
    init(
        policy: any SchedulingPolicy,
        quantum: Microseconds = PolicyChoice.usualQuantum,
        rate: Rate = .normal,
        consumers: Int,
        capacity: Int
    ) {
        let time = max(Microseconds(1), rate.time(for: quantum))
        func choice(_ policy: any SchedulingPolicy) -> PolicyChoice {
            let name = policy.isInTurns ? "\(policy.name):\(quantum)" : policy.name
            return PolicyChoice(name: name, policy, quantum: time)
        }
        present = choice(policy)
        // Where nobody said any priorities, there are none to try.
        let others = PolicyCatalog.all.filter { $0.name != policy.name && !($0 is PriorityFirst) }
        choices = ([policy] + others).map(choice)
        self.consumers = consumers
        self.capacity = capacity
    }

    init(_ model: DashboardModel) {
        let state = model.shown.state
        self.init(
            policy: model.setup.policy,
            quantum: state.programs.quantum ?? PolicyChoice.usualQuantum,
            rate: state.rate,
            consumers: max(1, state.threads.count { $0.role == .consumer && !$0.isAgent }),
            capacity: state.capacity
        )
    }
}

extension ProgramPair {
    /// How long a job is executed at once, where that is limited.
    fileprivate var quantum: Microseconds? {
        consumer.statements.compactMap { statement in
            if case .executeFor(let quantum) = statement { quantum } else { nil }
        }.first
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
        guard let rewind else { return { ledger.recentJobs.map(ScheduledJob.init) } }
        let (timeline, number) = (rewind.film.timeline, rewind.number)
        return { timeline.executedJobs(upTo: number, limit: RecentJobs.limit) }
    }
}
