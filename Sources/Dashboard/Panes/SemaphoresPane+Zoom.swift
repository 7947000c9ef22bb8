import Core
import TerminalUI

/// Zoomed, each semaphore has a large value, all its units, and its waiters in the order in which
/// they will go on.
extension SemaphoresPane {
    /// Beside the figures, for the names and for the waiters.
    private static let nameWidth = 9
    private static let waitersWidth = 30

    /// The largest figures that leave room for the waiters; `nil` when none do.
    private static func scale(_ state: EngineState, in area: Rect) -> BigText.Scale? {
        let semaphores = shownSemaphores(state)
        let widest = semaphores.map { BigText.width(of: "\($0.value)") }.max() ?? 0
        let lines = shownConditions(state).count
        return BigText.Scale.all.first { scale in
            let height = semaphores.count * blockHeight(scale) + lines
            let width = nameWidth + widest * scale.columns + waitersWidth
            return height - 1 <= area.height && width <= area.width
        }
    }

    private static func blockHeight(_ scale: BigText.Scale) -> Int {
        BigText.height * scale.rows + 1
    }

    /// - Returns: `false` when there is no room for it.
    static func drawLarge(
        _ model: DashboardModel,
        into frame: inout CellBuffer,
        area: Rect
    ) -> Bool {
        let state = model.shown.state
        guard let scale = scale(state, in: area) else { return false }
        let widest = shownSemaphores(state).map { BigText.width(of: "\($0.value)") }.max() ?? 0
        let figureWidth = nameWidth + max(2, widest) * scale.columns + 2
        var rest = area
        for semaphore in shownSemaphores(state) {
            let (block, below) = rest.splitTop(blockHeight(scale))
            let (figure, words) = block.splitLeft(figureWidth)
            draw(semaphore, scale, into: &frame, area: figure)
            draw(semaphore, state, into: &frame, area: words)
            rest = below
        }
        drawConditions(state, into: &frame, area: rest)
        return true
    }

    private static func draw(
        _ semaphore: SemaphoreState,
        _ scale: BigText.Scale,
        into frame: inout CellBuffer,
        area: Rect
    ) {
        frame.write("\(semaphore.name)", x: area.x + 1, y: area.y, style: .label, in: area)
        frame.writeBig(
            "\(semaphore.value)",
            x: area.x + nameWidth,
            y: area.y,
            scale: scale,
            style: isDrained(semaphore) ? .alarm : .value,
            in: area
        )
    }

    private static func draw(
        _ semaphore: SemaphoreState,
        _ state: EngineState,
        into frame: inout CellBuffer,
        area: Rect
    ) {
        var words = area
        for line in lines(semaphore, state, width: words.width - 2) where !words.isEmpty {
            frame.write(line.text, x: words.x + 1, y: words.y, style: line.style, in: words)
            words = words.splitTop(1).rest
        }
    }

    private static func lines(
        _ semaphore: SemaphoreState,
        _ state: EngineState,
        width: Int
    ) -> [(text: String, style: Style)] {
        var lines: [(text: String, style: Style)] = []
        if semaphore.name == .mutex {
            let owner = semaphore.owner.map { state.name(of: $0) }
            let free = semaphore.value > 0 ? "free" : "no owner"
            lines.append(
                owner.map { ("held by \($0)", .critical) } ?? (free, .faint)
            )
        } else {
            lines.append((units(semaphore, max(0, width)), .bar))
        }
        guard semaphore.waiterCount > 0 else { return lines + [("nobody waits", .faint)] }
        let names = semaphore.waiters.map { state.name(of: $0) }
        let hidden = semaphore.waiterCount - names.count
        let all = (["waiting:"] + names + (hidden > 0 ? ["+\(hidden)"] : []))
            .joined(separator: " ")
        return lines + wrapped(all, to: width).map { ($0, .waiting) }
    }
}
