/// Explains a deadlock or a lost wake-up: who holds what, who waits, and why no help comes.
struct StandstillExplainer {
    private let state: EngineState
    private let remedies: Remedies
    private let possibilities: Possibilities

    init(_ state: EngineState, _ remedies: Remedies) {
        self.state = state
        self.remedies = remedies
        possibilities = Possibilities(state)
    }

    /// Threads that wait, or will, at the same line.
    private struct Group {
        let threads: [ThreadActivity]
        let place: WaitingPlace
        let line: Int
        /// Whether they wait already; if not, they will when they get there.
        let isThere: Bool

        var names: [String] { threads.map(\.name) }
        var wait: String {
            isThere ? "wait\(threads.count == 1 ? "s" : "")" : "will wait"
        }
    }

    func explain(_ fault: Fault) -> Explanation {
        guard let first = victims(of: fault) else {
            return Explanation(title: fault.kind.title, sentence: "", advice: "", drawing: [])
        }
        return Explanation(
            title: fault.kind.title,
            sentence: fault.kind == .lostWakeUp ? lostWakeUp(first) : deadlock(first),
            advice: advice(for: fault.kind),
            drawing: drawing(first)
        )
    }

    /// What "why?" answers for one thread that waits for ever.
    func sentence(for id: ThreadID) -> String? {
        guard let thread = state[id], possibilities.isStuck(thread) else { return nil }
        let group = group(of: [thread], at: thread.line, isThere: true)
        return group.map(deadlock)
    }

    // MARK: - Sentences

    private func deadlock(_ group: Group) -> String {
        let holds = holding(group)
        let start =
            "\(Words.list(group.names)) \(holds.isEmpty ? "" : "\(holds) and ")\(group.wait) for "
            + "\(group.place.name) at line \(group.line + 1)"
        guard group.place == .semaphore(.mutex), let owner = owner else {
            return "\(start). \(help(for: group))"
        }
        if group.threads.contains(where: { $0.id == owner.id }) {
            return "\(start): it waits for itself."
        }
        return "\(start). \(hold(of: owner))"
    }

    /// Who has the mutex, and why it will not give it back.
    private func hold(of owner: ThreadActivity) -> String {
        guard owner.phase != .ended else { return "\(owner.name) has it, and has ended." }
        let entry = heldSince(owner).map { " (line \($0 + 1))" } ?? ""
        guard let line = possibilities.obstacle(of: owner),
            let group = group(of: [owner], at: line, isThere: owner.line == line)
        else { return "\(owner.name) holds it\(entry) and never signals it." }
        return "\(owner.name) holds it\(entry) and \(group.wait) for \(group.place.name) "
            + "(line \(line + 1))."
    }

    private var owner: ThreadActivity? { state[.mutex].owner.flatMap { state[$0] } }

    private func holding(_ group: Group) -> String {
        guard let thread = group.threads.first, group.threads.count == 1,
            let line = heldSince(thread)
        else { return "" }
        return "holds mutex (line \(line + 1))"
    }

    /// Who could end the waiting, and why they do not.
    private func help(for group: Group) -> String {
        let givers = state.programs.givers(to: group.place)
        let verb = group.place.verb
        guard !givers.isEmpty else { return nobodyGives(group.place) }
        let who =
            givers.count == 1
            ? "Only a \(givers[0]) \(verb)s \(group.place.name)"
            : "Producers and consumers \(verb) \(group.place.name)"
        let helpers = helpers(for: group)
        guard !helpers.isEmpty else { return "\(who), and none is left that can." }
        let first = obstacle(helpers[0])
        guard helpers.count > 1 else { return "\(who), and \(first)." }
        let second = helpers[1]
        guard second.line == helpers[0].line, second.place == helpers[0].place else {
            return "\(who), and \(first); \(obstacle(second))."
        }
        return "\(who), and \(first); so will \(Words.list(second.names))."
    }

    private func obstacle(_ helper: Group) -> String {
        let who = "\(Words.list(helper.names)) \(helper.wait) for \(helper.place.name)"
        let line = "\(who) (line \(helper.line + 1))"
        guard helper.place == .semaphore(.mutex), let owner = state[.mutex].owner,
            !helper.threads.contains(where: { $0.id == owner })
        else { return line }
        return "\(line), held by \(state.name(of: owner))"
    }

    private func nobodyGives(_ place: WaitingPlace) -> String {
        switch place {
        case .semaphore(.empty): "The consumer never signals empty, so no slot comes back."
        case .semaphore(.full): "The producer never signals full, so no job is ever announced."
        case .semaphore(.mutex): "No line signals mutex."
        case .condition(let name): "No line notifies \(name)."
        }
    }

    private func lostWakeUp(_ group: Group) -> String {
        let start =
            "\(Words.list(group.names)) \(group.wait) for \(group.place.name) at line "
            + "\(group.line + 1) although \(wish(of: group))"
        if state.programs.givers(to: group.place).isEmpty {
            return "\(start): no line of any program notifies it."
        }
        let too = others(besides: group)
        guard !too.isEmpty else { return "\(start), and nobody is left to notify it." }
        guard let shared = remedies.sharedCondition(), group.place == .condition(shared) else {
            return "\(start). \(too)."
        }
        return "\(start): both sides wait for it, and a notify woke the wrong one. \(too)."
    }

