import Core
import TerminalUI

/// The first line: what this is, and whether it runs.
enum TitleLine {
    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let right = stateText(model)
        let room = area.width - displayWidth(of: right) - 2
        let left = parts(model).reduce(" ") { text, part in
            displayWidth(of: text + part) + 2 <= room ? text + part + "  " : text
        }
        frame.fill(area, character: " ", style: .title)
        frame.write(left, x: area.x, y: area.y, style: .title, in: area)
        frame.writeRight(
            right + " ",
            x: area.x,
            y: area.y,
            style: stateStyle(model),
            width: area.width,
            in: area
        )
    }

    /// What is most worth its room comes first.
    private static func parts(_ model: DashboardModel) -> [String] {
        let endpoint = model.setup.endpoint.replacing(" ", with: ":")
        return [
            "signalbox", "\(endpoint) udp", model.setup.policy.name,
            "\(model.setup.producers)P \(model.setup.consumers)C",
            "rate \(model.shown.state.rate)",
        ]
    }

    private static func stateText(_ model: DashboardModel) -> String {
        let elapsed = Span.clock(model.live.now)
        if model.frozen != nil {
            return "FROZEN +\(model.eventsBehind) events behind"
        }
        if model.live.state.isCancelled { return "STOPPING \(elapsed)" }
        return "\(model.live.state.isPaused ? "PAUSED" : "RUNNING") \(elapsed)"
    }

    private static func stateStyle(_ model: DashboardModel) -> Style {
        model.frozen != nil || model.live.state.isPaused ? .titlePaused : .titleRunning
    }
}
