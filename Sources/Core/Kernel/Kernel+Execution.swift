/// The statements that take time: `execute`, and the same for a quantum.
extension Kernel {
    /// Whether a job is done as soon as it begins; a step completes it in virtual time.
    private var isInstant: Bool {
        settings.execution == .account || state.pointee.rate.isMaximum || state.pointee.isPaused
    }

    /// Whether as many jobs were begun as the run is to have.
    @inline(__always)
    var isLimitReached: Bool {
        guard let limit = settings.executionLimit else { return false }
        return state.pointee.executionsBegun >= limit
    }

    /// Whether its job has had a quantum before.
    @inline(__always)
    private func isResumed(_ thread: ThreadPointer) -> Bool {
        thread.pointee.takesTurns && thread.pointee.progress.start != nil
    }

    /// Whether the job in its hand is one of those that were begun.
    func hasBegunJob(_ thread: ThreadPointer) -> Bool {
        thread.pointee.phase == .executing || thread.pointee.hasJob && isResumed(thread)
    }

    /// Whether the run is to have no more jobs than were begun, and this one was not.
    private func isRefused(_ thread: ThreadPointer) -> Bool {
        isLimitReached && !isResumed(thread)
    }

    /// Whether it has come to the end of the run: it may not begin its job, and there is no begun one
    /// to take instead.
    func isAtTheEnd(_ thread: ThreadPointer) -> Bool {
        let instruction = thread.pointee.instruction
        guard instruction.isExecution, isRefused(thread) else { return false }
        return instruction.operation != .executeFor || !buffer.hasBegunJobs
    }

    @inline(__always)
    func execute(_ thread: ThreadPointer) -> SliceEnd? {
        let state = self.state
        if isRefused(thread) { return .limitReached }
        guard thread.pointee.hasJob else {
            // It took from an empty slot and found nothing.
            record(.executionFinished(nil, cpuTime: .zero), by: thread.pointee.id)
            return nil
        }
        if !isResumed(thread) { state.pointee.executionsBegun &+= 1 }
        readClock()
        thread.pointee.executionStart = state.pointee.now
        guard isInstant || thread.pointee.isOnCall else { return beginExecution(thread) }
        let isVirtual = settings.execution == .spin && !thread.pointee.isOnCall
        finish(thread, cpuTime: isVirtual ? virtualTime(thread) : nil)
        return nil
    }

    /// Begins or goes on with the job in hand; a client's agent takes it as a whole.
    func execute(for quantum: Microseconds, _ thread: ThreadPointer) -> SliceEnd? {
        guard thread.pointee.hasJob, !thread.pointee.isOnCall else { return execute(thread) }
        if isRefused(thread) { return passTurn(thread) }
        if !isResumed(thread) { state.pointee.executionsBegun &+= 1 }
        readClock()
        thread.pointee.executionStart = state.pointee.now
        let asked = thread.pointee.queued.job.cpuTime
        thread.pointee.quantumEnd = min(asked, thread.pointee.progress.workDone + quantum)
        guard isInstant else { return beginExecution(thread) }
        thread.pointee.computedWork = thread.pointee.progress.computedWork
        endTurn(thread, cpuTime: settings.execution == .spin ? virtualTime(thread) : nil)
        return nil
    }

    /// No more jobs are begun, but those that were must still get their turns. Whoever has one in
    /// hand goes on with it; only one that waits in the buffer may need this thread.
    private func passTurn(_ thread: ThreadPointer) -> SliceEnd? {
        guard buffer.hasBegunJobs else { return .limitReached }
        cold.pointee.turns += 1
        record(.quantumEnded(cpuTime: .zero), by: thread.pointee.id)
        return nil
    }

    /// The time for this turn is over: the job is done, or its quantum is used up.
    ///
    /// What it took on the CPU was measured, or is what it asked for.
    private func endTurn(_ thread: ThreadPointer, cpuTime measured: Microseconds?) {
        let asked = thread.pointee.queued.job.cpuTime
        guard let end = thread.pointee.quantumEnd, end < asked else {
            let before = isResumed(thread) ? thread.pointee.progress.cpuUsed : .zero
            return finish(thread, cpuTime: measured.map { before + $0 })
        }
        let work = end - thread.pointee.progress.workDone
        thread.pointee.phase = .ready
        thread.pointee.quantumEnd = nil
        thread.pointee.progress.workDone = end
        // What a step completed in virtual time is done as well.
        thread.pointee.progress.computedWork = max(thread.pointee.computedWork, end)
        thread.pointee.progress.cpuUsed += measured ?? .zero
        thread.pointee.progress.executed += state.pointee.now - thread.pointee.executionStart
        if thread.pointee.progress.start == nil {
            thread.pointee.progress.start = thread.pointee.executionStart
        }
        cold.pointee.turns += 1
        record(.quantumEnded(cpuTime: work), by: thread.pointee.id)
    }

    /// How much work there is to be done till the end of the job, or of its quantum.
    private func workToDo(_ thread: ThreadPointer) -> Microseconds {
        thread.pointee.quantumEnd ?? thread.pointee.queued.job.cpuTime
    }

    /// What a job that really computes, and did so far, would need for the rest.
    private func virtualTime(_ thread: ThreadPointer) -> Microseconds {
        state.pointee.rate.time(
            for: workToDo(thread) - thread.pointee.computedWork,
            slowed: thread.pointee.isSlow
        )
    }

