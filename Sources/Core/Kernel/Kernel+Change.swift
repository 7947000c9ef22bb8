/// Another program for all threads, while they run.
extension Kernel {
    /// Every thread begins this program of the library anew with what it has in hand: a producer
    /// inserts its job, a consumer finishes its own first. Nobody waits, nobody is inside, and the
    /// semaphores fit the slots, so whatever was stuck is free.
    ///
    /// - Returns: `false` where it cannot be: the policy does not bear the program, there are no
    ///   slots, or the jobs in consumers' hands are the last that the run is to have.
    package func changeProgram(to index: Int) -> Bool {
        guard library.indices.contains(index), settings.allows(library[index]), !isRendezvous else {
            return false
        }
        var isChanged = false
        control {
            guard allowsBeginnings, !state.pointee.isCancelled else { return }
            noteWork()
            record(.programChanged(index: index, compacts: buffer.isRing), by: nil)
            begin(index)
            isChanged = true
        }
        return isChanged
    }

    /// Whether every consumer that has a job, and would begin it now, may still do so.
    private var allowsBeginnings: Bool {
        guard let limit = settings.executionLimit else { return true }
        let held = (0..<cold.pointee.threadCount).count { index in
            threads[index].pointee.role == .consumer && threads[index].pointee.hasJob
                && threads[index].pointee.phase != .executing
                && !(threads[index].pointee.takesTurns
                    && threads[index].pointee.progress.start != nil)
        }
        return !isLimitReached && state.pointee.executionsBegun + UInt64(held) <= limit
    }

    private func begin(_ index: Int) {
        let knewFilled = state.pointee.misplacesJobs
        for index in 0..<cold.pointee.threadCount { leaveSlot(threads[index]) }
        buffer.forgetTurns()
        state.pointee.keepsSlots = library[index].keepsSlots
        state.pointee.programIndex = UInt8(index)
        state.pointee.misplacesJobs = library[index].misplacesJobs
        if buffer.isRing { buffer.compact(&state.pointee.places, knowsFilled: knewFilled) }
        for place in WaitingPlace.all.indices { queues[place] = WaitQueue(value: 0) }
        let occupied = state.pointee.places.occupied
        queue(.empty).pointee.value = Int32(settings.capacity) - occupied
        queue(.full).pointee.value = occupied
        queue(.mutex).pointee.value = 1
        for index in 0..<cold.pointee.threadCount { beginAnew(threads[index]) }
    }

    private func beginAnew(_ thread: ThreadPointer) {
        thread.pointee.program = loadedProgram(for: thread.pointee.role)
        thread.pointee.line = 0
        thread.pointee.next = nil
        thread.pointee.previous = nil
        thread.pointee.isWoken = false
        thread.pointee.deadline = nil
        thread.pointee.holdsUnit = false
        thread.pointee.notified = nil
        thread.pointee.keptUnit = false
        thread.pointee.timedOut = false
        thread.pointee.slot = nil
        switch thread.pointee.phase {
        case .executing:
            // It goes on to the end of its job, not of its quantum.
            thread.pointee.quantumEnd = nil
            return
        case .ended, .awaitingJobs: return
        case .ready, .blocked: thread.pointee.phase = .ready
        }
        guard thread.pointee.hasJob else { return }
        switch thread.pointee.role {
        case .producer: thread.pointee.line = 1
        case .consumer: executeBeforehand(thread)
        }
    }
}
