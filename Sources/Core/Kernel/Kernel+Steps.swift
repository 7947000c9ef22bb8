/// Steps: one statement of one thread while the engine is paused.
///
/// A step does not wait for time: `execute` is completed in virtual time, and so is a wait with a
/// time-out, which gives up.
extension Kernel {
    /// What became of a wish to step.
    package enum StepAnswer: Equatable, Sendable {
        /// The thread may do one statement, and will at once.
        case permitted(ThreadID)
        /// It waits in a queue for a unit or a notification.
        case blocked(ThreadID, WaitingPlace)
        /// It waits for a job from a sender, which no step can bring.
        case awaitsJobs(ThreadID)
        case ended(ThreadID)
        /// Every thread waits or has ended.
        case nobodyCanMove
        case notPaused
    }

    /// Permits a thread one statement, and returns when it is done, booked and replied to.
    ///
    /// The answer says why there was none, where there was none. One caller at a time.
    package func step(_ id: ThreadID) -> StepAnswer {
        lock.lock()
        let answer = permit(id)
        let before = thread(id).pointee.stepsDone
        lock.unlock()
        return completeStep(answer, of: id, stepsBefore: before)
    }

    /// The same for one of the threads that can do a statement.
    ///
    /// - Parameter choose: Picks among so many, by number from 0; the seed decides.
    /// - Returns: Who moved, or why nobody did.
    package func step(choosing choose: (Int) -> Int) -> StepAnswer {
        lock.lock()
        guard state.pointee.isPaused else {
            lock.unlock()
            return .notPaused
        }
        let candidates = candidates
        guard !candidates.isEmpty else {
            lock.unlock()
            return .nobodyCanMove
        }
        let chosen = candidates[choose(candidates.count)]
        let answer = permit(chosen)
        let before = thread(chosen).pointee.stepsDone
        lock.unlock()
        return completeStep(answer, of: chosen, stepsBefore: before)
    }

    private func completeStep(
        _ answer: StepAnswer,
        of id: ThreadID,
        stepsBefore: UInt64
    ) -> StepAnswer {
        guard case .permitted = answer else { return answer }
        thread(id).pointee.parker.unpark()
        while true {
            if let answer = lock.withLock({ outcome(of: id, stepsBefore: stepsBefore) }) {
                return answer
            }
            stepper.park()
        }
    }

    /// To be called inside the kernel.
    func permit(_ id: ThreadID) -> StepAnswer {
        guard state.pointee.isPaused else { return .notPaused }
        let thread = thread(id)
        switch thread.pointee.phase {
        case .ready, .executing:
            thread.pointee.permits = 1
            listReady(thread)
            return .permitted(id)
        case .blocked where thread.pointee.canGiveUp:
            thread.pointee.permits = 1
            listReady(thread)
            return .permitted(id)
        case .blocked: return .blocked(id, thread.pointee.place)
        case .awaitingJobs: return .awaitsJobs(id)
        case .ended: return .ended(id)
        }
    }

    /// What has become of a step; `nil` while it goes on.
    private func outcome(of id: ThreadID, stepsBefore: UInt64) -> StepAnswer? {
        let thread = thread(id)
        if thread.pointee.stepsDone > stepsBefore { return .permitted(id) }
        if thread.pointee.desk.pointee.isStepping { return nil }
        if state.pointee.isCancelled { return .ended(id) }
        if thread.pointee.permits > 0 { return nil }
        return state.pointee.isPaused ? .awaitsJobs(id) : .notPaused
    }

    /// Who can do a statement; if nobody can, who waits with a time-out. In the order of numbers.
    /// To be asked inside the kernel.
    var candidates: [ThreadID] {
        let all = (0..<cold.pointee.threadCount).map { threads[$0] }
        let ready = all.filter { thread in
            thread.pointee.phase == .ready || thread.pointee.phase == .executing
        }
        let chosen =
            ready.isEmpty
            ? all.filter { $0.pointee.phase == .blocked && $0.pointee.canGiveUp } : ready
        return chosen.map { $0.pointee.id }
    }

    /// Uses up the thread's permission for the statement that follows.
    func takePermit(_ thread: ThreadPointer) {
        thread.pointee.permits = 0
        thread.pointee.desk.pointee.isStepping = true
    }

    /// The permitted statement and all that it leaves to do are done. The thread itself calls it.
    func endStep(of id: ThreadID) {
        lock.withLock {
            thread(id).pointee.desk.pointee.isStepping = false
            thread(id).pointee.stepsDone += 1
        }
        stepper.unpark()
    }
}
