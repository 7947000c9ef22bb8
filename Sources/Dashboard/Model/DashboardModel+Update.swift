import Core
import TerminalUI

extension DashboardModel {
    /// The only place where the model changes.
    ///
    /// - Returns: What is to be done outside.
    mutating func update(_ message: Message) -> [Effect] {
        switch message {
        case .key(let key): return press(key)
        case .resized(let width, let height):
            size = (width, height)
        case .looked(let look):
            keepingLogInPlace { $0.live.take(look) }
            for fault in look.newFaults {
                add(Timeline.Mark(number: fault.number, label: fault.kind.title))
            }
            armedDeed = look.armedDeed
            registered = look.registered
            if let deed = look.deeds.last { notice = deed }
        case .stepped(let answer): stepped(answer)
        case .paceTick: return nextSlowStep()
        case .programChanged(let programs, let isDone):
            // Programs that the policy does not bear are not even asked for.
            notice =
                isDone
                ? "\(programs.name): \(programs.summary)"
                : "the run is about to end: it keeps its program"
        case .attackPlanned(let plan, let forecast): return begin(plan, forecast)
        case .linked(let view): link(view)
        case .lessonMoved(let view): lesson = view
        case .predicted(let question): begin(question)
        case .filmed(let film): keepingLogInPlace { $0.begin(film) }
        case .compared(let comparison): self.comparison = comparison
        case .played(let elapsed): play(for: elapsed)
        case .mailboxesRead(let rows): mailboxes.rows = rows
        case .peersRead(let rows): peers.take(rows)
        }
        return []
    }

    /// Whoever has moved down in the log goes on reading the same line while new ones come, and
    /// when those that came behind a frozen picture are shown.
    mutating func keepingLogInPlace(_ change: (inout DashboardModel) -> Void) {
        let before = log.total
        change(&self)
        guard cursor(.log) > 0 else { return }
        // The log of another moment may be shorter.
        let moved = cursor(.log) + log.total - before
        cursors[.log] = max(0, min(moved, lastPosition(.log)))
    }

    private mutating func press(_ key: Key) -> [Effect] {
        let wasQuitAsked = isQuitAsked
        (notice, isQuitAsked) = (nil, false)
        if filter?.isTyping == true {
            type(key)
            return []
        }
        if isHelpShown, turnHelpPage(key) { return [] }
        if let effects = pressInLesson(key) { return effects }
        guard let binding = KeyBinding.binding(for: key) else {
            if !closeOverlay() { notice = "\(key.label) does nothing here; ? shows the keys" }
            return []
        }
        if let effects = pressInMailboxes(binding.action) { return effects }
        if movesAmongPeers(binding.action) { return [] }
        if binding.action == .quit, setup.isReadOnly, !wasQuitAsked {
            isQuitAsked = true
            notice = "press q again to end it for everybody"
            return []
        }
        // Whoever has read why wants to do something about it.
        let isAnswer =
            panel == .why && ![.why, .hideVerdict, .stepSelected].contains(binding.action)
        let isNextPage = panel != nil && binding.action.panel.map { $0 != panel } ?? false
        if !actsOnPeers(binding.action), binding.action != .quit, closeOverlay(), !isAnswer,
            !isNextPage
        {
            return []
        }
        return perform(binding.action)
    }

    /// - Returns: Whether there was something over the panes.
    private mutating func closeOverlay() -> Bool {
        let wasOpen = isHelpShown || panel != nil
        (isHelpShown, panel) = (false, nil)
        return wasOpen
    }

    private mutating func perform(_ action: KeyBinding.Action) -> [Effect] {
        guard player == nil else { return performInReplay(action) }
        if setup.isReadOnly, watch == nil, action.changesServer {
            notice = "read-only: this screen looks, and changes nothing"
            return []
        }
        return performLive(action)
    }

    private mutating func performLive(_ action: KeyBinding.Action) -> [Effect] {
        if let refusal = watchRefusal(of: action) {
            notice = refusal
            return []
        }
        switch action {
        case .step, .stepSelected, .slowMotion, .faster, .slower, .nextProgram, .previousProgram,
            .correctProgram, .attack, .killOrRevive, .slowDown, .dropDatagram, .doubleDatagram:
            guard rewind == nil else {
                notice = "you look at the past; L goes back to the engine, which this would move"
                return []
            }
            return moveEngine(action)
        case .kick, .mute, .limit: return guardRoom(action)
        case .predict: return predict()
        case .answer: notice = "nothing is asked now; p asks what happens next"
        case .chapterAgain: return chapterAgain()
        case .mailboxes: openMailboxes()
        case .togglePause: return togglePause()
        case .back: return go(.back)
        case .forth: return go(.forth)
        case .pageBack: return go(.pageBack)
        case .pageForth: return go(.pageForth)
        case .oldest: return go(.oldest)
        case .newest: return go(.newest)
        case .markBefore: return goToMark(before: true)
        case .markAfter: return goToMark(before: false)
        case .live: (rewind, frozen, awaitedMove) = (nil, nil, nil)
        case .freeze: toggleFrozen()
        case .why, .theory, .schedules, .watchers, .registry, .refused, .join, .hideVerdict, .mark,
            .nextPane,
            .previousPane, .down, .up, .first, .last, .toggleHelp, .quit, .zoom, .present, .filter:
            return performAnywhere(action)
        }
        return []
    }

