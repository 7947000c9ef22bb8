/// Answers "why does this thread not go on?", also when all is well.
struct WhyExplainer {
    private let state: EngineState
    private let now: Microseconds

    init(_ state: EngineState, now: Microseconds) {
        self.state = state
        self.now = now
    }

    func why(_ id: ThreadID) -> String {
        guard let thread = state[id] else { return "\(state.name(of: id)) is not in the picture" }
        switch thread.phase {
        case .ended: return "\(thread.name) has ended"
        case .awaitingJobs where thread.isAgent: return "\(thread.name) rests: it has no client"
        case .awaitingJobs: return "\(thread.name) waits for a job from a device; \(none(thread))"
        case .executing: return "\(thread.name) \(execution(of: thread))"
        case .ready: return ready(thread)
        case .blocked(let place): return blocked(thread, place)
        }
    }

    // MARK: - Who does not wait

    private func ready(_ thread: ThreadActivity) -> String {
        let line = "line \(thread.line + 1), \(state.programs.statement(of: thread)), is next"
        guard state.isPaused else { return "\(thread.name) can go on: \(line)" }
        return "\(thread.name) can go on when the engine does: \(line)"
    }

    private func none(_ thread: ThreadActivity) -> String {
        let waited = now - thread.since
        guard waited >= .seconds(1) else {
            return state.produced > 0 ? "no other has come" : "none has come yet"
        }
        return "none has come for \(Words.wholeSeconds(waited))"
    }

    /// "is executing job 17 for another 2.1 s"; a time is promised only while time runs.
    private func execution(of thread: ThreadActivity) -> String {
        let job = thread.job.map { "job \($0.id)" } ?? "a job"
        guard case .executing(let done, let at) = thread.phase, let cpuTime = thread.job?.cpuTime
        else { return "is about to execute \(job)" }
        if state.isPaused { return "is executing \(job), which stands still while paused" }
        if state.rate.isMaximum { return "is executing \(job), which takes no time now" }
        let left = state.rate.time(for: cpuTime - done) - (now - at)
        guard left > .zero else { return "is about to finish \(job)" }
        return "is executing \(job) for another \(Words.seconds(left))"
    }

    // MARK: - Who waits

    private func blocked(_ thread: ThreadActivity, _ place: WaitingPlace) -> String {
        let start = "\(thread.name) waits for \(place.name)"
        if state.canBeJudged,
            let stuck = StandstillExplainer(state, Remedies(state.programs)).sentence(
                for: thread.id
            )
        {
            return "\(dropFullStop(stuck)): it waits for ever"
        }
        let limit = state.programs.statement(of: thread).hasTimeOut ? "; it gives up in time" : ""
        switch place {
        case .semaphore(.mutex): return start + mutex(thread) + limit
        case .semaphore(let name) where state[name].value > 0:
            return "\(start): a unit has just been given, and \(thread.name) is on its way\(limit)"
        case .semaphore, .condition: return "\(start): \(reason(thread, place))\(limit)"
        }
    }

    private func dropFullStop(_ sentence: String) -> String {
        sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
    }

    private func mutex(_ thread: ThreadActivity) -> String {
        guard let owner = state[.mutex].owner.flatMap({ state[$0] }) else {
            return ": it has just been given back, and \(thread.name) is on its way"
        }
        let entry = text(of: owner).entry(before: owner.line).map { " (line \($0 + 1))" } ?? ""
        return ": \(owner.name) holds it\(entry) and \(doing(owner))"
    }

    /// Why there is no unit or no notification, and who will bring one.
    private func reason(_ thread: ThreadActivity, _ place: WaitingPlace) -> String {
        let picture = picture(thread, place)
        guard let helper = helper(for: thread, at: place) else {
            return "\(picture), and nobody is here who changes that"
        }
        if let promise = promise(of: helper, place) { return promise }
        let (doing, future) = (doing(helper), future(helper, place))
        let comma = doing.contains(",") && !future.isEmpty ? "," : ""
        return "\(picture); \(helper.name) \(doing)\(comma)\(future)"
    }

    /// Whether as many threads of this role as there are slots have their unit, and not used it yet.
    private func isPromised(_ role: Program.Role, _ slots: Int) -> Bool {
        let holders = state.threads.count { thread in
            thread.role == role && thread.holdsUnit && !hasMovedJob(thread)
        }
        return !state.programs.countsSlots || holders >= slots
    }

    private func picture(_ thread: ThreadActivity, _ place: WaitingPlace) -> String {
        if state.isRendezvous, let picture = pictureOfMeeting(thread, place) { return picture }
        let isFull = state.occupied >= state.capacity
        let isEmpty = state.occupied <= 0
        switch place {
        case .semaphore(.empty), .condition(.notFull):
            if isFull { return "the buffer is full" }
            return isPromised(.producer, state.capacity - state.occupied)
                ? "every free slot is promised to another"
                : "a slot is free, and not yet given back"
        case .semaphore(.full), .condition(.notEmpty):
            if isEmpty { return "the buffer is empty" }
            return isPromised(.consumer, state.occupied)
                ? "every job there is promised to another" : "a job is there, and not yet announced"
        case .condition(.changed):
            if thread.role == .producer, isFull { return "the buffer is full" }
            if thread.role == .consumer, isEmpty { return "the buffer is empty" }
            return "nobody has told it that it could go on"
        case .semaphore(.mutex): return ""  // `mutex` says more.
        }
    }

