import Core

/// What an adversary may want to reach, said as simply as can be.
enum Goals {
    /// Nobody can do a statement, although devices send jobs.
    static let deadlock: Adversary.Goal = { _, _, after in
        let job = Job(device: .other, cpuTime: .seconds(1))
        return after.threads.allSatisfy { after.foresee($0.id, nextJob: job) == nil }
    }

    /// A job was overwritten, or an empty slot was taken from.
    static let misplacing: Adversary.Goal = { _, before, after in
        after.lost > before.lost || after.emptyTakes > before.emptyTakes
    }

    /// A job was executed inside the critical section.
    static let sleepInside: Adversary.Goal = { event, before, _ in
        guard case .executionFinished = event.fact else { return false }
        return before[.mutex].owner == event.thread
    }

    /// A thread went back to look again, and waits for nothing on the way.
    static let busyWaiting: Adversary.Goal = { event, before, _ in
        guard case .jumped(let target) = event.fact,
            let thread = event.thread.flatMap({ before[$0] }),
            target < thread.line
        else { return false }
        let loop = before.programs.program(for: thread.role).statements[target...thread.line]
        return !loop.contains { if case .waitCondition = $0 { true } else { false } }
    }

    static let anyFault: Adversary.Goal = { event, before, after in
        [misplacing, sleepInside, busyWaiting, deadlock].contains { $0(event, before, after) }
    }
}
