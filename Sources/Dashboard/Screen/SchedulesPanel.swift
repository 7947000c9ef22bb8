import Core
import TerminalUI

/// What consumers executed and when, and how the same jobs would have fared under other policies,
/// over the panes.
enum SchedulesPanel {
    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        frame.fill(area, character: " ", style: .plain)
        let inner = area.inset()
        let width = max(0, inner.width - 2)
        let table = table(model, width: width)
        let room = max(min(inner.height, 3), inner.height - table.count - 1)
        let chart = chart(model, width: width)
        let isCut = chart.count > room
        frame.box(
            area,
            title: "Schedules",
            style: .borderFocused,
            titleStyle: .strong,
            footer: isCut ? "more consumers than fit; any key goes back" : "any key goes back"
        )
        let lines = chart.prefix(room) + [("", .plain)] + table
        for (row, line) in lines.enumerated() where row < inner.height {
            frame.write(line.text, x: inner.x + 1, y: inner.y + row, style: line.style, in: inner)
        }
    }

    private typealias Line = (text: String, style: Style)

    private static func chart(_ model: DashboardModel, width: Int) -> [Line] {
        let chart = model.shown.chart
        guard !chart.bars.isEmpty else {
            let text = "no consumer has executed a job that took time since this screen looks on"
            return wrapped(text, to: width).map { ($0, .faint) }
        }
        let drawing = GanttDrawing(
            latest: chart,
            width: width,
            nameOfDevice: model.setup.nameOfDevice
        )
        let heading = firstFitting(
            ["seconds of the run; \(drawing.note)", drawing.note],
            in: width
        )
        let lines = drawing.lines
        return [(heading, .faint), (lines[0], .faint)] + lines.dropFirst().map { ($0, .plain) }
    }

    private static func table(_ model: DashboardModel, width: Int) -> [Line] {
        guard let comparison = model.comparison else {
            return wrapped("rehearsing the last jobs under every policy…", to: width)
                .map { ($0, .faint) }
        }
        guard comparison.jobs > 0 else {
            return wrapped("no job that took time is done yet", to: width).map { ($0, .faint) }
        }
        let table = ScheduleTable(width: width)
        let remark =
            "Measured: the last \(comparison.jobs) executed jobs. The others: the same arrivals,"
            + " slots and consumers, rehearsed in virtual time from an empty buffer."
        return [(table.heading, .faint)]
            + comparison.rows.map { (table.row($0.name, $0.means), $0.style) }
            + wrapped(remark, to: width).map { ($0, .faint) }
    }
}

extension ScheduleComparison.Row {
    fileprivate var style: Style { name.hasSuffix("measured") ? .strong : .plain }
}