    /// A consumer that has a job when the program changes finishes it before it begins anew.
    func executeBeforehand(_ thread: ThreadPointer) {
        if !isResumed(thread) { state.pointee.executionsBegun &+= 1 }
        thread.pointee.executionStart = state.pointee.now
        prepareExecution(thread)
    }

    private func prepareExecution(_ thread: ThreadPointer) {
        thread.pointee.phase = .executing
        thread.pointee.since = state.pointee.now
        thread.pointee.workDone = thread.pointee.progress.workDone
        thread.pointee.workSince = state.pointee.now
        thread.pointee.computedWork = thread.pointee.progress.computedWork
        thread.pointee.cpuUsed = .zero
    }

    private func beginExecution(_ thread: ThreadPointer) -> SliceEnd {
        prepareExecution(thread)
        record(.executionStarted, by: thread.pointee.id)
        return .executing
    }

    /// The job is done; `nil` means that it took what it asked for.
    @inline(__always)
    func finish(_ thread: ThreadPointer, cpuTime measured: Microseconds?) {
        let cpuTime = measured ?? thread.pointee.queued.job.cpuTime
        state.pointee.consumed &+= 1
        thread.pointee.phase = .ready
        thread.pointee.hasJob = false
        var (start, before) = (thread.pointee.executionStart, Microseconds.zero)
        let executed = state.pointee.now - start
        if thread.pointee.takesTurns {
            (start, before) = (
                thread.pointee.progress.start ?? start, thread.pointee.progress.executed
            )
            forgetProgress(thread)
        }
        thread.pointee.desk.pointee.finished.append(
            FinishedJob(
                thread.pointee.queued,
                cpuTime: cpuTime,
                start: start,
                finish: state.pointee.now,
                executed: before + executed
            )
        )
        let device = thread.pointee.queued.job.device
        record(.executionFinished(device, cpuTime: cpuTime), by: thread.pointee.id)
    }

    func forgetProgress(_ thread: ThreadPointer) {
        thread.pointee.takesTurns = false
        thread.pointee.progress = JobProgress()
        thread.pointee.quantumEnd = nil
    }

    /// What the thread that executes a job has to do now.
    package enum ExecutionTurn: Sendable {
        /// Sleep or compute until then; `nil` while the engine is paused. Then ask again.
        case goOn(until: Microseconds?)
        /// The job is done, or its quantum is over.
        case finished
        case cancelled
        /// The thread was killed meanwhile.
        case killed
    }

    /// Looks whether the job in hand is done, by the clock, by a step, or by a rate of `max`.
    ///
    /// - Parameters:
    ///   - id: The thread that executes it.
    ///   - computed: The CPU time measured since the last call, for a job that really computes; such
    ///     a job is done when it has computed as long as it asked, by its own measure. Each part of
    ///     it counts at the rate of its time.
    /// - Returns: What the thread has to do now.
    package func continueExecution(
        of id: ThreadID,
        computed: Microseconds? = nil
    ) -> ExecutionTurn {
        let thread = threads[Int(id.index)]
        lock.lock()
        defer { lock.unlock() }
        guard !state.pointee.isCancelled else { return .cancelled }
        guard thread.pointee.phase == .executing else { return .killed }
        if let computed {
            thread.pointee.computedWork += state.pointee.rate.work(
                in: computed,
                slowed: thread.pointee.isSlow
            )
            thread.pointee.cpuUsed += computed
        }
        let now = clock.now
        let isStepped = state.pointee.isPaused && thread.pointee.permits > 0
        if isStepped { takePermit(thread) }
        if state.pointee.isPaused && !isStepped { return .goOn(until: nil) }
        let remaining =
            computed == nil ? remainingTime(thread, at: now) : virtualTime(thread)
        guard isStepped || remaining == .zero else { return .goOn(until: now + remaining) }
        beginRecording()
        state.pointee.now = now
        // A step completes in virtual time what was not computed.
        endTurn(thread, cpuTime: computed.map { _ in thread.pointee.cpuUsed + remaining })
        // Not when it was executed beforehand: then the thread is at its first line.
        if thread.pointee.instruction.isExecution { advance(thread) }
        return .finished
    }

    private func remainingTime(_ thread: ThreadPointer, at now: Microseconds) -> Microseconds {
        let rate = state.pointee.rate
        guard !rate.isMaximum, settings.execution != .account else { return .zero }
        let isSlow = thread.pointee.isSlow
        let more = rate.work(in: now - thread.pointee.workSince, slowed: isSlow)
        return rate.time(
            for: workToDo(thread) - (thread.pointee.workDone + more),
            slowed: isSlow
        )
    }

    /// Books what executing jobs have done so far, because from now on it goes differently.
    func noteWork() {
        let isStill = state.pointee.isPaused || state.pointee.rate.isMaximum
        for index in 0..<cold.pointee.threadCount where threads[index].pointee.phase == .executing {
            let thread = threads[index]
            if !isStill {
                thread.pointee.workDone += state.pointee.rate.work(
                    in: state.pointee.now - thread.pointee.workSince,
                    slowed: thread.pointee.isSlow
                )
            }
            thread.pointee.workSince = state.pointee.now
        }
    }
}
