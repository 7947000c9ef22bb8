/// The statement `execute`, which alone takes time.
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

    @inline(__always)
    func execute(_ thread: ThreadPointer) -> SliceEnd? {
        let state = self.state
        if isLimitReached { return .limitReached }
        guard thread.pointee.hasJob else {
            // It took from an empty slot and found nothing.
            record(.executionFinished(nil, cpuTime: .zero), by: thread.pointee.id)
            return nil
        }
        state.pointee.executionsBegun &+= 1
        readClock()
        thread.pointee.executionStart = state.pointee.now
        guard isInstant || thread.pointee.isOnCall else { return beginExecution(thread) }
        let isVirtual = settings.execution == .spin && !thread.pointee.isOnCall
        finish(thread, cpuTime: isVirtual ? virtualTime(thread) : nil)
        return nil
    }

    /// What a job that really computes, and did so far, would need for the rest.
    private func virtualTime(_ thread: ThreadPointer) -> Microseconds {
        let rest = thread.pointee.queued.job.cpuTime - thread.pointee.computedWork
        return state.pointee.rate.time(for: rest)
    }

    /// A consumer that has a job when the program changes finishes it before it begins anew.
    func executeBeforehand(_ thread: ThreadPointer) {
        state.pointee.executionsBegun &+= 1
        thread.pointee.executionStart = state.pointee.now
        prepareExecution(thread)
    }

    private func prepareExecution(_ thread: ThreadPointer) {
        thread.pointee.phase = .executing
        thread.pointee.since = state.pointee.now
        thread.pointee.workDone = .zero
        thread.pointee.workSince = state.pointee.now
        thread.pointee.computedWork = .zero
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
        thread.pointee.desk.pointee.finished.append(
            FinishedJob(
                thread.pointee.queued,
                cpuTime: cpuTime,
                start: thread.pointee.executionStart,
                finish: state.pointee.now
            )
        )
        let device = thread.pointee.queued.job.device
        record(.executionFinished(device, cpuTime: cpuTime), by: thread.pointee.id)
    }

    /// What the thread that executes a job has to do now.
    package enum ExecutionTurn: Sendable {
        /// Sleep or compute until then; `nil` while the engine is paused. Then ask again.
        case goOn(until: Microseconds?)
        case finished
        case cancelled
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
        if let computed {
            thread.pointee.computedWork += state.pointee.rate.work(in: computed)
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
        finish(thread, cpuTime: computed.map { _ in thread.pointee.cpuUsed + remaining })
        // Not when it was executed beforehand: then the thread is at its first line.
        if thread.pointee.instruction.operation == .execute { advance(thread) }
        return .finished
    }

    private func remainingTime(_ thread: ThreadPointer, at now: Microseconds) -> Microseconds {
        let rate = state.pointee.rate
        guard !rate.isMaximum, settings.execution != .account else { return .zero }
        let done = thread.pointee.workDone + rate.work(in: now - thread.pointee.workSince)
        return rate.time(for: thread.pointee.queued.job.cpuTime - done)
    }

    /// Books what executing jobs have done so far, because from now on it goes differently.
    func noteWork() {
        let isStill = state.pointee.isPaused || state.pointee.rate.isMaximum
        for index in 0..<cold.pointee.threadCount where threads[index].pointee.phase == .executing {
            let thread = threads[index]
            if !isStill {
                thread.pointee.workDone += state.pointee.rate.work(
                    in: state.pointee.now - thread.pointee.workSince
                )
            }
            thread.pointee.workSince = state.pointee.now
        }
    }
}
