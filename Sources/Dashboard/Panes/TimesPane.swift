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
