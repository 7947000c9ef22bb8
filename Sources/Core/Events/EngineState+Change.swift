/// Another program for all threads, as the fold sees it.
extension EngineState {
    /// Every thread begins anew with what it has in hand: a producer inserts its job, a consumer
    /// finishes its own first. Nobody waits, nobody is inside, and the semaphores fit the slots.
    mutating func changeProgram(to index: Int, compacts: Bool) {
        guard library.indices.contains(index) else { return }
        noteWork()
        programs = library[index]
        leftovers = []
        for index in slots.indices { slots[index].turn = 0 }
        if compacts { compact() }
        for name in SemaphoreName.allCases {
            self[name] = SemaphoreState(name: name, value: initialValue(of: name))
        }
        for name in ConditionName.allCases { self[name] = ConditionState(name: name) }
        let time = self.time
        for index in threads.indices { threads[index].beginAnew(at: time) }
    }

    private func initialValue(of name: SemaphoreName) -> Int {
        switch name {
        case .empty: capacity - occupied
        case .full: occupied
        case .mutex: 1
        }
    }

    /// Moves the filled slots together, the next to be removed into slot 0.
    private mutating func compact() {
        let inOrder = slots.sorted { distance(to: $0.number) < distance(to: $1.number) }
        slots = inOrder.enumerated().map { FilledSlot(number: $0.offset, job: $0.element.job) }
        nextOut = 0
        nextIn = occupied == capacity ? 0 : occupied
    }

    private func distance(to slot: Int) -> Int { (slot - nextOut + capacity) % capacity }
}

extension ThreadActivity {
    /// Whether it will have a job to finish when the program changes now, before it begins anew.
    var finishesBeforehand: Bool {
        guard role == .consumer, job != nil else { return false }
        switch phase {
        case .ready, .blocked: return true
        case .ended, .awaitingJobs, .executing: return false
        }
    }

    fileprivate mutating func beginAnew(at time: Microseconds) {
        holdsUnit = false
        timedOut = false
        slot = nil
        keptSlot = nil
        line = 0
        switch phase {
        case .ended, .awaitingJobs, .executing: return
        case .ready, .blocked: phase = .ready
        }
        guard job != nil else { return }
        switch role {
        case .producer: line = 1
        case .consumer:
            phase = .executing(workDone: workDone, at: time)
            since = time
        }
    }
}
