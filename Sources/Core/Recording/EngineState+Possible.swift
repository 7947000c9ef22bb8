/// What can happen in a state, so that a file from a stranger cannot lead to one that cannot be.
extension EngineState {
    /// Why this event cannot come next; `nil` when it can.
    ///
    /// The kernel's own events always can. Statements and lines are not compared: it is enough that
    /// every state is one that can be shown and explained.
    func impossibility(of event: Event) -> String? {
        guard let id = event.thread else {
            switch event.fact {
            case .handedOver(let name, let other):
                return takeProblem(name) ?? queueProblem(other, .semaphore(name))
            case .programChanged where isRendezvous: return "a rendezvous keeps its program"
            default: return nil
            }
        }
        if case .threadJoined = event.fact {
            return Int(id.index) == threads.count ? nil : "threads join in order"
        }
        guard let thread = self[id] else { return "the thread has not joined" }
        switch event.fact {
        case .threadEnded: return thread.phase == .ended ? "\(thread.name) has ended" : nil
        case .killed(let legacy):
            return thread.phase == .ended
                ? "\(thread.name) has ended" : legacyProblem(legacy, of: thread)
        case .revived: return thread.wasKilled ? nil : "\(thread.name) was not killed"
        case .slowed: return nil
        case .quantumEnded(let cpuTime): return turnProblem(thread, cpuTime)
        case .jobsArrived:
            return thread.phase == .awaitingJobs ? nil : "\(thread.name) does not await jobs"
        case .executionFinished(let device, _): return finishProblem(thread, device)
        case .waited(let name):
            return takeProblem(name) ?? standProblem(thread, .semaphore(name))
        case .timedOut(let name): return standProblem(thread, .semaphore(name))
        case .withdrew:
            switch thread.phase {
            case .blocked(.semaphore), .executing, .ended: return "\(thread.name) cannot withdraw"
            case .ready, .blocked(.condition), .awaitingJobs: return nil
            }
        default:
            guard thread.phase == .ready else { return "\(thread.name) is not ready" }
            return statementProblem(event.fact, thread)
        }
    }

    private func statementProblem(_ fact: Event.Fact, _ thread: ThreadActivity) -> String? {
        switch fact {
        case .inserted(let slot):
            if thread.job == nil { return "\(thread.name) has no job" }
            return programs.misplacesJobs || !isFilled(slot) ? nil : "slot \(slot) is full"
        case .putBack(let slot):
            if thread.job == nil { return "\(thread.name) has no job" }
            return isFilled(slot) ? "slot \(slot) is full" : nil
        case .removed(let slot):
            return programs.misplacesJobs || isFilled(slot) ? nil : "slot \(slot) is empty"
        case .executionStarted: return thread.job == nil ? "\(thread.name) has no job" : nil
        case .jumped(let line):
            let count = programs.program(for: thread.role).statements.count
            return line < count ? nil : "the \(thread.role) has \(count) lines"
        case .signalled(let name, let other?): return queueProblem(other, .semaphore(name))
        case .handedOver(let name, let other):
            return takeProblem(name) ?? queueProblem(other, .semaphore(name))
        case .waitedCondition(_, let other?): return queueProblem(other, .semaphore(.mutex))
        case .notified(let name, let woken?): return queueProblem(woken, .condition(name))
        default: return nil
        }
    }

    private func isFilled(_ slot: Int) -> Bool {
        // The slots are in order; most often there are few.
        slots.contains { $0.number == slot }
    }

    private func takeProblem(_ name: SemaphoreName) -> String? {
        self[name].value > 0 ? nil : "\(name) has no unit"
    }

    /// Whether the thread stands in this queue.
    private func queueProblem(_ id: ThreadID, _ place: WaitingPlace) -> String? {
        self[id]?.phase == .blocked(place) ? nil : "\(name(of: id)) does not wait for \(place.name)"
    }

    /// Whether the thread stands in this queue, or may come by.
    private func standProblem(_ thread: ThreadActivity, _ place: WaitingPlace) -> String? {
        guard thread.phase != .ready && thread.phase != .blocked(place) else { return nil }
        return "\(thread.name) is not at \(place.name)"
    }

    /// An heir stands in the queue of what it gets, and is not the dead.
    private func legacyProblem(_ legacy: Legacy, of thread: ThreadActivity) -> String? {
        let heirs: [(ThreadID?, WaitingPlace?)] = [
            (legacy.unitHandedTo, legacy.unit.map(WaitingPlace.semaphore)),
            (legacy.mutexHandedTo, .semaphore(.mutex)),
            (legacy.woken, legacy.notified.map(WaitingPlace.condition)),
        ]
        for case (let heir?, let place) in heirs {
            guard let place, heir != thread.id else { return "nobody can inherit that" }
            if let problem = queueProblem(heir, place) { return problem }
        }
        return nil
    }

    private func turnProblem(_ thread: ThreadActivity, _ cpuTime: Microseconds) -> String? {
        switch thread.phase {
        case .ready, .executing:
            guard let job = thread.job else { return "\(thread.name) has no job" }
            return thread.workDone + cpuTime <= job.cpuTime
                ? nil : "\(thread.name)'s job does not last so long"
        case .blocked, .awaitingJobs, .ended: return "\(thread.name) executes nothing"
        }
    }

    private func finishProblem(_ thread: ThreadActivity, _ device: DeviceID?) -> String? {
        switch thread.phase {
        case .ready, .executing:
            return (thread.job == nil) == (device == nil) ? nil : "it is not \(thread.name)'s job"
        case .blocked, .awaitingJobs, .ended: return "\(thread.name) executes nothing"
        }
    }
}
