/// Looks for the order of steps that breaks a program: the scheduler as the programmer's enemy.
///
/// It assumes that devices send a job whenever a producer asks. It is a pure function of the state:
/// it steps no thread, and whoever has its own thread for it may call it there.
///
/// First it looks at all interleavings near by, the shortest first; then at those in which nobody
/// disturbs a critical section; then at random ones with a bias, which reach a fault that is a
/// hundred statements away; then at the rest.
package struct Adversary: Sendable {
    /// Whether this event, between these states, is what the adversary wants to reach.
    ///
    /// It must not depend on which thread of a role it is, nor on times and numbers.
    package typealias Goal =
        @Sendable (Event, _ before: EngineState, _ after: EngineState) -> Bool

    /// Where the search ends without a result.
    package struct Limits: Sendable {
        package var situations = 200_000
        /// How long an interleaving at random is at most.
        package var statements = 200
        /// How many of those are tried.
        package var probes = 60
        /// Asked before every state; a search that is given up has found nothing.
        package var isGivenUp: @Sendable () -> Bool = { false }

        package init() {}
    }

    /// What the search found.
    package enum Outcome: Equatable, Sendable {
        /// Whom to step, in this order, to reach the goal.
        case breaks([ThreadID])
        /// No interleaving reaches it: there are no other situations than these.
        case safe(situations: Int)
        /// The search ended at a limit.
        case notFound(situations: Int)
    }

    let start: Moment
    let goal: Goal
    /// A judge of one whole run, who remembers what came before.
    let judge: @Sendable () -> (Event, EngineState, EngineState) -> Bool
    let limits: Limits

    /// - Parameters:
    ///   - state: Where to begin; it must be complete, with all who wait. What runs is paused first.
    ///   - jobs: How many jobs devices will still send; `nil` for any number.
    ///   - limits: When to give up.
    ///   - goal: What to reach.
    package init(
        from state: EngineState,
        jobs: Int? = nil,
        limits: Limits = Limits(),
        goal: @escaping Goal
    ) {
        Self.check(state)
        start = Moment(pausing: state, jobs: jobs)
        self.limits = limits
        self.goal = goal
        judge = { goal }
    }

    /// An adversary that wants whatever the diagnosis calls wrong, and is not there already.
    ///
    /// What needs a history, such as busy waiting, only the runs at random can reach.
    ///
    /// - Parameters:
    ///   - state: Where to begin; it must be complete. What runs is paused first.
    ///   - limits: When to give up.
    package init(breaking state: EngineState, limits: Limits = Limits()) {
        Self.check(state)
        let start = Moment(pausing: state, jobs: nil)
        var watch = FaultWatch(isStrict: false)
        _ = watch.see(start.state)
        let fresh = watch
        self.start = start
        self.limits = limits
        goal = { event, before, after in
            var watch = fresh
            return !watch.note(event, before: before, after: after).isEmpty
        }
        judge = {
            var watch = fresh
            return { !watch.note($0, before: $1, after: $2).isEmpty }
        }
    }

    private static func check(_ state: EngineState) {
        precondition(
            state.isComplete
                && state.semaphores.allSatisfy { $0.waiters.count == $0.waiterCount }
                && state.conditions.allSatisfy { $0.waiters.count == $0.waiterCount },
            "the adversary must know every thread, slot and waiter"
        )
    }

    /// Finds out whether the goal can be reached.
    ///
    /// - Complexity: At most one step of the fold for each thread in each situation of the limit.
    package func search() -> Outcome {
        var search = BreadthFirstSearch(self)
        let nearBy = search.run(situations: situationLimit / 10)
        if case .breaks(let schedule) = nearBy { return .breaks(schedule) }
        // Also where all situations are known: a run can be judged by its past as well.
        if let schedule = nearBy == nil ? undisturbed() ?? bestProbe() : bestProbe() {
            return .breaks(schedule)
        }
        if let nearBy { return nearBy }
        if let outcome = search.run(situations: situationLimit) { return outcome }
        return .notFound(situations: search.situationCount)
    }

    /// The states of so many situations take no more than half a gigabyte.
    var situationLimit: Int {
        let size =
            1000 + start.state.threads.count * MemoryLayout<ThreadActivity>.stride
            + start.state.capacity * MemoryLayout<FilledSlot>.stride
        return min(limits.situations, (1 << 29) / size)
    }

    private func undisturbed() -> [ThreadID]? {
        var search = BreadthFirstSearch(self, isUndisturbed: true)
        guard case .breaks(let schedule)? = search.run(situations: situationLimit / 4) else {
            return nil
        }
        return schedule
    }
}

// MARK: - Moments

extension Adversary {
    /// A state of the paused engine, and how many jobs are still to come.
    struct Moment: Sendable {
        private(set) var state: EngineState
        private(set) var jobs: Int?

        /// What every device sends.
        private static let job = Job(device: .other, cpuTime: .seconds(1))

        /// Does what a pause does: free units go to those who wait. Jobs come where there are some.
        init(pausing state: EngineState, jobs: Int?) {
            self.state = state
            self.jobs = jobs
            if !state.isPaused { apply(.paused, by: nil) }
            for name in SemaphoreName.allCases {
                while self.state[name].value > 0, let first = self.state[name].waiters.first {
                    apply(.handedOver(name, to: first), by: nil)
                }
            }
            for thread in state.threads where thread.phase == .awaitingJobs && jobs != 0 {
                apply(.jobsArrived, by: thread.id)
            }
        }

        var situation: Situation { Situation(state, jobsLeft: jobs) }

        /// What this thread would do, if it can do anything.
        func foresee(_ id: ThreadID) -> Event.Fact? {
            state.foresee(id, nextJob: jobs == 0 ? nil : Self.job)
        }

        @discardableResult
        mutating func apply(_ fact: Event.Fact, by id: ThreadID?) -> Event {
            if case .produced = fact { jobs = jobs.map { $0 - 1 } }
            let event = Event(fact, by: id, at: state.time)
            state.apply(event)
            return event
        }
    }
}
