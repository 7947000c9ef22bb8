import Core
import TerminalUI

/// Each semaphore as what it is: a value, a queue of waiters by name, and the mutex's owner.
enum SemaphoresPane: Pane {
    static let kind = PaneKind.semaphores

    static func title(_ model: DashboardModel) -> String {
        shownConditions(model.shown.state).isEmpty ? "Semaphores" : "Mutex and conditions"
    }

    // What the present program has nothing to do with is left out, unless somebody waits there.

    static func shownSemaphores(_ state: EngineState) -> [SemaphoreState] {
        let places = state.programs.places
        return state.semaphores.filter {
            places.contains(.semaphore($0.name)) || $0.waiterCount > 0
        }
    }

    static func shownConditions(_ state: EngineState) -> [ConditionState] {
        let places = state.programs.places
        return state.conditions.filter {
            places.contains(.condition($0.name)) || $0.waiterCount > 0
        }
    }

    /// The invariant, computed from this very picture.
    static func footer(_ model: DashboardModel, height: Int) -> String? {
        let state = model.shown.state
        let (empty, full, inHand) = (
            state[.empty].value, state[.full].value, state.unitsInHand
        )
        guard state.threads.count == state.threadCount, state.programs.countsSlots else {
            return nil
        }
        let (had, lent) = state.unitsHadAndLent
        let hand = state.isRendezvous ? "\(had) in hand - \(lent) lent" : "\(inHand) in hand"
        let sum = "\(empty) + \(full) + \(hand)"
        let holds = empty + full + inHand == state.capacity
        return holds ? "\(sum) = \(state.capacity) ✓" : "\(sum) is not \(state.capacity) ✗"
    }

    /// In one line or two, each semaphore with as much about its waiters as fits.
    static func drawCompact(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let state = model.shown.state
        let manners: [Compact] = [
            Compact(names: 4, isLong: true), Compact(names: 2, isLong: true),
            Compact(names: 2, isLong: false), Compact(names: 1, isLong: false),
            Compact(names: 0, isLong: false),
        ]
        let places = manners.lazy.map { flow($0, state, area) }
        let chosen = places.first { $0.fits } ?? flow(manners[manners.count - 1], state, area)
        for item in chosen.items {
            frame.write(
                item.text,
                x: item.x,
                y: item.y,
                style: item.isDrained ? .alarm : .plain,
                in: area
            )
        }
    }

    private struct Compact {
        /// How many waiters are named.
        let names: Int
        let isLong: Bool

        func text(_ semaphore: SemaphoreState, _ state: EngineState) -> String {
            let owner = semaphore.owner.map { (isLong ? " held by " : " ") + state.name(of: $0) }
            let isQueued = semaphore.waiterCount > 0
            let waiting =
                names > 0
                ? waiters(semaphore, state, limit: names) : "\(semaphore.waiterCount)"
            return "\(semaphore.name) \(semaphore.value)\(owner ?? "")"
                + (isQueued ? " ←\(waiting)" : "")
        }

        func text(_ condition: ConditionState, _ state: EngineState) -> String {
            let named = condition.waiters.prefix(names).map { state.name(of: $0) }
            let rest = condition.waiterCount - named.count
            let words = named + (rest > 0 ? ["\(names > 0 ? "+" : "")\(rest)"] : [])
            return "\(condition.name)" + (words.isEmpty ? "" : " ←\(words.joined(separator: " "))")
        }
    }

    private static func flow(
        _ manner: Compact,
        _ state: EngineState,
        _ area: Rect
    ) -> (items: [(text: String, isDrained: Bool, x: Int, y: Int)], fits: Bool) {
        var (x, y) = (area.x + 1, area.y)
        var fits = true
        let texts =
            shownSemaphores(state).map { (manner.text($0, state), isDrained($0)) }
            + shownConditions(state).map { (manner.text($0, state), false) }
        let items = texts.map { text, isDrained in
            let width = displayWidth(of: text)
            if x + width > area.maxX, x > area.x + 1, y + 1 < area.maxY {
                (x, y) = (area.x + 1, y + 1)
            }
            fits = fits && x + width <= area.maxX
            defer { x += width + 2 }
            return (text, isDrained, x, y)
        }
        return (items, fits)
    }

