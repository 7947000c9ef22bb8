import Core
import TerminalUI

/// Each semaphore as what it is: a value, a queue of waiters by name, and the mutex's owner.
enum SemaphoresPane: Pane {
    static let kind = PaneKind.semaphores

    static func title(_ model: DashboardModel) -> String { "Semaphores" }

    /// The invariant, computed from this very picture.
    static func footer(_ model: DashboardModel) -> String? {
        let state = model.shown.state
        let (empty, full, inHand) = (
            state[.empty].value, state[.full].value, state.unitsInHand
        )
        guard state.threads.count == state.threadCount else { return nil }
        let holds = empty + full + inHand == state.capacity
        return "\(empty) + \(full) + \(inHand) in hand = \(state.capacity) \(holds ? "✓" : "✗")"
    }

    static func line(_ model: DashboardModel) -> String {
        let state = model.shown.state
        return state.semaphores.map { semaphore in
            let owner = semaphore.owner.map { " \(state.name(of: $0))" } ?? ""
            let waiting = semaphore.waiterCount > 0 ? "←\(waiters(semaphore, state, limit: 2))" : ""
            return "\(semaphore.name) \(semaphore.value)\(owner)\(waiting)"
        }.joined(separator: "  ")
    }

    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let state = model.shown.state
        for (row, semaphore) in state.semaphores.enumerated() where row < area.height {
            draw(semaphore, state, into: &frame, row: area.splitTop(row).rest.splitTop(1).top)
        }
        drawConditions(state, into: &frame, area: area.splitTop(state.semaphores.count).rest)
    }

    private static func draw(
        _ semaphore: SemaphoreState,
        _ state: EngineState,
        into frame: inout CellBuffer,
        row: Rect
    ) {
        let digits = max(2, String(state.capacity).count)
        frame.write("\(semaphore.name)", x: row.x + 1, y: row.y, style: .label, in: row)
        let isDrained = semaphore.value == 0 && semaphore.waiterCount > 0
        frame.writeRight(
            "\(semaphore.value)",
            x: row.x + 7,
            y: row.y,
            style: isDrained ? .alarm : .value,
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
        let names = waiters(semaphore, state, limit: max(1, (row.maxX - x - 12) / 3))
        frame.write(" waiting \(names)", x: x, y: row.y, style: .waiting, in: row)
    }

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
    private static func units(_ semaphore: SemaphoreState, _ room: Int) -> String {
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
        return names.joined(separator: " ") + (rest > 0 ? " +\(rest)" : "")
    }

    private static func drawConditions(
        _ state: EngineState,
        into frame: inout CellBuffer,
        area: Rect
    ) {
        var row = area
        for condition in state.conditions where condition.waiterCount > 0 && !row.isEmpty {
            let names = condition.waiters.prefix(8).map { state.name(of: $0) }
            frame.write("\(condition.name)", x: row.x + 1, y: row.y, style: .label, in: row)
            frame.write(
                "waiting \(names.joined(separator: " "))",
                x: row.x + 11,
                y: row.y,
                style: .waiting,
                in: row
            )
            row = row.splitTop(1).rest
        }
    }
}
