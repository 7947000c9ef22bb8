import Core
import TerminalUI

/// The slots: which jobs wait, in the order in which they will leave; how full; how full it was.
enum BufferPane: Pane {
    static let kind = PaneKind.buffer

    static func title(_ model: DashboardModel) -> String {
        "Buffer \(model.shown.state.occupied)/\(model.shown.state.capacity)"
    }

    static func footer(_ model: DashboardModel) -> String? {
        let waiting = model.shown.waitingInInbox
        return waiting > 0 ? "\(waiting) more wait outside" : nil
    }

    static func line(_ model: DashboardModel) -> String {
        let bar = Bar.draw(fraction: fraction(model), width: 10)
        return "\(title(model)) \(bar.filled)\(bar.empty)"
    }

    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        guard !area.isEmpty else { return }
        let (top, below) = area.splitTop(max(1, area.height - 2))
        drawJobs(model, into: &frame, area: top)
        drawBar(model, into: &frame, area: below.splitTop(1).top)
        drawHistory(model, into: &frame, area: below.splitTop(1).rest)
    }

    private static func fraction(_ model: DashboardModel) -> Double {
        Double(model.shown.state.occupied) / Double(model.shown.state.capacity)
    }

    private static func drawJobs(
        _ model: DashboardModel,
        into frame: inout CellBuffer,
        area: Rect
    ) {
        let jobs = inOrder(model)
        guard !jobs.isEmpty else {
            frame.write("empty", x: area.x + 1, y: area.y, style: .faint, in: area)
            return
        }
        var (x, y) = (area.x + 1, area.y)
        for (position, job) in jobs.enumerated() {
            let name = clipped(model.setup.nameOfDevice(job.device), to: 12)
            let text = (position == 0 ? "▸" : "") + "\(name):\(job.cpuTime)"
            if x + displayWidth(of: text) > area.maxX, x > area.x + 1 {
                (x, y) = (area.x + 1, y + 1)
                guard y < area.maxY else { return }
            }
            let style: Style = position == 0 ? .strong : .plain
            x = frame.write(text, x: x, y: y, style: style, in: area) + 1
        }
    }

    /// The jobs as the policy will let them go.
    private static func inOrder(_ model: DashboardModel) -> [Job] {
        let policy = model.setup.policy
        return model.shown.state.slots.map(\.job).sorted { left, right in
            (policy.rank(of: left), left.id) < (policy.rank(of: right), right.id)
        }
    }

    private static func drawBar(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let percent = "\(Int((fraction(model) * 100).rounded())) %"
        let width = max(0, area.width - 8)
        let bar = Bar.draw(fraction: fraction(model), width: width)
        let x = frame.write(bar.filled, x: area.x + 1, y: area.y, style: .bar, in: area)
        frame.write(bar.empty, x: x, y: area.y, style: .barEmpty, in: area)
        frame.writeRight(
            percent,
            x: area.x,
            y: area.y,
            style: .value,
            width: area.width - 1,
            in: area
        )
    }

    private static func drawHistory(
        _ model: DashboardModel,
        into frame: inout CellBuffer,
        area: Rect
    ) {
        let width = max(0, area.width - 8)
        let values = model.shown.history.seconds.map {
            Double($0) / Double(model.shown.state.capacity)
        }
        let text = Sparkline.text(values: values, width: width)
        frame.write(text, x: area.x + 1, y: area.y, style: .history, in: area)
        frame.writeRight(
            "\(width) s",
            x: area.x,
            y: area.y,
            style: .faint,
            width: area.width - 1,
            in: area
        )
    }
}
