/// What the keyboard and the command line do to the kernel; each is a numbered event of its own.
extension Kernel {
    /// No thread does a statement from now on, unless it is permitted one.
    package func pause() {
        control {
            guard !state.pointee.isPaused else { return }
            noteWork()
            record(.paused, by: nil)
            state.pointee.isPaused = true
            for name in SemaphoreName.allCases { settle(name, wakes: &controlWakes) }
        }
    }

    package func resume() {
        control {
            guard state.pointee.isPaused else { return }
            noteWork()
            record(.resumed, by: nil)
            state.pointee.isPaused = false
            for index in 0..<state.pointee.threadCount { threads[index].pointee.permits = 0 }
        }
    }

    /// Executing jobs keep what they have done and go on at the new rate.
    package func setRate(_ rate: Rate) {
        control {
            guard rate != state.pointee.rate else { return }
            noteWork()
            record(.rateChanged(rate), by: nil)
            state.pointee.rate = rate
        }
    }

    /// Every thread is let go and finds that it is over.
    package func cancel() {
        control {
            guard !state.pointee.isCancelled else { return }
            record(.cancelled, by: nil)
            state.pointee.isCancelled = true
        }
    }

    /// Changes something inside and lets every thread look again.
    private func control(_ body: () -> Void) {
        lock.lock()
        beginRecording()
        if !state.pointee.isRecording { state.pointee.now = clock.now }
        body()
        controlWakes.removeAll()
        let count = state.pointee.threadCount
        lock.unlock()
        for index in 0..<count { threads[index].pointee.parker.unpark() }
        changes.fire()
    }

    // MARK: - Threads outside their programs

    /// A producer has no jobs: it waits for the network until `noteArrival`.
    ///
    /// A statement that it was permitted is taken back, because it cannot do one.
    package func noteAwaiting(_ id: ThreadID) {
        note(.awaitedJobs, id) { thread in
            thread.pointee.phase = .awaitingJobs
            thread.pointee.since = state.pointee.now
            thread.pointee.permits = 0
        }
    }

    package func noteArrival(_ id: ThreadID) {
        note(.jobsArrived, id) { $0.pointee.phase = .ready }
    }

    /// The thread executes no slice any more.
    package func noteEnd(_ id: ThreadID) {
        note(.threadEnded, id) { thread in
            thread.pointee.phase = .ended
            thread.pointee.since = state.pointee.now
        }
    }

    private func note(_ fact: Event.Fact, _ id: ThreadID, _ body: (ThreadPointer) -> Void) {
        lock.lock()
        beginRecording()
        if !state.pointee.isRecording { state.pointee.now = clock.now }
        body(threads[Int(id.index)])
        record(fact, by: id)
        lock.unlock()
        changes.fire()
    }

    // MARK: - Steps

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

    /// Permits a thread one statement, if it can do one. Only while paused.
    package func permitStep(of id: ThreadID) -> StepAnswer {
        lock.lock()
        let answer = permit(id)
        lock.unlock()
        if case .permitted = answer { threads[Int(id.index)].pointee.parker.unpark() }
        return answer
    }

    private func permit(_ id: ThreadID) -> StepAnswer {
        guard state.pointee.isPaused else { return .notPaused }
        let thread = threads[Int(id.index)]
        switch thread.pointee.phase {
        case .ready, .executing:
            thread.pointee.permits = 1
            return .permitted(id)
        case .blocked: return .blocked(id, thread.pointee.place)
        case .awaitingJobs: return .awaitsJobs(id)
        case .ended: return .ended(id)
        }
    }

    /// Permits one statement to one of the threads that can do one.
    ///
    /// - Parameter choose: Picks among so many, by number from 0; the seed decides.
    package func permitStep(choose: (Int) -> Int) -> StepAnswer {
        lock.lock()
        var candidates = 0
        for index in 0..<state.pointee.threadCount where canMove(index) { candidates += 1 }
        guard state.pointee.isPaused, candidates > 0 else {
            defer { lock.unlock() }
            return state.pointee.isPaused ? .nobodyCanMove : .notPaused
        }
        var skip = choose(candidates)
        var chosen = 0
        for index in 0..<state.pointee.threadCount where canMove(index) {
            if skip == 0 { chosen = index }
            skip -= 1
        }
        let answer = permit(ThreadID(chosen))
        lock.unlock()
        threads[chosen].pointee.parker.unpark()
        return answer
    }

    private func canMove(_ index: Int) -> Bool {
        switch threads[index].pointee.phase {
        case .ready, .executing: true
        case .blocked, .awaitingJobs, .ended: false
        }
    }

    /// Whether the thread still has a statement to do that it was permitted.
    package func hasPermit(_ id: ThreadID) -> Bool {
        lock.withLock { threads[Int(id.index)].pointee.permits > 0 }
    }

    // MARK: - Agents

    /// The agent that has been ready the longest; its executor calls it until there is none.
    package func nextReadyAgent() -> ThreadID? {
        lock.withLock {
            guard let id = state.pointee.readyAgents.popFirst() else { return nil }
            threads[Int(id.index)].pointee.isListedReady = false
            return id
        }
    }
}
