/// Follows the events and says what goes wrong, when it begins to.
///
/// Most events cost a comparison or two: each fault is looked for only where its kind can begin
/// or end, and a deadlock only when a thread has just begun to wait.
package struct FaultWatch: Sendable {
    /// What is wrong now, the most serious first.
    ///
    /// Jobs that were lost or taken again stay until the threads execute another program.
    package private(set) var present: [Fault] = []
    private var texts: [ProgramText] = []
    private var programs: ProgramPair?
    private var loops = LoopWatch()
    private var convoys: ConvoyWatch
    private var misplaced = Misplaced.none
    /// What was found last, because two kinds ask for it.
    private var lastStandstill: (number: UInt64, fault: Fault?)?
    /// What only events can show, as those since the last gap have shown it.
    private var shown: [Fault] = []
    /// What the events before the last gap had shown. No event has refuted it yet; those of the gap
    /// nobody knows.
    private var carried: [Fault] = []
    /// When each kind was last present, by its raw value.
    private var lastSeen: [UInt64?] = FaultWatch.nothingSeen

    private static let nothingSeen = [UInt64?](repeating: nil, count: Fault.Kind.allCases.count)

    /// A fault that comes back after no more events than this is the same one, coming and going.
    package static let sameFault: UInt64 = 1000

    /// Strict service, which the user chose, is what makes convoys; that of a pause is none.
    package init(isStrict: Bool) {
        convoys = ConvoyWatch(isOn: isStrict)
    }

    /// Takes note of one event.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - before: The state that it happened in.
    ///   - after: The state that it led to.
    /// - Returns: The faults that begin with it. One that persists, or comes and goes all the time,
    ///   is reported once.
    package mutating func note(
        _ event: Event,
        before: EngineState,
        after: EngineState
    ) -> [Fault] {
        let fact = event.fact
        if case .programChanged = fact {
            forget(after)
            return []
        }
        load(after)
        var new: [Fault] = []
        for kind in kindsRefuted(by: event, after) {
            update(kind, to: fault(kind, in: after), after, &new)
        }
        for kind in kinds(toCheckAfter: fact, event.thread, before, after) {
            update(kind, to: fault(kind, event, before, after), after, &new)
        }
        return new
    }

    /// Looks at a state that follows a gap in the events, or is the first.
    ///
    /// What only events can show stays present if those since the last gap have shown it: an engine
    /// that is faster than its observer makes a gap before every look.
    ///
    /// - Parameter state: The state after the gap.
    /// - Returns: The faults that are new since the last event or state.
    package mutating func see(_ state: EngineState) -> [Fault] {
        if programs != nil, programs != state.programs { forget(state) }
        load(state)
        loops = LoopWatch()
        convoys.reset()
        carried = shown
        shown = []
        // It was new when the events showed it.
        for fault in carried { lastSeen[Int(fault.kind.rawValue)] = state.number }
        var new: [Fault] = []
        for kind in Fault.Kind.allCases {
            update(kind, to: fault(kind, in: state), state, &new)
        }
        return new
    }

    // MARK: - What is present

    private mutating func update(
        _ kind: Fault.Kind,
        to fault: Fault?,
        _ state: EngineState,
        _ new: inout [Fault]
    ) {
        let place = present.firstIndex { $0.kind.rawValue >= kind.rawValue } ?? present.count
        let isThere = place < present.count && present[place].kind == kind
        let seen = lastSeen[Int(kind.rawValue)]
        if isThere || fault != nil { lastSeen[Int(kind.rawValue)] = state.number }
        guard let fault else {
            if isThere { present.remove(at: place) }
            return
        }
        if isThere {
            let since = present[place].number
            present[place] = fault
            present[place].number = since
            return
        }
        present.insert(fault, at: place)
        if let seen, state.number <= seen + FaultWatch.sameFault { return }
        new.append(fault)
    }

    /// Everybody begins anew, so nothing that was counted counts any more.
    private mutating func forget(_ state: EngineState) {
        present = []
        lastSeen = FaultWatch.nothingSeen
        loops = LoopWatch()
        convoys.reset()
        misplaced = Misplaced(in: state)
        lastStandstill = nil
        shown = []
        carried = []
        programs = nil
        load(state)
    }

    private mutating func load(_ state: EngineState) {
        guard programs == nil else { return }
        programs = state.programs
        texts = Program.Role.allCases.map { ProgramText(state.programs.program(for: $0)) }
    }

    private func isPresent(_ kind: Fault.Kind) -> Bool {
        present.contains { $0.kind == kind }
    }

    // MARK: - What to look for

    /// The kinds that this event can begin or end.
    private mutating func kinds(
        toCheckAfter fact: Event.Fact,
        _ thread: ThreadID?,
        _ before: EngineState,
        _ after: EngineState
    ) -> [Fault.Kind] {
        var kinds: [Fault.Kind] = []
        let standsStill = isPresent(.deadlock) || isPresent(.lostWakeUp)
        if fact.beginsWaiting || standsStill && fact.bringsSomebody {
            kinds += [.deadlock, .lostWakeUp]
        }
        if after.lost > before.lost { kinds.append(.jobLost) }
        if after.emptyTakes > before.emptyTakes { kinds.append(.jobDoubled) }
        if fact.entersOrLeaves { kinds.append(.twoInCriticalSection) }
        if movesUnitsWrongly(fact, thread, before) || fact.movesUnit && hasWrongUnits {
            kinds += [.unitLost, .unitTooMany]
        }
        if after[.mutex].waiterCount > 0 || isPresent(.sleepInCriticalSection) {
            kinds.append(.sleepInCriticalSection)
        }
        let loopMoved = loops.note(fact, thread, before)
        if loopMoved { kinds += [.busyWaiting] }
        if loopMoved || fact.movesUnitOrMutex { kinds.append(.starvation) }
        if convoys.note(fact, after) { kinds.append(.convoy) }
        return kinds
    }

    private var hasWrongUnits: Bool { isPresent(.unitLost) || isPresent(.unitTooMany) }

    /// Whether a unit was taken by who had one, or given by who had none: else the sum stays.
    private func movesUnitsWrongly(
        _ fact: Event.Fact,
        _ thread: ThreadID?,
        _ before: EngineState
    ) -> Bool {
        switch fact {
        case .waited(.empty), .waited(.full):
            thread.map { holdsUnit($0, before) } ?? false
        case .signalled(.empty, let other), .signalled(.full, let other):
            !(thread.map { mayGiveUnit($0, fact, before) } ?? true)
                || (other.map { holdsUnit($0, before) } ?? false)
        case .handedOver(.empty, let other), .handedOver(.full, let other):
            holdsUnit(other, before)
        default: false
        }
    }

    /// Whoever has a unit; without slots also a receiver who says that it is ready.
    private func mayGiveUnit(
        _ id: ThreadID,
        _ fact: Event.Fact,
        _ state: EngineState
    ) -> Bool {
        guard state.isRendezvous, case .signalled(.empty, _) = fact, state[id]?.role == .consumer
        else { return holdsUnit(id, state) }
        return state[id]?.lendsUnit == false
    }

    private func holdsUnit(_ id: ThreadID, _ state: EngineState) -> Bool {
        state[id]?.holdsUnit ?? false
    }

    // MARK: - Looking

    private mutating func fault(_ kind: Fault.Kind, in state: EngineState) -> Fault? {
        switch kind {
        case .deadlock, .lostWakeUp: standstill(kind, state)
        case .jobLost: known(kind, state.lostJobs(since: misplaced))
        case .jobDoubled: known(kind, state.doubledJobs(since: misplaced))
        case .twoInCriticalSection: state.crowd(texts: texts)
        case .unitLost, .unitTooMany: unitFault(kind, state)
        case .sleepInCriticalSection: state.sleeper
        case .starvation: history(kind, loops.starving(in: state)) ?? state.overtaken
        case .busyWaiting: history(kind, loops.busy(in: state))
        case .convoy: history(kind, convoys.convoy(in: state))
        }
    }

    /// What the events since the last gap show, else what those before it had shown.
    private mutating func history(_ kind: Fault.Kind, _ found: Fault?) -> Fault? {
        guard let found else { return carried.first { $0.kind == kind } }
        shown.removeAll { $0.kind == kind }
        shown.append(found)
        return found
    }

    /// The kinds that were carried over a gap and are over with this event.
    private mutating func kindsRefuted(by event: Event, _ after: EngineState) -> [Fault.Kind] {
        guard !carried.isEmpty else { return [] }
        let refuted = carried.filter { fault in
            if let name = fault.semaphore { return after[name].waiterCount == 0 }
            return event.fact.endsLooking && event.thread.map(fault.threads.contains) ?? false
        }
        guard !refuted.isEmpty else { return [] }
        carried.removeAll { refuted.contains($0) }
        return refuted.map(\.kind)
    }

    private mutating func fault(
        _ kind: Fault.Kind,
        _ event: Event,
        _ before: EngineState,
        _ after: EngineState
    ) -> Fault? {
        guard var fault = fault(kind, in: after) else { return nil }
        guard let thread = event.thread else { return fault }
        switch (kind, event.fact) {
        case (.jobLost, .inserted(let slot)):
            fault.slot = slot
            fault.job = before.slots.first { $0.number == slot }?.job.id
        case (.jobDoubled, .removed(let slot)):
            fault.slot = slot
            fault.job = after[thread]?.job?.id
        default: return fault
        }
        fault.threads = [thread]
        return fault
    }

    /// A state tells less about jobs that were misplaced than the event did.
    private func known(_ kind: Fault.Kind, _ fault: Fault?) -> Fault? {
        guard let fault, let old = present.first(where: { $0.kind == kind }),
            old.count == fault.count
        else { return fault }
        return old
    }

    private mutating func standstill(_ kind: Fault.Kind, _ state: EngineState) -> Fault? {
        let fault =
            if let last = lastStandstill, last.number == state.number { last.fault } else {
                state.standstill
            }
        lastStandstill = (state.number, fault)
        return fault?.kind == kind ? fault : nil
    }

    private func unitFault(_ kind: Fault.Kind, _ state: EngineState) -> Fault? {
        guard let fault = state.unitFault, fault.kind == kind else { return nil }
        return fault
    }
}

extension Event.Fact {
    fileprivate var beginsWaiting: Bool {
        switch self {
        case .blocked, .waitedCondition, .threadEnded: true
        default: false
        }
    }

    /// Whether somebody is there, or has gone, who can make a deadlock's end.
    fileprivate var bringsSomebody: Bool {
        switch self {
        case .threadJoined, .cancelled: true
        default: false
        }
    }

    fileprivate var entersOrLeaves: Bool {
        switch self {
        case .waited(.mutex), .signalled(.mutex, _), .handedOver(.mutex, _), .waitedCondition,
            .indexRead, .indexMoved, .threadEnded:
            true
        default: false
        }
    }

    /// Whether whoever looked again and again has got something.
    fileprivate var endsLooking: Bool {
        switch self {
        case .inserted, .removed, .produced, .executionStarted, .threadEnded: true
        default: false
        }
    }

    fileprivate var movesUnit: Bool {
        switch self {
        case .waited(.empty), .waited(.full), .signalled(.empty, _), .signalled(.full, _),
            .handedOver:
            true
        default: false
        }
    }

    fileprivate var movesUnitOrMutex: Bool {
        switch self {
        case .waited, .handedOver, .timedOut: true
        case .signalled(_, let other): other != nil
        default: false
        }
    }
}