    static func isDrained(_ semaphore: SemaphoreState) -> Bool {
        semaphore.value == 0 && semaphore.waiterCount > 0
    }

    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        if model.isZoomed, drawLarge(model, into: &frame, area: area) { return }
        let state = model.shown.state
        let semaphores = shownSemaphores(state)
        for (row, semaphore) in semaphores.enumerated() where row < area.height {
            draw(semaphore, state, into: &frame, row: area.splitTop(row).rest.splitTop(1).top)
        }
        let rest = area.splitTop(semaphores.count).rest
        drawConditions(state, into: &frame, area: rest)
        let hasRoom = rest.height - shownConditions(state).count >= legend.count
        guard hasRoom && state.programs.countsSlots else { return }
        let isMeeting = state.isRendezvous
        drawLegend(isMeeting ? legendOfMeeting : legend, into: &frame, area: rest)
    }

    private static let legend = [
        "empty counts free slots: producers wait for it",
        "full counts filled slots: consumers wait for it",
        "mutex lets one thread at a time into the buffer",
    ]

    private static let legendOfMeeting = [
        "empty counts ready receivers: senders wait for it",
        "full counts messages there: receivers wait for it",
        "mutex lets one thread at a time to the table",
    ]

    /// What the names mean, where there is room to spare.
    private static func drawLegend(
        _ legend: [String],
        into frame: inout CellBuffer,
        area: Rect
    ) {
        guard area.width > legend.map(\.count).max() ?? 0 else { return }
        let (_, lines) = area.splitBottom(legend.count)
        for (row, text) in legend.enumerated() {
            frame.write(text, x: lines.x + 1, y: lines.y + row, style: .faint, in: lines)
        }
    }

    private static func draw(
        _ semaphore: SemaphoreState,
        _ state: EngineState,
        into frame: inout CellBuffer,
        row: Rect
    ) {
        let digits = max(2, "\(state.capacity)".count)
        frame.write("\(semaphore.name)", x: row.x + 1, y: row.y, style: .label, in: row)
        frame.writeRight(
            "\(semaphore.value)",
            x: row.x + 7,
            y: row.y,
            style: isDrained(semaphore) ? .alarm : .value,
            width: digits,
            in: row
        )
        var x = row.x + 8 + digits
        if let owner = semaphore.owner {
            x = frame.write(
                "held by \(state.name(of: owner)) ",
                x: x,
                y: row.y,
                style: .critical,
                in: row
            )
        } else if semaphore.name == .mutex {
            x = frame.write(
                semaphore.value > 0 ? "free " : "",
                x: x,
                y: row.y,
                style: .faint,
                in: row
            )
        }
        guard semaphore.waiterCount > 0 else {
            drawUnits(semaphore, x: x, into: &frame, row: row)
            return
        }
        if semaphore.name != .mutex {
            x = frame.write(units(semaphore, 12), x: x, y: row.y, style: .bar, in: row)
        }
        let text = firstFitting(waitingTexts(semaphore, state), in: row.maxX - x)
        frame.write(text, x: x, y: row.y, style: .waiting, in: row)
    }

    /// With as many names as there are, with fewer, and with a number only.
    private static func waitingTexts(
        _ semaphore: SemaphoreState,
        _ state: EngineState
    ) -> [String] {
        (1...max(1, min(semaphore.waiters.count, nameLimit))).reversed().map { count in
            " waiting \(waiters(semaphore, state, limit: count))"
        } + [" waiting \(semaphore.waiterCount)"]
    }

    /// More names than that nobody reads.
    private static let nameLimit = 16

    private static func drawUnits(
        _ semaphore: SemaphoreState,
        x: Int,
        into frame: inout CellBuffer,
        row: Rect
    ) {
        guard semaphore.name != .mutex else { return }
        let text = units(semaphore, max(0, row.maxX - x - 1))
        frame.write(text, x: x, y: row.y, style: .bar, in: row)
    }

    /// A square a unit, as many as there is room for.
    static func units(_ semaphore: SemaphoreState, _ room: Int) -> String {
        let value = max(0, semaphore.value)
        return value <= room
            ? String(repeating: "■", count: value)
            : String(repeating: "■", count: max(0, room - 1)) + "…"
    }

    private static func waiters(
        _ semaphore: SemaphoreState,
        _ state: EngineState,
        limit: Int
    ) -> String {
        let names = semaphore.waiters.prefix(limit).map { state.name(of: $0) }
        let rest = semaphore.waiterCount - names.count
        return (names + (rest > 0 ? ["+\(rest)"] : [])).joined(separator: " ")
    }

    static func drawConditions(
        _ state: EngineState,
        into frame: inout CellBuffer,
        area: Rect
    ) {
        var row = area
        for condition in shownConditions(state) where !row.isEmpty {
            let names = condition.waiters.prefix(8).map { state.name(of: $0) }
            let isIdle = condition.waiterCount == 0
            frame.write("\(condition.name)", x: row.x + 1, y: row.y, style: .label, in: row)
            frame.write(
                isIdle ? "nobody waits" : "waiting \(names.joined(separator: " "))",
                x: row.x + 11,
                y: row.y,
                style: isIdle ? .faint : .waiting,
                in: row
            )
            row = row.splitTop(1).rest
        }
    }
}
