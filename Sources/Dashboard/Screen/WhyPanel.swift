import Core
import TerminalUI

/// Why each thread does not move, over the panes; and what is wrong, if anything is.
enum WhyPanel {
    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let lines = lines(model, width: area.width - 4)
        // Over everything: half a pane below would only look torn.
        frame.fill(area, character: " ", style: .plain)
        let isCut = lines.count + 2 > area.height
        frame.box(
            area,
            title: "Why",
            style: .borderFocused,
            titleStyle: .strong,
            footer: isCut ? "more threads than fit; any key goes back" : "any key goes back"
        )
        let inner = area.inset()
        for (row, line) in lines.enumerated() where row < inner.height {
            frame.write(line.text, x: inner.x + 1, y: inner.y + row, style: line.style, in: inner)
        }
    }

    private static func lines(
        _ model: DashboardModel,
        width: Int
    ) -> [(text: String, style: Style)] {
        var lines: [(text: String, style: Style)] = []
        if let verdict = model.shown.verdict {
            lines += wrapped("\(verdict.title). \(verdict.text)", to: width).map { ($0, .alarm) }
            lines += verdict.drawing.map { ($0, .waiting) }
            lines.append(("", .plain))
        }
        let selected = model.cursor(.threads)
        let (state, now) = (model.shown.state, model.shown.now)
        let explainer = Explainer()
        let reasons = model.shown.threads.map { explainer.why($0.id, in: state, now: now) }
        // The selected thread first, because it is the one that was asked for.
        let order = reasons.indices.sorted {
            ($0 == selected ? 0 : 1, $0) < ($1 == selected ? 0 : 1, $1)
        }
        for index in order {
            let style: Style = index == selected ? .strong : .plain
            lines += wrapped(reasons[index], to: width).map { ($0, style) }
        }
        return lines.isEmpty ? [("no thread is there yet", .faint)] : lines
    }
}
