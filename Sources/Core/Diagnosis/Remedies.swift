/// What to change in a program so that it keeps the textbook's rules, read off its text alone.
///
/// Each is a sentence, or `nil` where the text keeps that rule.
struct Remedies {
    private let texts: [ProgramText]

    init(_ programs: ProgramPair) {
        texts = Program.Role.allCases.map { ProgramText(programs.program(for: $0)) }
    }

    func text(_ role: Program.Role) -> ProgramText { texts[Int(role.rawValue)] }

    private func first(_ remedy: (ProgramText) -> String?) -> String? {
        texts.lazy.compactMap(remedy).first
    }

    // MARK: - Semaphores

    /// Whoever waits for a slot or a job must not hold the mutex meanwhile.
    func orderOfWaits() -> String? {
        first { text in
            for name in [SemaphoreName.empty, .full] {
                guard let wait = text.waits(for: name).first(where: { text.isInside[$0] }),
                    let entry = text.entry(before: wait)
                else { continue }
                return entry + 1 == wait
                    ? "Swap lines \(entry + 1) and \(wait + 1) of the \(text.role)."
                    : "Move line \(wait + 1) of the \(text.role) above line \(entry + 1)."
            }
            return nil
        }
    }

    /// Whoever is in the critical section must not wait for the mutex once more.
    func surplusWait() -> String? {
        first { text in
            text.waits(for: .mutex).first { text.isInside[$0] }
                .map { "Drop line \($0 + 1) of the \(text.role)." }
        }
    }

    /// Whoever takes a unit of one semaphore gives one to the other, and the mutex comes back.
    func missingSignal() -> String? {
        first { text in
            let given = text.role.given
            if !text.waits(for: text.role.taken).isEmpty, text.lines(of: .signal(given)).isEmpty {
                return "Add signal(\(given)) after line \(afterUse(text) + 1) of the \(text.role)."
            }
            guard !text.waits(for: .mutex).isEmpty, text.lines(of: .signal(.mutex)).isEmpty,
                let last = text.lines(where: \.movesJob).last
            else { return nil }
            return "Add signal(mutex) after line \(last + 1) of the \(text.role)."
        }
    }

    /// One signal for each wait.
    func surplusSignal() -> String? {
        first { text in
            for (taken, given) in [(text.role.taken, text.role.given), (.mutex, .mutex)] {
                let signals = text.lines(of: .signal(given))
                guard signals.count > text.waits(for: taken).count, let last = signals.last,
                    given != .mutex || !text.isInside[last]
                else { continue }
                return "Drop line \(last + 1) of the \(text.role)."
            }
            return nil
        }
    }

    /// Where a unit is best given back: behind the critical section.
    private func afterUse(_ text: ProgramText) -> Int {
        let use = text.lines(where: \.movesJob).last ?? 0
        return text.lines(of: .signal(.mutex)).first { $0 > use } ?? use
    }

    // MARK: - The mutex

    /// What one thread does in parts, no other may do meanwhile.
    func mutexAroundParts(of role: Program.Role) -> String? {
        guard let parts = unguardedParts(of: role) else { return nil }
        return "Put wait(mutex) before line \(parts.lowerBound + 1) and signal(mutex) after line "
            + "\(parts.upperBound + 1) of the \(role)."
    }

    /// The lines from reading the index to moving it, where no mutex is held.
    func unguardedParts(of role: Program.Role) -> ClosedRange<Int>? {
        let text = text(role)
        let parts = text.lines(where: \.isPart)
        guard let first = parts.first, let last = parts.last,
            !parts.allSatisfy({ text.isInside[$0] })
        else { return nil }
        return first...last
    }

    /// A job's time is not to be spent while others wait for the mutex.
    func executeOutside() -> String? {
        first { text in
            guard let line = text.lines(of: .execute).first(where: { text.isInside[$0] }) else {
                return nil
            }
            let out = text.lines(of: .signal(.mutex)).first { $0 > line }
            return "Move execute (line \(line + 1) of the \(text.role)) below signal(mutex)"
                + (out.map { " (line \($0 + 1))." } ?? ".")
        }
    }

    // MARK: - Conditions

    /// Whoever was notified must look again, because another can have come first.
    func loopAroundWait(of role: Program.Role) -> String? {
        guard let wait = waitWithoutLoop(of: role) else { return nil }
        let text = text(role)
        let test = text.lines { $0.target.map { $0 > wait } ?? false }.last { $0 < wait }
        let entry = text.waits(for: .mutex).first { $0 > wait } ?? wait
        return
            "After line \(entry + 1) of the \(role) test again: go to line \((test ?? wait) + 1)."
    }

    /// A `waitCondition` from which the program goes on to the slots without another test.
    func waitWithoutLoop(of role: Program.Role) -> Int? {
        let text = text(role)
        return text.lines(where: \.isConditionWait).first { wait in
            var line = text.program.line(after: wait)
            for _ in text.statements {
                let statement = text.statements[line]
                if statement.movesJob { return true }
                if case .jumpIf = statement { return false }
                line = statement.target ?? text.program.line(after: line)
            }
            return false
        }
    }

    /// The condition that both roles wait for, so that a notification can reach the wrong one.
    func sharedCondition() -> ConditionName? {
        ConditionName.allCases.first { name in
            texts.allSatisfy { !$0.lines(of: .waitCondition(name)).isEmpty }
        }
    }

    /// Somebody waits for a condition that nobody notifies.
    func missingNotify() -> String? {
        first { text in
            guard case .waitCondition(let name)? = text.statements.first(where: \.isConditionWait),
                !texts.contains(where: { $0.gives(to: .condition(name)) }),
                let other = texts.first(where: { $0.role != text.role }),
                let use = other.lines(where: \.movesJob).last
            else { return nil }
            return "Add notify(\(name)) after line \(use + 1) of the \(other.role)."
        }
    }

    // MARK: - Busy waiting

    /// A queue instead of a loop.
    func waitInsteadOfLoop(of role: Program.Role) -> String? {
        let text = text(role)
        guard let loop = text.pollingLoop else { return nil }
        return "Use wait(\(role.taken)) before line \(loop.lines.lowerBound + 1) of the \(role) "
            + "instead of looking again and again."
    }
}

extension Program.Role {
    var other: Program.Role {
        switch self {
        case .producer: .consumer
        case .consumer: .producer
        }
    }

    /// The semaphore whose units it uses up, in the textbook's solution.
    var taken: SemaphoreName {
        switch self {
        case .producer: .empty
        case .consumer: .full
        }
    }

    /// The semaphore that it gives units to.
    var given: SemaphoreName {
        switch self {
        case .producer: .full
        case .consumer: .empty
        }
    }
}

extension Statement {
    /// Whether it puts a job into the buffer or takes one out, whole or in parts.
    var movesJob: Bool {
        switch self {
        case .insert, .remove, .putBack, .insertPart, .removePart: true
        case .produce, .execute, .executeFor, .wait, .signal, .waitCondition, .notify, .jumpIf,
            .jump:
            false
        }
    }

    var isPart: Bool {
        switch self {
        case .insertPart, .removePart: true
        default: false
        }
    }

    var isConditionWait: Bool {
        guard case .waitCondition = self else { return false }
        return true
    }
}
