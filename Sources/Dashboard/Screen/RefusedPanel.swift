import Core
import TerminalUI

/// What was refused over the network, to whom and why, over the panes; the latest first.
enum RefusedPanel {
    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let refusals = model.shown.refusals
        frame.fill(area, character: " ", style: .plain)
        let inner = area.inset()
        let columns = Columns(refusals.rows, width: inner.width - 2)
        let lines = columns.isReasonBelow && inner.height > 2 ? 2 : 1
        // On the smallest screen the latest one says what it is all about.
        let headingRows = inner.height > 1 ? 1 : 0
        let isCut = refusals.rows.count * lines + headingRows > inner.height
        frame.box(
            area,
            title: "Refused: \(refusals.lastMinute) within the last minute",
            style: .borderFocused,
            titleStyle: .strong,
            footer: isCut ? "older ones do not fit; any key goes back" : "any key goes back"
        )
        guard !refusals.rows.isEmpty else {
            let text =
                model.setup.hasRoom
                ? "nothing was refused to anybody" : "nobody sends over the network here"
            frame.write(text, x: inner.x + 1, y: inner.y, style: .faint, in: inner)
            return
        }
        if headingRows > 0 {
            let heading = ["ago", "times", "address", "device", "why"]
            draw(heading, columns, .label, &frame, inner, row: 0)
        }
        let shown = refusals.rows.prefix(max(0, inner.height - headingRows) / lines)
        for (place, row) in shown.enumerated() {
            let texts = [
                Span.coarse(model.shown.now - row.last), "\(row.count)", row.peer, row.device,
                row.reason,
            ]
            draw(texts, columns, .plain, &frame, inner, row: place * lines + headingRows)
            guard lines > 1 else { continue }
            let y = inner.y + place * lines + headingRows + 1
            let reason = clipped(row.reason, to: max(0, inner.width - 4))
            frame.write(reason, x: inner.x + 3, y: y, style: .strong, in: inner)
        }
    }

    /// How the width is shared out; a column without a text has none.
    private struct Columns {
        let widths: [Int]
        /// Where the reason has a line of its own, because beside the others it would be cut.
        let isReasonBelow: Bool

        /// As much of a reason as tells it from the others.
        private static let leastReason = 30

        init(_ rows: [RefusalBook.Row], width: Int) {
            let count = rows.map { "\($0.count)".count }.max() ?? 0
            let peer = rows.map { displayWidth(of: $0.peer) }.max() ?? 0
            let device = rows.map { displayWidth(of: $0.device) }.max() ?? 0
            let reason = rows.map { displayWidth(of: $0.reason) }.max() ?? 0
            let others = [
                6, max(5, count), min(max(7, peer), 22), device == 0 ? 0 : min(max(6, device), 12),
            ]
            let used = others.reduce(0) { $0 + ($1 == 0 ? 0 : $1 + 1) }
            let rest = max(0, width - used)
            isReasonBelow = rest < min(reason, Self.leastReason)
            widths = others + [isReasonBelow ? 0 : rest]
        }
    }

    private static func draw(
        _ texts: [String],
        _ columns: Columns,
        _ style: Style,
        _ frame: inout CellBuffer,
        _ area: Rect,
        row: Int
    ) {
        var x = area.x + 1
        for (text, width) in zip(texts, columns.widths) where width > 0 {
            frame.write(clipped(text, to: width), x: x, y: area.y + row, style: style, in: area)
            x += width + 1
        }
    }
}