    private mutating func moveEngine(_ action: KeyBinding.Action) -> [Effect] {
        switch action {
        case .step: return step()
        case .stepSelected: return stepSelected()
        case .slowMotion: return toggleSlowMotion()
        case .faster: return pace == nil ? changeRate(faster: true) : changePace(faster: true)
        case .slower: return pace == nil ? changeRate(faster: false) : changePace(faster: false)
        case .nextProgram: return changeProgram(by: 1)
        case .previousProgram: return changeProgram(by: -1)
        case .attack: return toggleAttack()
        case .correctProgram: return runCorrectProgram()
        case .killOrRevive: return killOrRevive()
        case .slowDown: return slowDown()
        case .dropDatagram: return arm(.drop)
        case .doubleDatagram: return arm(.double)
        default: return []  // `performLive` sends nothing else here.
        }
    }

    /// One statement, and then it is paused, whatever moved by itself before.
    private mutating func step() -> [Effect] {
        let effects = endAttack() + pausing()
        pace = nil
        return effects + [.step]
    }

    /// What concerns the screen alone.
    mutating func performAnywhere(_ action: KeyBinding.Action) -> [Effect] {
        switch action {
        case .why: panel = .why
        case .hideVerdict: goBack()
        case .zoom, .present, .filter: performInRoom(action)
        case .theory: panel = .theory
        case .watchers: panel = .watchers
        case .registry: panel = .registry
        case .refused: openPeers()
        case .join: panel = .join
        case .schedules:
            (panel, comparison) = (.schedules, nil)
            return [.compareSchedules]
        case .mark: markMoment()
        case .nextPane: moveFocus(by: 1)
        case .previousPane: moveFocus(by: -1)
        // What is not selected yet is, with the first key, before anything moves.
        case .down: moveCursor(to: cursor(focus) + (isNothingSelected ? 0 : 1))
        case .up: moveCursor(to: cursor(focus) - 1)
        case .first: moveCursor(to: 0)
        case .last: moveCursor(to: lastPosition(focus))
        case .toggleHelp: (isHelpShown, helpPage) = (true, 0)
        case .quit: return [.quit]
        default: break  // Everything else concerns the engine or the recording.
        }
        return []
    }

    private mutating func toggleFrozen() {
        keepingLogInPlace { model in
            let isLive = model.frozen == nil && model.rewind == nil
            (model.frozen, model.rewind) = (isLive ? model.live : nil, nil)
        }
    }

    // The next look tells how it is; until then a second press of the same key must count too.

    private mutating func setPaused(_ paused: Bool) -> Effect {
        live.state.isPaused = paused
        if paused { leaveDevices() }
        return paused ? .pause : .resume
    }

    /// Whoever steps or looks back wants threads and log; the programs take the devices' place.
    mutating func leaveDevices() {
        if focus == .devices { focus = .threads }
    }

    /// Nothing to do if it is paused already.
    mutating func pausing() -> [Effect] {
        live.state.isPaused ? [] : [setPaused(true)]
    }

    private mutating func togglePause() -> [Effect] {
        // In slow motion the engine is paused all the time; the pace is what stops and goes on.
        guard pace == nil else {
            isPaceHeld.toggle()
            return pausing()
        }
        let effects = endAttack() + [setPaused(!live.state.isPaused)]
        if rewind != nil {
            notice = live.state.isPaused ? "the engine is paused" : "the engine runs on"
        }
        return effects
    }

    private mutating func changeRate(faster: Bool) -> [Effect] {
        let rate = live.state.rate.next(faster: faster)
        if rate.isMaximum, setup.execution == .spin {
            notice = "jobs that really compute cannot run at rate max"
            return []
        }
        guard rate != live.state.rate else {
            notice = "the rate is as \(faster ? "high" : "low") as it gets"
            return []
        }
        live.state.rate = rate
        return [.setRate(rate)]
    }

    private mutating func moveFocus(by distance: Int) {
        let panes = focusRing
        let place = panes.firstIndex(of: focus) ?? 0
        focus = panes[(place + distance + panes.count) % panes.count]
    }

    private var isNothingSelected: Bool { focus == .devices && selectedDevicePlace == nil }

    private mutating func moveCursor(to row: Int) {
        let row = max(0, min(row, lastPosition(focus)))
        guard focus == .devices else { return cursors[focus] = row }
        let rows = devices
        if rows.indices.contains(row) { chosenDevice = rows[row].identity }
    }

    /// How far down a pane's cursor goes: to the last row, and in the log, where no row is selected,
    /// to where the last page is full.
    private func lastPosition(_ pane: PaneKind) -> Int {
        let rows = pane == .log ? max(1, Screen.rows(of: .log, in: self)) : 1
        return max(0, rowCount(pane) - rows)
    }
}

extension Picture {
    fileprivate mutating func take(_ look: Look) {
        state = look.state
        now = look.now
        for second in look.peaks { history.note(second) }
        log.append(look.lines)
        devices = look.devices
        verdict = look.verdict
        moment = look.state.isPaused ? look.moment ?? moment : nil
        counters = look.counters
        waitingInInbox = look.waitingInInbox
        watchers = look.watchers
        times = look.times
        chart = look.chart
        figures = look.figures
        refusedLately = look.refusedLately
    }
}

extension Kernel.StepAnswer {
    /// Why nothing moved; `nil` when something did.
    func sentence(_ state: EngineState) -> String? {
        switch self {
        case .permitted: nil
        case .blocked(let id, let place): "\(state.name(of: id)) waits for \(place.name)"
        case .awaitsJobs(let id):
            "\(state.name(of: id)) waits for a job from a device; send one, then step"
        case .ended(let id): "\(state.name(of: id)) has ended"
        case .nobodyCanMove:
            "no thread can move: all wait for a job from a device or for each other"
        case .notPaused: "only a paused engine can be stepped"
        }
    }
}
