import Core
import TerminalUI

/// What was refused to one address and why, the latest first, with a heading where there is room.
///
/// Where a reason would be cut beside the other columns, it has a line of its own.
enum RefusalRows {
    static func draw(
        _ rows: [RefusalBook.Row],
        now: Microseconds,
        into frame: inout CellBuffer,
        area: Rect
    ) {
        guard !rows.isEmpty else {
            frame.write("nothing", x: area.x + 3, y: area.y, style: .faint, in: area)
            return
        }
        let columns = Columns(rows, width: area.width - 2, hasLines: area.height > 1)
        let lines = columns.isReasonBelow ? 2 : 1
        let headingRows = area.height > lines ? 1 : 0
        if headingRows > 0 {
            draw(["ago", "times", "device", "why"], columns, .label, &frame, area, row: 0)
        }
        for (place, row) in rows.prefix((area.height - headingRows) / lines).enumerated() {
            let texts = [Span.coarse(now - row.last), "\(row.count)", row.device, row.reason]
            let line = place * lines + headingRows
            draw(texts, columns, .plain, &frame, area, row: line)
            guard lines > 1 else { continue }
            let reason = clipped(row.reason, to: max(0, area.width - 4))
            frame.write(reason, x: area.x + 3, y: area.y + line + 1, style: .strong, in: area)
        }
    }

    /// How the width is shared out; a column without a text has none.
    private struct Columns {
        let widths: [Int]
        let isReasonBelow: Bool

        /// As much of a reason as tells it from the others.
        private static let leastReason = 30

        init(_ rows: [RefusalBook.Row], width: Int, hasLines: Bool) {
            let count = rows.map { "\($0.count)".count }.max() ?? 0
            let device = rows.map { displayWidth(of: $0.device) }.max() ?? 0
            let others = [6, max(5, count), device == 0 ? 0 : min(max(6, device), 12)]
            let used = others.reduce(0) { $0 + ($1 == 0 ? 0 : $1 + 1) }
            let reason = rows.map { displayWidth(of: $0.reason) }.max() ?? 0
            let rest = max(0, width - used)
            isReasonBelow = hasLines && rest < min(reason, Self.leastReason)
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