    /// "P1 waits there too, and P2 will".
    private func others(besides group: Group) -> String {
        let helpers = helpers(for: group).filter { $0.place == group.place }
        let there = helpers.filter(\.isThere).flatMap(\.names)
        let coming = helpers.filter { !$0.isThere }.flatMap(\.names)
        if there.isEmpty && coming.isEmpty { return "" }
        if there.isEmpty { return "\(Words.list(coming)) will wait there too" }
        let wait = "\(Words.list(there)) wait\(there.count == 1 ? "s" : "") there too"
        return coming.isEmpty ? wait : "\(wait), and \(Words.list(coming)) will"
    }

    private func wish(of group: Group) -> String {
        guard let thread = group.threads.first, let wish = state.wish(of: thread) else {
            return "it could go on"
        }
        switch (wish.test, wish.isTrue) {
        case (.slotFree, true), (.bufferFull, false): return "a slot is free"
        case (.jobThere, true), (.bufferEmpty, false): return "a job is there"
        case (.bufferFull, true), (.slotFree, false): return "the buffer is full"
        case (.bufferEmpty, true), (.jobThere, false): return "the buffer is empty"
        case (.timedOut, _), (.jobDone, _): return "it could go on"
        }
    }

    private func advice(for kind: Fault.Kind) -> String {
        if let order = remedies.orderOfWaits() { return order }
        if let wait = remedies.surplusWait() { return wait }
        if let signal = remedies.missingSignal() { return signal }
        if let notify = remedies.missingNotify() { return notify }
        if remedies.sharedCondition() != nil {
            return "Give each side its own condition, or notify all."
        }
        let loops = Program.Role.allCases.lazy.compactMap { remedies.loopAroundWait(of: $0) }
        return loops.first ?? ""
    }

    // MARK: - Who

    /// The thread that holds the mutex and waits, if there is one: it stops the others. Else those
    /// who wait at the line of the first.
    private func victims(of fault: Fault) -> Group? {
        let stuck = state.threads.filter { possibilities.isStuck($0) }
        let named = stuck.filter { fault.threads.contains($0.id) }
        if fault.kind == .deadlock, let holder = stuck.first(where: { heldSince($0) != nil }) {
            return group(of: [holder], at: holder.line, isThere: true)
        }
        let ordered = named.isEmpty ? stuck : named
        let first = ordered.first { $0.place != .semaphore(.mutex) } ?? ordered.first
        guard let first else { return nil }
        let together = ordered.filter { $0.place == first.place && $0.line == first.line }
        return group(of: together, at: first.line, isThere: true)
    }

    private func group(of threads: [ThreadActivity], at line: Int, isThere: Bool) -> Group? {
        guard let first = threads.first else { return nil }
        let statement = state.programs.program(for: first.role).statements[line]
        guard let place = statement.place else { return nil }
        return Group(threads: threads, place: place, line: line, isThere: isThere)
    }

    /// Where it took the mutex, if it holds it.
    private func heldSince(_ thread: ThreadActivity) -> Int? {
        let text = remedies.text(thread.role)
        guard text.holdsMutex(thread) else { return nil }
        return text.entry(before: thread.line)
    }

    /// Those who could give what the group waits for, by the line that they do not get past.
    private func helpers(for group: Group) -> [Group] {
        var found: [Group] = []
        for thread in state.threads where thread.phase != .ended {
            guard remedies.text(thread.role).gives(to: group.place),
                !group.threads.contains(where: { $0.id == thread.id }),
                let line = possibilities.obstacle(of: thread)
            else { continue }
            let isThere = thread.place != nil && thread.line == line
            let known = found.firstIndex { other in
                other.line == line && other.isThere == isThere
                    && other.threads[0].role == thread.role
            }
            guard let known else {
                found += [self.group(of: [thread], at: line, isThere: isThere)].compactMap { $0 }
                continue
            }
            found[known] = Group(
                threads: found[known].threads + [thread],
                place: found[known].place,
                line: line,
                isThere: isThere
            )
        }
        // Who is stopped by the mutex comes first, because its owner is in the sentence already.
        func order(_ group: Group) -> Int {
            (group.place == .semaphore(.mutex) ? 0 : 2) + (group.isThere ? 0 : 1)
        }
        return (0..<4).flatMap { rank in found.filter { order($0) == rank } }
    }

    // MARK: - Drawing

    /// The group, then its helpers, an arrow each.
    private func drawing(_ group: Group) -> [String] {
        let helpers = helpers(for: group)
        return ([group] + helpers.prefix(5)).map { arrow($0) }
    }

    private func arrow(_ group: Group) -> String {
        let holds = holding(group)
        let parts =
            [Words.list(group.names)] + (holds.isEmpty ? [] : ["holds mutex"])
            + ["\(group.wait) for \(group.place.name)"]
        return parts.joined(separator: " ─ ") + " ─▶ \(target(of: group))"
    }

    private func target(of group: Group) -> String {
        if group.place == .semaphore(.mutex), let owner = state[.mutex].owner {
            return state.name(of: owner)
        }
        let helpers = helpers(for: group).flatMap(\.threads)
        if helpers.isEmpty { return "nobody" }
        return Words.list(helpers.sorted { $0.id < $1.id }.map(\.name))
    }
}

extension WaitingPlace {
    /// What others do so that a waiter goes on.
    var verb: String {
        switch self {
        case .semaphore: "signal"
        case .condition: "notify"
        }
    }
}
