import Core
import TerminalUI

/// What happened, as sentences, the newest first.
enum LogPane: Pane {
    static let kind = PaneKind.log

    static func title(_ model: DashboardModel) -> String {
        let above = model.cursor(kind)
        return above > 0 ? "Log, \(above) newer above" : "Log"
    }

    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let lines = model.shown.log.dropFirst(model.cursor(kind)).prefix(area.height)
        for (row, line) in lines.enumerated() {
            let y = area.y + row
            // Where it is narrow, the sentence matters more than the time.
            let time = area.width >= 50 ? line.time : ""
            let x = frame.write(time, x: area.x + 1, y: y, style: .faint, in: area)
            frame.write(
                clipped(line.text, to: max(0, area.maxX - x - (time.isEmpty ? 0 : 2))),
                x: time.isEmpty ? x : x + 2,
                y: y,
                style: style(line.kind),
                in: area
            )
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
