/// What the keyboard does to single threads on purpose: kill one, revive it, slow it.
extension Kernel {
    /// Ends a thread wherever it is. Its units and the mutex are given back, as a robust kernel does
    /// when a thread dies, and its job is nobody's any more.
    ///
    /// - Returns: Its role, whether it was killed, and the job that it had in hand. An agent, behind
    ///   whom a client stands, cannot be killed, nor a receiver to whom a sender is on its way: their
    ///   message would be nobody's.
    package func kill(_ id: ThreadID) -> (role: Program.Role, isDone: Bool, job: QueuedJob?) {
        var (role, isDone, job): (Program.Role, Bool, QueuedJob?) = (.producer, false, nil)
        control {
            guard let thread = mortal(id), thread.pointee.phase != .ended, !isCommitted(thread)
            else { return }
            isDone = true
            role = thread.pointee.role
            job = thread.pointee.hasJob ? thread.pointee.queued : nil
            if thread.pointee.lendsUnit { leaveRendezvous(thread) }
            if thread.pointee.phase == .blocked { leaveQueueForGood(thread) }
            if hasBegunJob(thread) { state.pointee.executionsBegun &-= 1 }
            let legacy = inherit(from: thread)
            leaveSlot(thread)
            if thread.pointee.hasJob { cold.pointee.withdrawn += 1 }
            bury(thread)
            record(.killed(legacy), by: id)
        }
        return (role, isDone, job)
    }

    /// A thread that was killed begins anew.
    ///
    /// - Returns: Whether there was one.
    package func revive(_ id: ThreadID) -> Bool {
        var isDone = false
        control {
            guard let thread = mortal(id), thread.pointee.wasKilled else { return }
            isDone = true
            thread.pointee.wasKilled = false
            thread.pointee.phase = .ready
            record(.revived, by: id)
        }
        return isDone
    }

    /// Makes a consumer's jobs take four times as long, or no longer.
    ///
    /// - Returns: Whether there was such a consumer.
    package func slow(_ id: ThreadID, _ isSlow: Bool) -> Bool {
        var isDone = false
        control {
            guard let thread = mortal(id), thread.pointee.role == .consumer else { return }
            isDone = true
            noteWork()
            record(.slowed(isSlow), by: id)
            thread.pointee.isSlow = isSlow
        }
        return isDone
    }

    private func mortal(_ id: ThreadID) -> ThreadPointer? {
        guard id.index < cold.pointee.threadCount, !state.pointee.isCancelled else { return nil }
        let thread = thread(id)
        return thread.pointee.isAgent ? nil : thread
    }

    /// First it gives up and takes its announcement back, so the death leaves nothing of it.
    private func leaveRendezvous(_ thread: ThreadPointer) {
        if thread.pointee.phase == .blocked, case .semaphore(let name) = thread.pointee.place {
            unlink(thread, from: queue(name))
            thread.pointee.phase = .ready
            record(.timedOut(name), by: thread.pointee.id)
        }
        takeBackAnnouncement(thread)
    }

    private func leaveQueueForGood(_ thread: ThreadPointer) {
        let queue = queue(thread.pointee.place)
        unlink(thread, from: queue)
        // It may have been on its way to a unit that somebody else can have now.
        if queue.pointee.value > 0 { wakeWaiter(queue, wakes: &cold.pointee.wakes) }
    }

    /// The semaphore that its unit goes back to: a slot that holds a job is one of `full`.
    private func unitHeld(_ thread: ThreadPointer) -> SemaphoreName? {
        guard thread.pointee.holdsUnit else { return nil }
        switch thread.pointee.role {
        case .producer: return thread.pointee.hasJob ? .empty : .full
        case .consumer: return hasEmptiedSlot(thread) ? .empty : .full
        }
    }

    /// Whether the slot of the consumer's unit is empty: it has a job, keeps its slot, or has come
    /// past `remove` since it took the unit.
    private func hasEmptiedSlot(_ thread: ThreadPointer) -> Bool {
        if thread.pointee.hasJob || thread.pointee.keptSlot != nil { return true }
        for statement in thread.pointee.program.statements[..<Int(thread.pointee.line)].reversed() {
            switch statement {
            case .remove, .removePart(.useSlot): return true
            case .wait(.full, _), .putBack: return false
            default: continue
            }
        }
        return true
    }

    /// Gives what it held to others.
    private func inherit(from thread: ThreadPointer) -> Legacy {
        var legacy = Legacy()
        // Before the mutex it has not yet looked at what it was notified of.
        if [.ready, .blocked].contains(thread.pointee.phase), let name = thread.pointee.notified {
            legacy.woken = notifyNext(name)
            legacy.notified = legacy.woken == nil ? nil : name
        }
        if queue(.mutex).pointee.owner == thread.pointee.id {
            queue(.mutex).pointee.owner = nil
            legacy.freesMutex = true
            legacy.mutexHandedTo = release(.mutex, wakes: &cold.pointee.wakes)
        }
        legacy.unit = unitHeld(thread)
        if let unit = legacy.unit {
            legacy.unitHandedTo = release(unit, wakes: &cold.pointee.wakes)
            if unit == .empty { letOverdueGo(wakes: &cold.pointee.wakes) }
        }
        return legacy
    }

    private func notifyNext(_ name: ConditionName) -> ThreadID? {
        guard let next = queue(.condition(name)).pointee.first else { return nil }
        let waiter = thread(next)
        unlink(waiter, from: queue(.condition(name)))
        waiter.pointee.phase = .ready
        waiter.pointee.notified = name
        advance(waiter)
        letGo(waiter, wakes: &cold.pointee.wakes)
        return next
    }

    private func bury(_ thread: ThreadPointer) {
        thread.pointee.phase = .ended
        thread.pointee.wasKilled = true
        thread.pointee.since = state.pointee.now
        thread.pointee.hasJob = false
        thread.pointee.line = 0
        thread.pointee.slot = nil
        thread.pointee.holdsUnit = false
        thread.pointee.timedOut = false
        thread.pointee.notified = nil
        thread.pointee.isWoken = false
        thread.pointee.permits = 0
        forgetProgress(thread)
    }
}