    private func pictureOfMeeting(_ thread: ThreadActivity, _ place: WaitingPlace) -> String? {
        switch place {
        case .semaphore(.empty):
            state.receivers.isEmpty
                ? "no receiver is ready" : "every receiver that is ready has a sender"
        case .semaphore(.full):
            state.isCommitted(thread) ? "a sender is on its way to it" : "no sender has come"
        case .semaphore(.mutex), .condition: nil
        }
    }

    /// What a thread does now.
    private func doing(_ thread: ThreadActivity) -> String {
        switch thread.phase {
        case .executing: execution(of: thread)
        case .ready: "is at line \(thread.line + 1), \(state.programs.statement(of: thread))"
        case .awaitingJobs: "waits for a job from a device"
        case .blocked(let place): "waits for \(place.name)"
        case .ended: "has ended"
        }
    }

    /// What is better said of a consumer that gives its slot back only after it has executed.
    private func promise(of helper: ThreadActivity, _ place: WaitingPlace) -> String? {
        guard case .semaphore(let name) = place, hasMovedJob(helper), let job = helper.job,
            state.programs.statement(of: helper).isExecution,
            let signal = text(of: helper).next(after: helper.line, where: { $0.gives(to: place) })
        else { return nil }
        return "\(helper.name) has taken a job out and will signal \(name) at line "
            + "\(signal.line + 1), after executing job \(job.id)"
    }

    /// What the helper will do for the waiter once it gets there.
    private func future(_ helper: ThreadActivity, _ place: WaitingPlace) -> String {
        if state.programs.statement(of: helper).gives(to: place) { return "" }
        if state.isRendezvous, helper.role == .consumer { return " and will then be ready" }
        let hasMoved = hasMovedJob(helper)
        switch helper.role {
        case .consumer where place != .semaphore(.full) && place != .condition(.notEmpty):
            return hasMoved ? " and will then give one back" : " and will then remove one"
        case .producer where place != .semaphore(.empty) && place != .condition(.notFull):
            return hasMoved ? " and will then announce it" : " and will then insert one"
        case .consumer, .producer: return ""
        }
    }

    /// Whether it has moved its job and only the signal is to come.
    private func hasMovedJob(_ thread: ThreadActivity) -> Bool {
        guard thread.holdsUnit else { return false }
        return thread.role == .producer ? thread.job == nil : thread.job != nil
    }

    // MARK: - Who helps

    /// Whoever will give there first, as far as that can be foretold: who has a unit in hand, the
    /// nearest to its signal first, but whom the mutex keeps out later; then who is on the way, then
    /// whose job ends soonest, then who waits for the mutex, for the network, for something else.
    private func helper(for thread: ThreadActivity, at place: WaitingPlace) -> ThreadActivity? {
        state.threads
            .filter { other in
                other.id != thread.id && other.phase != .ended && !other.isResting
                    && isOfUse(other, thread, place)
            }
            .min { order($0, place) < order($1, place) }
    }

    private func isOfUse(
        _ other: ThreadActivity,
        _ thread: ThreadActivity,
        _ place: WaitingPlace
    ) -> Bool {
        if case .condition = place { return other.role != thread.role }
        return state.programs.program(for: other.role).statements.contains { $0.gives(to: place) }
    }

    private func order(
        _ thread: ThreadActivity,
        _ place: WaitingPlace
    ) -> (Int, Int, Microseconds) {
        let signal = text(of: thread).next(after: thread.line) { $0.gives(to: place) }
        let isThere = state.programs.statement(of: thread).gives(to: place)
        let steps = thread.holdsUnit && !isThere ? signal?.steps ?? 0 : 0
        switch thread.phase {
        case .ready where thread.holdsUnit: return (isKeptOut(thread) ? 1 : 0, steps, .zero)
        case .ready: return (2, 0, .zero)
        case .blocked(.semaphore(.mutex)): return (thread.holdsUnit ? 1 : 4, steps, .zero)
        case .executing(let done, _):
            let left = (thread.job?.cpuTime ?? .zero) - done
            return (thread.holdsUnit ? 1 : 3, steps, left)
        case .awaitingJobs: return (5, 0, .zero)
        case .blocked: return (6, 0, .zero)
        case .ended: return (7, 0, .zero)
        }
    }

    /// Whether its next statement is to wait for the mutex, and another is inside.
    private func isKeptOut(_ thread: ThreadActivity) -> Bool {
        guard case .wait(.mutex, _) = state.programs.statement(of: thread) else { return false }
        return state[.mutex].owner != nil
    }

    private func text(of thread: ThreadActivity) -> ProgramText {
        ProgramText(state.programs.program(for: thread.role))
    }
}
