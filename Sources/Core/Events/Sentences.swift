/// Says events in plain words, for the log.
///
/// A sentence needs the state before its event: who holds the mutex, which job was in the slot.
package struct Sentences: Sendable {
    private let nameOfDevice: @Sendable (DeviceID) -> String

    package init(nameOfDevice: @escaping @Sendable (DeviceID) -> String) {
        self.nameOfDevice = nameOfDevice
    }

    /// Such as "C2 removed job 17 (device 3, 5 s) from slot 4".
    package func sentence(for event: Event, before state: EngineState) -> String {
        guard let thread = event.thread, let name = doer(of: event, before: state) else {
            return control(event.fact, state)
        }
        return "\(name) \(deed(event.fact, thread, state))"
    }

    /// The name of the thread that did it, such as `P1`; `nil` when it was the keyboard.
    package func doer(of event: Event, before state: EngineState) -> String? {
        event.thread.map { state.name(of: $0, joining: event.fact) }
    }

    /// How a job is named: `3:5`, as its sender wrote it.
    package func short(_ job: Job) -> String {
        "\(nameOfDevice(job.device)):\(job.cpuTime)"
    }

    private func long(_ job: Job?) -> String {
        guard let job else { return "a job" }
        return "job \(job.id) (device \(nameOfDevice(job.device)), \(job.cpuTime) s)"
    }

    // MARK: - What a thread did

    private func deed(_ fact: Event.Fact, _ id: ThreadID, _ state: EngineState) -> String {
        let job = state[id]?.job
        switch fact {
        case .threadJoined(let role, _, let isAgent):
            return "joined as a \(role)\(isAgent ? ", for a remote client" : "")"
        case .threadEnded: return "ended"
        case .awaitedJobs:
            return isAgent(id, state) ? "waits for its client" : "waits for a job from a device"
        case .jobsArrived:
            return isAgent(id, state) ? "has a call from its client" : "has a job from a device"
        case .withdrew:
            guard let job else { return "rests: its client got nothing" }
            return "gave \(long(job)) back to its client: it was not inserted"
        case .produced(let device, let cpuTime):
            return "produced \(long(Job(id: state.produced + 1, device: device, cpuTime: cpuTime)))"
        case .inserted(let slot): return inserted(job, slot, state)
        case .removed(let slot): return removed(slot, state)
        case .waited, .blocked, .timedOut, .signalled:
            return meeting(fact, id, state) ?? waiting(fact, id, state)
        case .executionStarted: return "executes \(long(job))"
        case .executionFinished(nil, _): return "had nothing to execute"
        case .executionFinished where isAgent(id, state):
            return "handed \(long(job)) to its client"
        case .executionFinished(_, let cpuTime):
            return "finished \(long(job)): \(cpuTime) s of CPU time"
        case .quantumEnded(let cpuTime):
            return "used up its quantum: \(cpuTime) s of \(long(job))"
        case .putBack(let slot): return "put \(long(job)) back into slot \(slot)"
        case .killed:
            guard let job else { return "was killed; what it held is free" }
            return "was killed: \(long(job)) goes back, to be produced again"
        case .revived: return "is alive again, and begins anew"
        case .slowed(true): return "is slow now: its jobs take \(Rate.slowness) times as long"
        case .slowed(false): return "is as fast as the others again"
        case .indexRead(let slot): return "read its index: slot \(slot)"
        case .indexMoved(let slot): return "moved the index on to slot \(slot)"
        case .jumped(let line): return "goes on at line \(line + 1)"
        case .handedOver, .waitedCondition, .notified: return synchronization(fact, state)
        case .paused, .resumed, .rateChanged, .programChanged, .cancelled:
            return control(fact, state)
        }
    }

    private func isAgent(_ id: ThreadID, _ state: EngineState) -> Bool {
        state[id]?.isAgent ?? false
    }

    private func waiting(_ fact: Event.Fact, _ id: ThreadID, _ state: EngineState) -> String {
        guard case .timedOut(let name) = fact, state[id]?.phase == .ready else {
            return synchronization(fact, state)
        }
        return "does not wait for \(name)\(reason(name, state))"
    }

    private func inserted(_ job: Job?, _ slot: Int, _ state: EngineState) -> String {
        if state.isRendezvous { return "put \(long(job)) on the table" }
        guard let old = state.slots.first(where: { $0.number == slot })?.job else {
            return "inserted \(long(job)) into slot \(slot)"
        }
        return "overwrote \(long(old)) in slot \(slot) with \(long(job))"
    }

    private func removed(_ slot: Int, _ state: EngineState) -> String {
        if let job = state.slots.first(where: { $0.number == slot })?.job {
            guard !state.isRendezvous else { return "took \(long(job)) from the table" }
            return "removed \(long(job)) from slot \(slot)"
        }
        guard state.isComplete, state.programs.misplacesJobs else {
            return "removed a job from slot \(slot)"
        }
        guard let old = state.leftovers.first(where: { $0.number == slot })?.job else {
            return "took nothing: slot \(slot) is empty"
        }
        return "took \(long(old)) again: slot \(slot) is empty"
    }

    private func synchronization(_ fact: Event.Fact, _ state: EngineState) -> String {
        switch fact {
        case .waited(.mutex): "entered the critical section"
        case .waited(let name): "took a unit of \(name): \(state[name].value - 1) left"
        case .blocked(let name): "waits for \(name)\(reason(name, state))"
        case .timedOut(let name): "gave up waiting for \(name)\(reason(name, state))"
        case .signalled(.mutex, nil): "left the critical section"
        case .signalled(.mutex, let other?):
            "left the critical section and let \(state.name(of: other)) in"
        case .signalled(let name, nil): "gave a unit to \(name): \(state[name].value + 1) now"
        case .signalled(let name, let other?):
            "gave a unit of \(name) to \(state.name(of: other)), who waited"
        case .handedOver(let name, let other): handedOver(name, other, state)
        case .waitedCondition(let name, _): "left the critical section and waits for \(name)"
        case .notified(let name, nil): "notified \(name), where nobody waits"
        case .notified(let name, let other?):
            "notified \(name): \(state.name(of: other)) goes on"
        default: ""  // `deed` sends nothing else here.
        }
    }

    private func handedOver(_ name: SemaphoreName, _ id: ThreadID, _ state: EngineState) -> String {
        "a free unit of \(name) went to \(state.name(of: id)), who waited"
    }

    /// Why there is no unit.
    private func reason(_ name: SemaphoreName, _ state: EngineState) -> String {
        switch name {
        // Not "the buffer is full": a slot may be free already, and its unit not yet given back.
        case .empty, .full: return ", which is \(state[name].value)"
        case .mutex:
            guard let owner = state[.mutex].owner else { return "" }
            return ", held by \(state.name(of: owner))"
        }
    }

    private func program(_ index: Int, _ state: EngineState) -> String {
        state.library.indices.contains(index) ? state.library[index].name : "unknown"
    }

    // MARK: - What the keyboard did

    private func control(_ fact: Event.Fact, _ state: EngineState) -> String {
        switch fact {
        case .paused: "paused"
        case .resumed: "resumed"
        case .rateChanged(let rate): "rate \(rate)"
        case .programChanged(let index, _):
            "the threads execute another program: \(program(index, state))"
        case .cancelled: "stopping: no more jobs are accepted"
        case .handedOver(let name, let id): handedOver(name, id, state)
        default: ""  // Threads do everything else.
        }
    }
}

extension EngineState {
    /// A thread that is just joining is not in the state yet.
    fileprivate func name(of id: ThreadID, joining fact: Event.Fact) -> String {
        guard case .threadJoined(let role, let ordinal, let isAgent) = fact else {
            return name(of: id)
        }
        return ThreadActivity(id: id, role: role, ordinal: ordinal, isAgent: isAgent).name
    }
}

extension Event.Fact {
    /// Whether it happens all the time while all is well, and is worth a line only to who steps.
    package var isRoutine: Bool {
        switch self {
        case .waited, .signalled(_, handedTo: nil), .jumped, .jobsArrived, .awaitedJobs,
            .indexRead, .indexMoved:
            true
        case .threadJoined, .threadEnded, .produced, .inserted, .removed, .executionStarted,
            .executionFinished, .blocked, .timedOut, .withdrew, .signalled, .handedOver,
            .waitedCondition, .quantumEnded, .putBack, .killed, .revived, .slowed,
            .notified, .paused, .resumed, .rateChanged, .programChanged, .cancelled:
            false
        }
    }
}
