import Core
import TerminalUI

/// The times by which schedules are judged, over all jobs executed.
enum TimesPane: Pane {
    static let kind = PaneKind.times

    static func title(_ model: DashboardModel) -> String { "Times of jobs" }

    private static let nameWidth = 11
    private static let columnWidth = 7

    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let rows = model.shown.times
        guard !rows.isEmpty else {
            let text = model.rewind == nil ? "no job done yet" : "not kept of the past"
            frame.write(text, x: area.x + 1, y: area.y, style: .faint, in: area)
            return
        }
        draw("", ["mean", "median", "99 %"], .faint, into: &frame, row: area.splitTop(1).top)
        for (line, row) in rows.enumerated() {
            draw(
                row.name,
                [row.mean, row.median, row.slowest].map(Span.precise),
                .value,
                into: &frame,
                row: area.splitTop(line + 1).rest.splitTop(1).top
            )
        }
        if model.isZoomed {
            drawBars(rows, into: &frame, area: area.splitTop(rows.count + 2).rest)
        }
    }

    /// Zoomed, the same as bars: all of one scale, so that they can be compared.
    private static func drawBars(
        _ rows: [TimeRow],
        into frame: inout CellBuffer,
        area: Rect
    ) {
        let longest = rows.map(\.slowest.count).max() ?? 0
        guard longest > 0 else { return }
        var rest = area
        for row in rows {
            for (word, time) in [("mean", row.mean), ("median", row.median), ("99 %", row.slowest)]
            where !rest.isEmpty {
                let name = word == "mean" ? row.name : ""
                frame.write(name, x: rest.x + 1, y: rest.y, style: .label, in: rest)
                let start = rest.x + 1 + nameWidth
                frame.write(word, x: start, y: rest.y, style: .faint, in: rest)
                let bar = Bar.draw(
                    fraction: Double(time.count) / Double(longest),
                    width: rest.maxX - start - columnWidth - 1
                )
                let end = start + columnWidth
                frame.write(bar.filled, x: end, y: rest.y, style: .bar, in: rest)
                rest = rest.splitTop(1).rest
            }
            rest = rest.splitTop(1).rest
        }
    }

    private static func draw(
        _ name: String,
        _ columns: [String],
        _ style: Style,
        into frame: inout CellBuffer,
        row: Rect
    ) {
        frame.write(name, x: row.x + 1, y: row.y, style: .label, in: row)
        for (place, text) in columns.enumerated() {
            frame.writeRight(
                text,
                x: row.x + 1 + nameWidth + place * columnWidth,
                y: row.y,
                style: style,
                width: columnWidth,
                in: row
            )
        }
    }
}
