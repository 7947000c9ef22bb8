/// A question about the next event, asked before it happens.
///
/// It is made from the state alone: what comes is foreseen, what that changes is for the fold to say.
/// The engine must be paused, and nothing may move before the thread is stepped.
package struct Prediction: Equatable, Sendable {
    /// Who is to be stepped.
    package let thread: ThreadID
    package let question: String
    /// Two to six.
    package let choices: [String]
    /// The place of the right one.
    package let right: Int
    /// What happens, as a sentence without a full stop.
    package let reason: String

    /// Makes a question.
    ///
    /// - Parameters:
    ///   - state: The engine now; paused, all threads in it.
    ///   - thread: Whose step it is about; `nil` lets `random` choose among those that can move.
    ///   - takesOldest: Whether the next job to be removed is the oldest, so that it can be foreseen.
    ///   - sentences: For the reason.
    ///   - random: Decides what is asked, and in which order the choices are.
    /// - Returns: `nil` where nothing that can be foreseen happens next: all wait for jobs, or the
    ///   next thing is that somebody takes one.
    package static func make(
        _ state: EngineState,
        of thread: ThreadID? = nil,
        takesOldest: Bool,
        sentences: Sentences,
        random: inout some RandomNumberGenerator
    ) -> Prediction? {
        guard state.isPaused, !state.isCancelled else { return nil }
        let movers = state.threads.filter { activity in
            !activity.isAgent && (thread == nil || activity.id == thread)
                && state.foresee(activity.id) != nil
        }
        // Of some threads nothing can be asked; then another is.
        for mover in movers.shuffled(using: &random) {
            guard let fact = state.foresee(mover.id) else { continue }
            let maker = PredictionMaker(
                state: state,
                mover: mover,
                event: Event(fact, by: mover.id, at: state.time),
                takesOldest: takesOldest
            )
            let drafts = maker.drafts(asksWho: thread == nil)
            guard let draft = drafts.randomElement(using: &random) else { continue }
            return make(draft, maker, sentences, &random)
        }
        return nil
    }

    private static func make(
        _ draft: PredictionMaker.Draft,
        _ maker: PredictionMaker,
        _ sentences: Sentences,
        _ random: inout some RandomNumberGenerator
    ) -> Prediction {
        let others = Array(draft.wrong.shuffled(using: &random).prefix(mostChoices - 1))
        let choices =
            draft.isOrdered
            ? (others + [draft.right]).sorted() : (others + [draft.right]).shuffled(using: &random)
        return Prediction(
            thread: maker.mover.id,
            question: draft.question,
            choices: choices,
            right: choices.firstIndex(of: draft.right) ?? 0,
            reason: sentences.sentence(for: maker.event, before: maker.state)
        )
    }

    private static let mostChoices = 4
}

/// What can be asked about one step.
struct PredictionMaker {
    let state: EngineState
    let mover: ThreadActivity
    let event: Event
    let takesOldest: Bool

    struct Draft {
        let question: String
        let right: String
        /// At least one, all different from the right one.
        let wrong: [String]
        /// Numbers stand in their order.
        var isOrdered = false
    }

    /// Every question that fits; with `asksWho` also who moves, which one about a given thread gives away.
    func drafts(asksWho: Bool) -> [Draft] {
        var drafts = [whoMoves(asksWho), number(), fate(), receiver(), takenJob(), line()]
            .compactMap { $0 }
        drafts.removeAll { $0.wrong.isEmpty || $0.wrong.contains($0.right) }
        return drafts
    }

    private var after: EngineState {
        var after = state
        after.apply(event)
        return after
    }

    private var statement: Statement { state.programs.statement(of: mover) }

    private var start: String {
        "\(mover.name) is at line \(mover.line + 1), \(statement)."
    }

    // MARK: - The questions

    /// Who can move, where others cannot.
    private func whoMoves(_ asksWho: Bool) -> Draft? {
        guard asksWho else { return nil }
        let stuck = state.threads.filter { thread in
            guard !thread.isAgent else { return false }
            switch thread.phase {
            case .blocked: return state.foresee(thread.id) == nil
            // A job may be on its way to one that has none.
            case .ready, .executing, .awaitingJobs, .ended: return false
            }
        }
        return Draft(
            question: "Which of these threads can move?",
            right: mover.name,
            wrong: stuck.map(\.name)
        )
    }

    /// What a semaphore will be.
    private func number() -> Draft? {
        let name: SemaphoreName
        switch statement {
        case .wait(let semaphore, _), .signal(let semaphore): name = semaphore
        case .insert: name = .full
        case .remove: name = .empty
        default: return nil
        }
        let (now, then) = (state[name].value, after[name].value)
        let others = Set([now - 1, now, now + 1, then + 1]).subtracting([then])
            .filter { $0 >= 0 && $0 < 1000 }
        return Draft(
            question: "\(start) \(name) is \(now). What will \(name) be after this step?",
            right: "\(then)",
            wrong: others.sorted().map { "\($0)" },
            isOrdered: true
        )
    }

    /// Whether it goes on or waits.
    private func fate() -> Draft? {
        guard case .wait(let name, let limit) = statement, mover.phase == .ready else { return nil }
        let (goesOn, waits) = ("it goes on", "it waits for \(name)")
        let givesUp = "it gives up"
        let right: String
        switch event.fact {
        case .waited: right = goesOn
        case .blocked: right = waits
        case .timedOut: right = givesUp
        default: return nil
        }
        let all = limit == nil ? [goesOn, waits] : [goesOn, waits, givesUp]
        return Draft(
            question: "\(start) What happens to \(mover.name)?",
            right: right,
            wrong: all.filter { $0 != right }
        )
    }

    /// Who gets the unit or the notification.
    private func receiver() -> Draft? {
        let place: WaitingPlace
        let waiters: [ThreadID]
        let other: ThreadID?
        switch event.fact {
        case .signalled(let name, let thread):
            (place, waiters, other) = (.semaphore(name), state[name].waiters, thread)
        case .notified(let name, let thread):
            (place, waiters, other) = (.condition(name), state[name].waiters, thread)
        default: return nil
        }
        let names = waiters.map(state.name(of:))
        let nobody = "nobody"
        let right = other.map(state.name(of:)) ?? nobody
        let bystanders = state.threads.filter { $0.id != mover.id && !$0.isAgent }.map(\.name)
        let wrong = Set(names + bystanders.prefix(2) + [nobody]).subtracting([right])
        return Draft(
            question: "\(start) Who goes on because of it, having waited for \(place.name)?",
            right: right,
            wrong: wrong.sorted()
        )
    }

    /// Which job is removed.
    private func takenJob() -> Draft? {
        guard takesOldest, statement == .remove, case .removed(let slot) = event.fact,
            let job = state.slots.first(where: { $0.number == slot })?.job, state.slots.count > 1
        else { return nil }
        let others = state.slots.map(\.job.id).filter { $0 != job.id }
        return Draft(
            question: "\(start) Which job does it take?",
            right: "job \(job.id)",
            wrong: others.prefix(3).map { "job \($0)" },
            isOrdered: true
        )
    }

    /// Where a test leads.
    private func line() -> Draft? {
        guard case .jumpIf(_, let target) = statement, case .jumped(let to) = event.fact else {
            return nil
        }
        let next = mover.line + 1
        let wrong = to == target ? next : target
        return Draft(
            question: "\(start) At which line does it go on?",
            right: "line \(to + 1)",
            wrong: ["line \(wrong + 1)"],
            isOrdered: true
        )
    }
}
