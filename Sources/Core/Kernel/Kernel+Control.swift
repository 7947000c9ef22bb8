/// What the keyboard and the command line do to the kernel; each is a numbered event of its own.
extension Kernel {
    /// No thread does a statement from now on, unless it is permitted one.
    package func pause() {
        control {
            guard !state.pointee.isPaused else { return }
            noteWork()
            record(.paused, by: nil)
            state.pointee.isPaused = true
            cold.pointee.pausedAt = state.pointee.now
            for name in SemaphoreName.allCases { settle(name, wakes: &cold.pointee.wakes) }
        }
    }

    package func resume() {
        control {
            guard state.pointee.isPaused else { return }
            noteWork()
            record(.resumed, by: nil)
            state.pointee.isPaused = false
            let pause = state.pointee.now - cold.pointee.pausedAt
            for index in 0..<cold.pointee.threadCount {
                threads[index].pointee.permits = 0
                // A pause freezes time-outs as it freezes jobs.
                let thread = threads[index]
                thread.pointee.deadline = thread.pointee.deadline.map { $0 + pause }
                thread.pointee.callDeadline = thread.pointee.callDeadline.map { $0 + pause }
                // Its host knows the old time, and may have looked while nobody could move.
                if thread.pointee.deadline != nil { listReady(thread) }
            }
        }
    }

    /// Executing jobs keep what they have done and go on at the new rate.
    ///
    /// Jobs that really compute cannot run at `maximum`; then nothing changes.
    package func setRate(_ rate: Rate) {
        control {
            guard rate != state.pointee.rate else { return }
            guard settings.execution != .spin || !rate.isMaximum else { return }
            noteWork()
            record(.rateChanged(rate), by: nil)
            state.pointee.rate = rate
        }
    }

    /// How fast jobs run now.
    package var rate: Rate { lock.withLock { state.pointee.rate } }

    /// How often a wait has given up so far, also where no event was written down.
    package var timeOuts: UInt64 { lock.withLock { cold.pointee.timeOuts } }

    /// Every thread is let go and finds that it is over.
    package func cancel() {
        control {
            guard !state.pointee.isCancelled else { return }
            record(.cancelled, by: nil)
            state.pointee.isCancelled = true
        }
    }

    /// Changes something inside and lets every thread look again.
    func control(_ body: () -> Void) {
        lock.lock()
        beginRecording()
        readClock()
        body()
        cold.pointee.wakes.removeAll()
        listReadyAgents()
        let count = cold.pointee.threadCount
        lock.unlock()
        for index in 0..<count { threads[index].pointee.parker.unpark() }
        stepper.unpark()
        changes.fire()
    }

    // MARK: - Threads outside their programs

    /// A producer has no jobs: it waits for the network until `noteArrival`.
    ///
    /// A statement that it was permitted is taken back, because it cannot do one.
    package func noteAwaiting(_ id: ThreadID) {
        note(.awaitedJobs, id, from: [.ready]) { thread in
            thread.pointee.phase = .awaitingJobs
            thread.pointee.since = state.pointee.now
            thread.pointee.permits = 0
        }
        stepper.unpark()
    }

    package func noteArrival(_ id: ThreadID) {
        note(.jobsArrived, id, from: [.awaitingJobs]) { $0.pointee.phase = .ready }
    }

    /// Whether it still waits for jobs: it may have been killed meanwhile.
    func isAwaitingJobs(_ id: ThreadID) -> Bool {
        lock.withLock { thread(id).pointee.phase == .awaitingJobs }
    }

    /// The thread executes no slice any more.
    package func noteEnd(_ id: ThreadID) {
        note(.threadEnded, id, from: [.ready, .blocked, .executing, .awaitingJobs]) { thread in
            thread.pointee.phase = .ended
            thread.pointee.since = state.pointee.now
        }
    }

    /// Nothing, where the thread is in another phase: it was killed, or revived, meanwhile.
    private func note(
        _ fact: Event.Fact,
        _ id: ThreadID,
        from phases: [ThreadControlBlock.Phase],
        _ body: (ThreadPointer) -> Void
    ) {
        lock.lock()
        let thread = threads[Int(id.index)]
        if phases.contains(thread.pointee.phase) {
            beginRecording()
            readClock()
            body(thread)
            record(fact, by: id)
        }
        lock.unlock()
        changes.fire()
    }
}
