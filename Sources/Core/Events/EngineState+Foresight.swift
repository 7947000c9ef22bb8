/// What a step would do, told from the picture alone.
///
/// While the engine is paused service is strict, so the state decides which event comes next. Only
/// which: what the event changes is for `apply` to say.
extension EngineState {
    /// The fact that the kernel would record if this thread were stepped now, while paused.
    ///
    /// It is exact for a buffer that is a ring. Elsewhere the policy chooses the slot, and this is
    /// some slot that is as good. What a job that really computes took is known only afterwards:
    /// here it takes what it asked for. The limit of a run's jobs is no part of the state.
    ///
    /// - Parameters:
    ///   - id: Who is stepped.
    ///   - nextJob: What a device has sent, if anything, and `produce` would take.
    /// - Returns: `nil` where the thread can do no statement: it waits for a unit, a notification or
    ///   a job, or has ended. For one that waits for a job, and here is one: that it has arrived.
    package func foresee(_ id: ThreadID, nextJob: Job? = nil) -> Event.Fact? {
        guard !isCancelled, let thread = self[id] else { return nil }
        switch thread.phase {
        case .ready: return foresee(statement(of: thread), by: thread, nextJob)
        case .executing:
            guard case .executeFor(let quantum) = statement(of: thread) else {
                return executed(thread)
            }
            return executed(thread, for: quantum)
        case .blocked: return endOfPatience(thread)
        case .awaitingJobs: return nextJob.map { _ in .jobsArrived }
        case .ended: return nil
        }
    }

    private func statement(of thread: ThreadActivity) -> Statement {
        programs.program(for: thread.role).statements[thread.line]
    }

    private func foresee(
        _ statement: Statement,
        by thread: ThreadActivity,
        _ nextJob: Job?
    ) -> Event.Fact? {
        switch statement {
        case .produce: nextJob.map { .produced($0.device, cpuTime: $0.cpuTime) }
        case .insert: .inserted(slot: slotToFill)
        case .remove: .removed(slot: slotToEmpty)
        case .execute: executed(thread)
        case .executeFor(let quantum): executed(thread, for: quantum)
        case .putBack: .putBack(slot: thread.keptSlot ?? slotToFill)
        case .insertPart(.readIndex): .indexRead(slot: nextIn)
        case .insertPart(.useSlot): .inserted(slot: thread.slot ?? nextIn)
        case .insertPart(.moveIndex): .indexMoved(to: slot(after: thread.slot ?? nextIn))
        case .removePart(.readIndex): .indexRead(slot: nextOut)
        case .removePart(.useSlot): .removed(slot: thread.slot ?? nextOut)
        case .removePart(.moveIndex): .indexMoved(to: slot(after: thread.slot ?? nextOut))
        case .wait(let name, let timeOut): waited(name, timeOut)
        case .signal(let name): .signalled(name, handedTo: self[name].waiters.first)
        case .jumpIf(let test, let line):
            .jumped(to: holds(test, for: thread) ? line : following(thread))
        case .jump(let line): .jumped(to: line)
        case .waitCondition(let name):
            .waitedCondition(name, mutexHandedTo: self[.mutex].waiters.first)
        case .notify(let name): .notified(name, woken: self[name].waiters.first)
        }
    }

    // MARK: - Waiting

    private func waited(_ name: SemaphoreName, _ timeOut: Microseconds?) -> Event.Fact {
        if self[name].value > 0 { return .waited(name) }
        return timeOut == .zero ? .timedOut(name) : .blocked(name)
    }

    /// A step lets a time-out come.
    private func endOfPatience(_ thread: ThreadActivity) -> Event.Fact? {
        guard case .wait(let name, _?) = statement(of: thread) else { return nil }
        return self[name].value > 0 ? .waited(name) : .timedOut(name)
    }

    // MARK: - Jobs

    private func executed(_ thread: ThreadActivity, for quantum: Microseconds) -> Event.Fact {
        guard let job = thread.job, thread.workDone + quantum < job.cpuTime else {
            return executed(thread)
        }
        return .quantumEnded(cpuTime: quantum)
    }

    private func executed(_ thread: ThreadActivity) -> Event.Fact {
        .executionFinished(thread.job?.device, cpuTime: thread.job?.cpuTime ?? .zero)
    }

    private var slotToFill: Int {
        guard !programs.misplacesJobs, isFilled(nextIn) else { return nextIn }
        return slot(from: nextIn) { !isFilled($0) }
    }

    private var slotToEmpty: Int {
        guard !programs.misplacesJobs, !isFilled(nextOut) else { return nextOut }
        return slot(from: nextOut, where: isFilled)
    }

    private func isFilled(_ slot: Int) -> Bool { slots.contains { $0.number == slot } }

    private func slot(from first: Int, where isGood: (Int) -> Bool) -> Int {
        (first..<first + slotNumbers).lazy.map { $0 % slotNumbers }.first(where: isGood) ?? first
    }

    private func slot(after slot: Int) -> Int { slot + 1 == slotNumbers ? 0 : slot + 1 }

    // MARK: - Jumps

    private func holds(_ test: Statement.Test, for thread: ThreadActivity) -> Bool {
        switch test {
        case .bufferFull: occupied >= capacity
        case .bufferEmpty: occupied <= 0
        case .slotFree: occupied < capacity
        case .jobThere: occupied > 0
        case .timedOut: thread.timedOut
        case .jobDone: thread.job == nil
        }
    }

    private func following(_ thread: ThreadActivity) -> Int {
        let count = programs.program(for: thread.role).statements.count
        return thread.line + 1 == count ? 0 : thread.line + 1
    }
}
