import TerminalUI

/// What is wrong and what to change, in words and as a drawing; there only when something is.
enum VerdictPane: Pane {
    static let kind = PaneKind.verdict

    static func title(_ model: DashboardModel) -> String {
        guard let verdict = model.verdict else { return "Nothing is wrong" }
        return verdict.since.map { "\(verdict.title), since event \($0)" } ?? verdict.title
    }

    static func footer(_ model: DashboardModel, height: Int) -> String? {
        let hasRemedy = model.rewind == nil && !model.shown.state.programs.isCorrect
        return hasRemedy ? "w why  c correct program  esc hides this" : "w why  esc hides this"
    }

    /// How many rows it takes to say it all.
    static func rows(_ verdict: Verdict, width: Int) -> Int {
        wrapped(verdict.text, to: width - 2).count + verdict.drawing.count
    }

    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        guard let verdict = model.verdict else { return }
        var rest = area
        for line in wrapped(verdict.text, to: area.width - 2) where !rest.isEmpty {
            frame.write(line, x: rest.x + 1, y: rest.y, style: .strong, in: rest)
            rest = rest.splitTop(1).rest
        }
        for line in verdict.drawing where !rest.isEmpty {
            let text = clipped(line, to: max(0, rest.width - 1))
            frame.write(text, x: rest.x + 1, y: rest.y, style: .waiting, in: rest)
            rest = rest.splitTop(1).rest
        }
    }

    static func drawBoxed(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        frame.box(
            area,
            title: title(model),
            style: .alarm,
            titleStyle: .alarm,
            footer: footer(model, height: area.inset().height) ?? ""
        )
        draw(model, into: &frame, area: area.inset())
    }
}
