/// Explains what is not a standstill: jobs, units, the critical section, and waste.
struct FaultExplainer {
    private let fault: Fault
    private let state: EngineState
    private let remedies: Remedies

    init(_ fault: Fault, _ state: EngineState, _ remedies: Remedies) {
        self.fault = fault
        self.state = state
        self.remedies = remedies
    }

    var explanation: Explanation {
        let (sentence, advice) = words
        return Explanation(
            title: fault.kind.title,
            sentence: sentence,
            advice: advice ?? "",
            drawing: drawing
        )
    }

    private var words: (sentence: String, advice: String?) {
        switch fault.kind {
        case .jobLost: (jobLost, causeOfMisplacing(.producer).advice)
        case .jobDoubled: (jobDoubled, causeOfMisplacing(.consumer).advice)
        case .twoInCriticalSection: crowd
        case .unitLost: unitLost
        case .unitTooMany: unitTooMany
        case .sleepInCriticalSection: (sleeper, remedies.executeOutside())
        case .starvation: starvation
        case .busyWaiting: busyWaiting
        case .convoy: convoy
        case .deadlock, .lostWakeUp: ("", nil)  // `StandstillExplainer` has these.
        }
    }

    private var names: [String] { fault.threads.map { state.name(of: $0) } }
    private var who: String { fault.threads.isEmpty ? "A thread" : Words.list(names) }

    // MARK: - Jobs

    private var jobLost: String {
        let cause = causeOfMisplacing(.producer).cause
        guard let slot = fault.slot, let job = fault.job else {
            return "\(Words.count(fault.count, "job")) overwritten before anybody took "
                + "\(fault.count == 1 ? "it" : "them").\(cause)"
        }
        return "\(who) put a job into slot \(slot), where job \(job) still lay: job \(job) is lost."
            + cause
    }

    private var jobDoubled: String {
        let cause = causeOfMisplacing(.consumer).cause
        guard let slot = fault.slot else {
            return "\(Words.count(fault.count, "time")) a slot was emptied that held no job."
                + cause
        }
        guard let job = fault.job else {
            return "\(who) took from slot \(slot), which held no job.\(cause)"
        }
        return "\(who) took job \(job) from slot \(slot), from which it had been taken already."
            + cause
    }

    /// Why a job was misplaced: what the text of that role lacks, or that of the other.
    private func causeOfMisplacing(_ role: Program.Role) -> (cause: String, advice: String?) {
        let culprit = state.threads.count { $0.role == role } > 1 ? role : role.other
        if let parts = remedies.unguardedParts(of: culprit) {
            let cause =
                " No mutex keeps a second \(culprit) out between reading the index and moving it "
                + "(\(Words.lines(parts)))."
            return (cause, remedies.mutexAroundParts(of: culprit))
        }
        if let surplus = remedies.surplusSignal() {
            return (" One signal too many had promised what was not there.", surplus)
        }
        for role in [role, role.other] {
            guard let wait = remedies.waitWithoutLoop(of: role) else { continue }
            let cause =
                " After its wait at line \(wait + 1) a \(role) does not look again, "
                + "and another came first."
            return (cause, remedies.loopAroundWait(of: role))
        }
        return ("", remedies.missingSignal())
    }

    // MARK: - Critical section

    private var crowd: (String, String?) {
        guard let first = fault.threads.first.flatMap({ state[$0] }) else { return ("", nil) }
        guard let parts = remedies.unguardedParts(of: first.role) else {
            let places = fault.threads.prefix(3).compactMap { state[$0] }
                .map { "\($0.name) (line \($0.line + 1))" }
            let all = places + Array(names.dropFirst(3))
            return (
                "\(Words.list(all)) are in the critical section together: mutex was signalled "
                    + "more often than it was waited for.",
                remedies.surplusSignal()
            )
        }
        let index = first.role == .producer ? "in" : "out"
        let slots = Set(fault.threads.map { state[$0]?.slot })
        let slot = slots.count == 1 ? slots.first.flatMap { $0 } : nil
        let same = slot.map { ", and have read the same slot \($0)" } ?? ""
        let together = names.count == 2 ? "both" : "all"
        return (
            "\(Words.list(names)) are \(together) within \(Words.lines(parts)), where `\(index)` is "
                + "read and moved on\(same). No mutex keeps one of them out.",
            remedies.mutexAroundParts(of: first.role)
        )
    }

