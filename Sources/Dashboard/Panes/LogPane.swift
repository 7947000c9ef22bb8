import Core
import TerminalUI

/// What happened, as sentences, the newest first.
enum LogPane: Pane {
    static let kind = PaneKind.log

    static func title(_ model: DashboardModel) -> String {
        let above = model.cursor(kind)
        let filter = model.filterText(matches: model.filter == nil ? 0 : model.log.count)
        if above > 0 { return "Log\(filter), \(above) newer above" }
        return filter.isEmpty ? "Log, newest first" : "Log\(filter)"
    }

    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let log = model.log
        let skipped = min(model.cursor(kind), max(0, log.count - area.height))
        let lines = Array(log.newest(area.height, after: skipped))
        let widest = lines.map { "\($0.number)".count }.max() ?? 0
        let numberWidth = model.isZoomed && area.width >= widthWithNumbers ? widest + 2 : 0
        for (row, line) in lines.enumerated() {
            let y = area.y + row
            let time = time(line, width: area.width)
            let start = area.x + 1 + numberWidth
            if numberWidth > 0 { drawNumber(line, numberWidth, y: y, into: &frame, area: area) }
            var x = frame.write(time, x: start, y: y, style: .faint, in: area)
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

    /// Zoomed, each line has its event's number, which is the same in replay and in exports.
    private static let widthWithNumbers = 70

    private static func drawNumber(
        _ line: LogLine,
        _ width: Int,
        y: Int,
        into frame: inout CellBuffer,
        area: Rect
    ) {
        let text = line.kind == .gap ? "" : "\(line.number)"
        frame.writeRight(text, x: area.x + 1, y: y, style: .faint, width: width - 2, in: area)
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
