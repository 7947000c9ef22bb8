import Core
import TerminalUI

/// What happened, as sentences, the newest first.
enum LogPane: Pane {
    static let kind = PaneKind.log

    static func title(_ model: DashboardModel) -> String {
        let above = model.cursor(kind)
        return above > 0 ? "Log, \(above) newer above" : "Log, newest first"
    }

    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let log = model.shown.log
        let skipped = min(model.cursor(kind), max(0, log.count - area.height))
        let lines = log.newest(area.height, after: skipped)
        for (row, line) in lines.enumerated() {
            let y = area.y + row
            let time = time(line, width: area.width)
            var x = frame.write(time, x: area.x + 1, y: y, style: .faint, in: area)
            if !time.isEmpty { x += 2 }
            frame.write(
                clipped(line.text, to: max(0, area.maxX - x)),
                x: x,
                y: y,
                style: style(line.kind),
                in: area
            )
        }
    }

    /// Where it is narrow, the sentence matters more than the time: seconds only, or nothing.
    private static func time(_ line: LogLine, width: Int) -> String {
        switch width {
        case ..<50: ""
        case ..<70: String(line.time.suffix(6))
        default: line.time
        }
    }

    private static func style(_ kind: LogLine.Kind) -> Style {
        switch kind {
        case .ordinary: .plain
        case .waiting: .waiting
        case .control: .strong
        case .gap: .faint
        }
    }
}
