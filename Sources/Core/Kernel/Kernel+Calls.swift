/// Calls: an agent executes its client's side of a program once, then rests until the next call.
///
/// The statements are those of every thread. Only what happens where a thread would wait for a slot
/// or a job differs: a client's patience ends, and then the agent gives back what it holds.
extension Kernel {
    /// Begins a call and executes its first slice. Only the thread that executes agents calls it.
    ///
    /// - Parameters:
    ///   - id: An agent that rests.
    ///   - job: What it is to put; `nil` for a consumer's agent.
    ///   - terms: What its client will bear.
    ///   - length: The most statements, up to `KernelSettings.longestAgentSlice`.
    /// - Returns: Why the slice ended; `needsJobs` when the call is over.
    package func beginCall(
        of id: ThreadID,
        with job: QueuedJob?,
        _ terms: CallTerms,
        length: Int
    ) -> SliceEnd {
        let thread = threads[Int(id.index)]
        lock.lock()
        defer { lock.unlock() }
        let desk = thread.pointee.desk
        // First of all: what the last call came to must not be told of this one.
        desk.pointee.call = CallProgress()
        guard !state.pointee.isCancelled else { return .cancelled }
        thread.pointee.keptUnit = thread.pointee.holdsUnit
        desk.pointee.batchNext = 0
        desk.pointee.batchCount = job == nil ? 0 : 1
        if let job { desk.pointee.batch.initializeElement(at: 0, to: job) }
        thread.pointee.terms = terms
        thread.pointee.callDeadline = nil
        thread.pointee.notified = nil
        thread.pointee.isOnCall = true
        thread.pointee.line = 0
        thread.pointee.phase = .ready
        beginRecording()
        record(.jobsArrived, by: id)
        if state.pointee.number >= cold.pointee.attention.next, let end = attend(thread) {
            return end
        }
        return state.pointee.isPaused ? .held : goOnWithCall(thread, length: length)
    }

    /// An agent that has never had a call rests too.
    package func rest(_ id: ThreadID) {
        lock.withLock {
            beginRecording()
            _ = rest(threads[Int(id.index)])
        }
        stepper.unpark()
        changes.fire()
    }

    /// Ends a call whose client has gone or waits no longer, wherever in its program the agent is.
    ///
    /// - Returns: `false` when it is too late: the job is inserted, a job is in the client's hand, or
    ///   a sender is on its way to it.
    package func withdraw(_ id: ThreadID) -> Bool {
        let thread = threads[Int(id.index)]
        lock.lock()
        defer {
            lock.unlock()
            // Whoever let the agent do a statement must learn that it will not.
            stepper.unpark()
        }
        guard thread.pointee.isOnCall, thread.pointee.desk.pointee.call.outcome == .pending,
            !(thread.pointee.role == .consumer && thread.pointee.hasJob),
            !state.pointee.isCancelled
        else { return false }
        if mustStay(thread) {
            thread.pointee.terms.patience = .zero
            if thread.pointee.phase == .blocked { _ = stay(thread) }
            return false
        }
        beginRecording()
        if thread.pointee.phase == .blocked { leaveQueue(thread) }
        _ = giveUpCall(thread, .withdrawn)
        return true
    }

    private func leaveQueue(_ thread: ThreadPointer) {
        let queue = queue(thread.pointee.place)
        unlink(thread, from: queue)
        guard case .semaphore(let name) = thread.pointee.place else { return }
        thread.pointee.phase = .ready
        giveUpWaiting(name, thread)
        // It may have been on its way to a unit that somebody else can have now.
        if queue.pointee.value > 0 {
            wakeWaiter(queue, wakes: &thread.pointee.desk.pointee.wakes)
        }
    }

    // MARK: - A slice of a call

    func goOnWithCall(_ thread: ThreadPointer, length: Int) -> SliceEnd {
        var length = length
        if thread.pointee.phase == .executing {
            // Its job was in hand when the program changed.
            finish(thread, cpuTime: nil)
            thread.pointee.desk.pointee.call.outcome = .taken
        } else if thread.pointee.phase == .blocked {
            if let end = tryAgain(thread) { return end }
            length -= 1
        }
        for _ in 0..<length {
            if isOver(thread) { return rest(thread) }
            if let end = performOnCall(thread) { return end }
        }
        return isOver(thread) ? rest(thread) : .used
    }

