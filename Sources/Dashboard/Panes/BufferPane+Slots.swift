import Core
import TerminalUI

/// Zoomed, the buffer is what the textbook draws: a row of slots, each with its number and its job.
extension BufferPane {
    private static let slotHeight = 3
    private static let slotWidths = 9...20
    /// Bar, and history where there is room for it.
    private static let leastBelow = 2

    /// How the slots are laid out.
    private struct Grid {
        let columns: Int
        let rows: Int
        let width: Int

        /// As many slots as there is room for; where all fit, no wider than they need be.
        init?(_ texts: [String], capacity: Int, in area: Rect) {
            let widest = (texts.map { displayWidth(of: $0) }.max() ?? 0) + 4
            let width = min(max(widest, slotWidths.lowerBound), slotWidths.upperBound)
            let columns = area.width / width
            let rows = (area.height - leastBelow) / slotHeight
            guard columns > 0, rows > 0 else { return nil }
            self.columns = columns
            self.rows = min(rows, (capacity + columns - 1) / columns)
            self.width = width
        }

        var count: Int { columns * rows }

        func place(of slot: Int, in area: Rect) -> Rect {
            Rect(
                x: area.x + slot % columns * width,
                y: area.y + slot / columns * slotHeight,
                width: width,
                height: slotHeight
            )
        }
    }

    /// - Returns: `false` when there is no room for a single slot.
    static func drawSlots(
        _ model: DashboardModel,
        into frame: inout CellBuffer,
        area: Rect
    ) -> Bool {
        let state = model.shown.state
        let texts = state.slots.map { text($0, model) }
        guard let grid = Grid(texts, capacity: state.capacity, in: area) else { return false }
        let jobs = Dictionary(
            zip(state.slots.map(\.number), texts),
            uniquingKeysWith: { first, _ in first }
        )
        // Of a large buffer only some slots are known, and the next job may not be among them.
        let isComplete = state.slots.count == state.occupied
        let next = isComplete ? inOrder(model).first : nil
        for slot in 0..<min(grid.count, state.capacity) {
            let look = SlotLook(
                text: jobs[slot],
                isNext: slot == next?.number,
                caption: caption(slot, model)
            )
            draw(slot, look, into: &frame, area: grid.place(of: slot, in: area))
        }
        let below = area.splitTop(grid.rows * slotHeight).rest
        drawBelow(model, grid.count, into: &frame, area: below)
        return true
    }

    private struct SlotLook {
        /// Its job; `nil` when it is empty, or not known.
        let text: String?
        let isNext: Bool
        let caption: String
    }

    /// Which index points here, in programs where that matters, or who keeps the slot.
    private static func caption(_ slot: Int, _ model: DashboardModel) -> String {
        let state = model.shown.state
        if let keeper = state.threads.first(where: { $0.keptSlot == slot }) {
            return "kept by \(keeper.name)"
        }
        guard showsIndices(model) else { return "" }
        let words = [state.nextIn == slot ? "in" : "", state.nextOut == slot ? "out" : ""]
        return words.filter { !$0.isEmpty }.joined(separator: " ")
    }

    private static func draw(
        _ slot: Int,
        _ look: SlotLook,
        into frame: inout CellBuffer,
        area: Rect
    ) {
        frame.box(
            area,
            title: "\(slot)",
            style: look.text == nil ? .border : .bar,
            titleStyle: .faint,
            footer: look.caption,
            footerStyle: .strong
        )
        let inner = area.inset()
        guard let text = look.text else { return }
        let shown = clipped((look.isNext ? "▸" : "") + text, to: inner.width)
        let start = inner.x + (inner.width - displayWidth(of: shown)) / 2
        frame.write(
            shown,
            x: start,
            y: inner.y,
            style: look.isNext ? .strong : .value,
            in: inner
        )
    }

    private static func drawBelow(
        _ model: DashboardModel,
        _ slots: Int,
        into frame: inout CellBuffer,
        area: Rect
    ) {
        let hidden = model.shown.state.capacity - slots
        let (rest, line) = area.splitBottom(hidden > 0 ? 1 : 0)
        let text = "\(hidden) more \(hidden == 1 ? "slot" : "slots")"
        frame.write(text, x: line.x + 1, y: line.y, style: .faint, in: line)
        let (bar, history) = rest.splitTop(1)
        drawBar(model, into: &frame, area: bar)
        drawHistory(model, into: &frame, area: history.splitTop(2 * historyRows).top)
    }
}