    private var sleeper: String {
        guard let thread = fault.threads.first.flatMap({ state[$0] }) else { return "" }
        let job = thread.job.map { "job \($0.id)" } ?? "its job"
        let entry = remedies.text(thread.role).entry(before: thread.line)
        let line = entry.map { " (line \($0 + 1))" } ?? ""
        let waiters = state[.mutex].waiters.map { state.name(of: $0) }
        let wait = waiters.count == 1 ? "waits" : "wait"
        return "\(thread.name) executes \(job) (line \(thread.line + 1)) while it holds "
            + "mutex\(line), and \(Words.list(waiters)) \(wait) for mutex all that time."
    }

    // MARK: - Units

    private var sum: String {
        let (empty, full, inHand) = (
            state[.empty].value, state[.full].value, state.unitsInHand
        )
        return "empty \(empty) + full \(full) + in hand \(inHand) is \(empty + full + inHand), "
            + "not \(state.capacity)"
    }

    private var unitLost: (String, String?) {
        for role in Program.Role.allCases {
            let text = remedies.text(role)
            let waits = text.waits(for: role.taken)
            guard !waits.isEmpty, text.lines(of: .signal(role.given)).isEmpty else { continue }
            let sentence =
                "\(sum): a \(role) takes a unit of \(role.taken) (\(Words.lines(waits))) and never "
                + "gives one to \(role.given)."
            return (sentence, remedies.missingSignal())
        }
        return ("\(sum): a unit was taken and not given back.", remedies.missingSignal())
    }

    private var unitTooMany: (String, String?) {
        for role in Program.Role.allCases {
            let text = remedies.text(role)
            let signals = text.lines(of: .signal(role.given))
            let waits = text.waits(for: role.taken)
            guard signals.count > waits.count else { continue }
            let sentence =
                "\(sum): for \(Words.count(waits.count, "unit")) of \(role.taken) a \(role) gives "
                + "\(signals.count) to \(role.given) (\(Words.lines(signals)))."
            return (sentence, remedies.surplusSignal())
        }
        return ("\(sum): a unit was given that nobody had taken.", remedies.surplusSignal())
    }

    // MARK: - Waste

    private var busyWaiting: (String, String?) {
        guard let first = fault.threads.first.flatMap({ state[$0] }) else { return ("", nil) }
        let look = question(of: first.role)
        let they = fault.threads.count == 1 ? "it uses" : "they use"
        return (
            "\(who) looked \(Words.count(fault.count, "time")) in a row\(look) instead of waiting, "
                + "and \(they) the processor for nothing.",
            remedies.waitInsteadOfLoop(of: first.role)
        )
    }

    private var starvation: (String, String?) {
        guard let first = fault.threads.first.flatMap({ state[$0] }) else { return ("", nil) }
        if let semaphore = fault.semaphore {
            return (
                "\(who) waits for \(semaphore) at line \(first.line + 1), and "
                    + "\(Words.count(fault.count, "time")) another took the unit first.",
                "Let units go to the longest waiter (--service strict)."
            )
        }
        return (
            "\(who) looks again and again\(question(of: first.role)), and "
                + "\(Words.count(fault.count, "time")) another \(first.role) came first: who only "
                + "looks has no place in a queue.",
            remedies.waitInsteadOfLoop(of: first.role)
        )
    }

    /// " at line 3 whether a slot is free", from the loop's text.
    private func question(of role: Program.Role) -> String {
        let text = remedies.text(role)
        guard let loop = text.pollingLoop, case .jumpIf(let test, _) = text.statements[loop.test]
        else { return "" }
        let question =
            switch test {
            case .bufferFull, .slotFree: "whether a slot is free"
            case .bufferEmpty, .jobThere: "whether a job is there"
            case .timedOut: "whether it may go on"
            case .jobDone: "whether its job is done"
            }
        return " at line \(loop.test + 1) \(question)"
    }

    private var convoy: (String, String?) {
        let name = fault.semaphore.map { "\($0)" } ?? "a semaphore"
        let wait = fault.threads.count == 1 ? "waits" : "wait"
        return (
            "\(Words.count(fault.count, "time")) in a row a unit of \(name) was handed to the "
                + "longest waiter, and \(who) still \(wait): everybody goes at the pace of waking up.",
            "Let who runs take a free unit (--service fair)."
        )
    }

    // MARK: - Drawing

    private var drawing: [String] {
        guard fault.kind == .sleepInCriticalSection, let owner = fault.threads.first else {
            return []
        }
        let waiters = state[.mutex].waiters.map { state.name(of: $0) }
        return [
            "\(Words.list(waiters)) ─ \(waiters.count == 1 ? "waits" : "wait") for mutex ─▶ "
                + state.name(of: owner),
            "\(state.name(of: owner)) ─ holds mutex ─ executes its job",
        ]
    }
}