    /// Whether the agent has done what was asked and come to the end of its program.
    private func isOver(_ thread: ThreadPointer) -> Bool {
        thread.pointee.line == 0 && thread.pointee.desk.pointee.call.outcome != .pending
    }

    private func performOnCall(_ thread: ThreadPointer) -> SliceEnd? {
        let instruction = thread.pointee.instruction
        let call = thread.pointee.desk
        let (line, hadJob) = (thread.pointee.line, thread.pointee.hasJob)
        if instruction.takesFromSlot, !isRendezvous, refusesNextJob(thread) {
            return giveUpCall(thread, .tooLarge)
        }
        let end = perform(instruction, thread)
        guard call.pointee.call.outcome == .pending else { return end }
        switch (thread.pointee.role, hadJob, thread.pointee.hasJob) {
        case (.producer, true, false):
            call.pointee.call.outcome = .inserted
            call.pointee.call.depth = Int(state.pointee.places.occupied)
            call.pointee.call.job = thread.pointee.queued.job.id
        case (.consumer, false, true):
            call.pointee.call.depth = Int(state.pointee.places.occupied)
        case (.consumer, true, false):
            call.pointee.call.outcome = refusesJobInHand(thread) ? .tooLarge : .taken
        default: break
        }
        if case .used? = end, thread.pointee.line <= line, hasLookedInVain(thread) {
            return giveUpCall(thread, .noUnit)
        }
        return end
    }

    private func refusesNextJob(_ thread: ThreadPointer) -> Bool {
        thread.pointee.terms.refusesLargePayloads && state.pointee.places.occupied > 0
            && buffer.next(state.pointee.places).reply.isLarge
    }

    /// Nobody is left to take a message from the table but the one who has met its sender.
    private func refusesJobInHand(_ thread: ThreadPointer) -> Bool {
        isRendezvous && thread.pointee.terms.refusesLargePayloads
            && thread.pointee.queued.reply.isLarge
    }

    /// Whether a program that goes back to look again has used up the client's patience.
    private func hasLookedInVain(_ thread: ThreadPointer) -> Bool {
        guard thread.pointee.desk.pointee.call.outcome == .pending,
            let end = patienceEnd(thread)
        else { return false }
        return state.pointee.now >= end
    }

    // MARK: - Patience

    /// When the client's patience ends; it began when the agent first had to wait.
    func patienceEnd(_ thread: ThreadPointer) -> Microseconds? {
        guard let patience = thread.pointee.terms.patience else { return nil }
        if let known = thread.pointee.callDeadline {
            readClock()
            return known
        }
        readClock()
        let end = state.pointee.now + patience
        thread.pointee.callDeadline = end
        return end
    }

    /// There is no unit: the agent stands in the queue as long as its client has patience.
    func joinQueueOnCall(_ name: SemaphoreName, _ thread: ThreadPointer) -> SliceEnd {
        let hasNoPatience = thread.pointee.terms.patience == .zero
        if hasNoPatience, !mustStay(thread) {
            giveUpWaiting(name, thread)
            return giveUpCall(thread, .noUnit)
        }
        block(thread, at: .semaphore(name), timeOut: nil)
        thread.pointee.deadline = hasNoPatience ? nil : patienceEnd(thread)
        thread.pointee.isOverdue = hasNoPatience
        record(.blocked(name), by: thread.pointee.id)
        return .blocked(until: thread.pointee.deadline)
    }

    /// An agent in a condition's queue is back before it was notified.
    func lookAtTheClock(_ thread: ThreadPointer) -> SliceEnd {
        guard let deadline = thread.pointee.deadline else { return .blocked(until: nil) }
        guard thread.pointee.desk.pointee.isStepping || clock.now >= deadline else {
            return .blocked(until: deadline)
        }
        leaveQueue(thread)
        return giveUpCall(thread, .noUnit)
    }

    // MARK: - The end of a call

