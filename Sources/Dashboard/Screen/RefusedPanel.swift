import Core
import TerminalUI

/// What was refused over the network, to whom and why, over the panes; the latest first.
enum RefusedPanel {
    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let refusals = model.shown.refusals
        frame.fill(area, character: " ", style: .plain)
        let inner = area.inset()
        // On the smallest screen the latest one says what it is all about.
        let headingRows = inner.height > 1 ? 1 : 0
        let isCut = refusals.rows.count + headingRows > inner.height
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
        let columns = Columns(refusals.rows, width: inner.width - 2)
        if headingRows > 0 {
            let heading = ["ago", "times", "address", "device", "why"]
            draw(heading, columns, .label, &frame, inner, row: 0)
        }
        for (place, row) in refusals.rows.prefix(max(0, inner.height - headingRows)).enumerated() {
            let texts = [
                Span.coarse(model.shown.now - row.last), "\(row.count)", row.peer, row.device,
                row.reason,
            ]
            draw(texts, columns, .plain, &frame, inner, row: place + headingRows)
        }
    }

    /// How the width is shared out; on a narrow screen the last ones have none.
    private struct Columns {
        let widths: [Int]

        init(_ rows: [RefusalBook.Row], width: Int) {
            let count = rows.map { "\($0.count)".count }.max() ?? 0
            let peer = rows.map { displayWidth(of: $0.peer) }.max() ?? 0
            let device = rows.map { displayWidth(of: $0.device) }.max() ?? 0
            let first = [6, max(5, count), min(max(7, peer), 22), min(max(6, device), 12)]
            widths = first + [max(0, width - first.reduce(first.count, +))]
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
        for (text, width) in zip(texts, columns.widths) {
            frame.write(clipped(text, to: width), x: x, y: area.y + row, style: style, in: area)
            x += width + 1
        }
    }
}
