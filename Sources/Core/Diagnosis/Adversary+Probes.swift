/// Interleavings at random: biased ones that reach far, and fair ones that count how often all goes
/// well.
extension Adversary {
    /// Of some random interleavings, how many went all right.
    package struct Forecast: Equatable, Sendable {
        package let runsAllRight: Int
        package let runs: Int

        package init(runsAllRight: Int, runs: Int) {
            self.runsAllRight = runsAllRight
            self.runs = runs
        }
    }

    /// Lets the threads run from here on and counts how often the goal is not reached: a broken
    /// program can go well many times.
    ///
    /// The seed chooses whoever is next, for as many statements as a slice of a broken program has.
    package func forecast(runs: Int = 20, seed: UInt64 = 1) -> Forecast {
        let seeds = RandomNumbers(seed: seed)
        let allRight = (0..<runs).count { number in
            var random = seeds.stream(number)
            var (running, left) = (ThreadID(0), 0)
            return run(atMost: limits.statements) { movable in
                if left == 0 || !movable.contains(running) {
                    guard let next = movable.randomElement(using: &random) else { return nil }
                    (running, left) = (next, Int.random(in: 1...24, using: &random))
                }
                left -= 1
                return running
            } == nil
        }
        return Forecast(runsAllRight: allRight, runs: runs)
    }

    /// The shortest schedule that some biased runs find.
    ///
    /// Each thread has a priority; the highest that can move does, and at a few random moments it
    /// becomes the lowest. So one side often runs until it is stuck.
    ///
    /// Source: Burckhardt, Kothari, Musuvathi and Nagarakatte, *A Randomized Scheduler with
    /// Probabilistic Guarantees of Finding Bugs*, ASPLOS 2010.
    func bestProbe() -> [ThreadID]? {
        let seeds = RandomNumbers(seed: 1)
        var best: [ThreadID]?
        for number in 0..<limits.probes where !limits.isGivenUp() {
            var random = seeds.stream(number)
            let longest = best.map { $0.count - 1 } ?? limits.statements
            best = probe(atMost: longest, turns: number % 4, using: &random) ?? best
        }
        return best
    }

    private func probe(
        atMost limit: Int,
        turns: Int,
        using random: inout RandomNumbers
    ) -> [ThreadID]? {
        var order = start.state.threads.map(\.id).shuffled(using: &random)
        var turnsLeft = Set((0..<turns).map { _ in Int.random(in: 0..<100, using: &random) })
        var count = 0
        return run(atMost: limit) { movable in
            defer { count += 1 }
            let chosen = order.first(where: movable.contains)
            if let chosen, turnsLeft.remove(count) != nil {
                order.removeAll { $0 == chosen }
                order.append(chosen)
            }
            return chosen
        }
    }

    /// - Returns: Who was stepped, if that reached the goal.
    private func run(
        atMost limit: Int,
        choosing choose: ([ThreadID]) -> ThreadID?
    ) -> [ThreadID]? {
        var moment = start
        var schedule: [ThreadID] = []
        let isReached = judge()
        while schedule.count < limit, !limits.isGivenUp() {
            guard let id = choose(moment.movable), let fact = moment.foresee(id) else { return nil }
            let before = moment.state
            let event = moment.apply(fact, by: id)
            schedule.append(id)
            if isReached(event, before, moment.state) { return schedule }
        }
        return nil
    }
}

extension Adversary.Moment {
    /// Who can do a statement; only if nobody can, who waits with a time-out.
    fileprivate var movable: [ThreadID] {
        let all = state.threads.filter { foresee($0.id) != nil }
        let ready = all.filter { thread in
            if case .blocked = thread.phase { false } else { true }
        }
        return (ready.isEmpty ? all : ready).map(\.id)
    }
}