    /// Gives back the mutex and the unit that the agent holds, and lets it rest. A notification that
    /// it can make nothing of goes to the next waiter, or there might never be another.
    func giveUpCall(_ thread: ThreadPointer, _ outcome: CallProgress.Outcome) -> SliceEnd {
        let id = thread.pointee.id
        if let name = thread.pointee.notified { notify(name, thread) }
        if queue(.mutex).pointee.owner == id { giveBack(.mutex, thread) }
        if thread.pointee.holdsUnit, !thread.pointee.keptUnit {
            giveBack(thread.pointee.role == .producer ? .empty : .full, thread)
        }
        takeBackAnnouncement(thread)
        record(.withdrew, by: id)
        if thread.pointee.role == .producer, thread.pointee.hasJob { cold.pointee.withdrawn += 1 }
        thread.pointee.desk.pointee.call.outcome = outcome
        thread.pointee.hasJob = false
        thread.pointee.line = 0
        thread.pointee.slot = nil
        thread.pointee.timedOut = false
        leaveCall(thread)
        return .needsJobs
    }

    private func giveBack(_ name: SemaphoreName, _ thread: ThreadPointer) {
        giveUp(name, thread)
        let other = release(name, wakes: &thread.pointee.desk.pointee.wakes)
        record(.signalled(name, handedTo: other), by: thread.pointee.id)
        if name == .empty { letOverdueGo(wakes: &thread.pointee.desk.pointee.wakes) }
    }

    private func rest(_ thread: ThreadPointer) -> SliceEnd {
        record(.awaitedJobs, by: thread.pointee.id)
        leaveCall(thread)
        return .needsJobs
    }

    private func leaveCall(_ thread: ThreadPointer) {
        thread.pointee.phase = .awaitingJobs
        // Only an event has a time; it is not worth a reading of the clock.
        thread.pointee.since = state.pointee.now
        thread.pointee.permits = 0
        thread.pointee.isOnCall = false
        // A job that was never produced is not the agent's any more.
        thread.pointee.desk.pointee.batchNext = thread.pointee.desk.pointee.batchCount
    }

    // MARK: - For who asks

    /// What STATUS tells: one consistent cut.
    ///
    /// - Complexity: O(threads and agents), inside the kernel.
    package var counts: BufferCounts {
        lock.lock()
        defer { lock.unlock() }
        var counts = BufferCounts()
        // A job in its producer's hand is not in the buffer.
        let inHand = (0..<cold.pointee.threadCount).count { index in
            threads[index].pointee.role == .producer && threads[index].pointee.hasJob
        }
        // A job that was doubled and then killed twice was withdrawn more often than produced.
        let gone = cold.pointee.withdrawn + UInt64(inHand)
        counts.produced = max(state.pointee.produced, gone) - gone
        counts.consumed = state.pointee.consumed
        counts.depth = Int(state.pointee.places.occupied)
        counts.capacity = settings.capacity
        counts.empty = Int(queue(.empty).pointee.value)
        counts.full = Int(queue(.full).pointee.value)
        for place in WaitingPlace.all where place != .semaphore(.mutex) {
            var waiter = queue(place).pointee.first
            while let id = waiter {
                switch thread(id).pointee.role {
                case .producer: counts.waitingPut += 1
                case .consumer: counts.waitingTake += 1
                }
                waiter = thread(id).pointee.next
            }
        }
        return counts
    }

    /// Jobs in the hands of producers' agents that have not been acknowledged.
    package var unacknowledgedJobs: Int {
        lock.withLock {
            (0..<cold.pointee.threadCount).count { index in
                let thread = threads[index]
                return thread.pointee.isOnCall && thread.pointee.role == .producer
                    && thread.pointee.hasJob
            }
        }
    }
}

/// What an agent's client will bear.
package struct CallTerms: Equatable, Sendable {
    /// How long to wait for a free slot or a job; zero only tries, `nil` waits without limit.
    package var patience: Microseconds?
    /// Whether jobs with a large payload are left in the buffer.
    package var refusesLargePayloads: Bool

    package init(patience: Microseconds? = nil, refusesLargePayloads: Bool = false) {
        self.patience = patience
        self.refusesLargePayloads = refusesLargePayloads
    }
}

/// How an agent's call goes.
package struct CallProgress: Sendable {
    package enum Outcome: UInt8, Sendable {
        case pending
        /// The job is in the buffer.
        case inserted
        /// The job is the client's.
        case taken
        /// There was no slot, or no job, for as long as the client had patience.
        case noUnit
        /// The next job's payload was more than the client can take; where there are no slots it
        /// is lost to it.
        case tooLarge
        case withdrawn
    }

    package var outcome = Outcome.pending
    /// How many jobs were in the buffer right after the insert or the remove.
    package var depth = 0
    /// The number of the job that was inserted.
    package var job: UInt64 = 0
}
