import Core
import TerminalUI

/// What queueing theory foretells beside what is measured, over the panes.
enum TheoryPanel {
    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        frame.fill(area, character: " ", style: .plain)
        frame.box(
            area,
            title: title(model.shown.figures),
            style: .borderFocused,
            titleStyle: .strong,
            footer: "any key goes back"
        )
        let inner = area.inset()
        for (row, line) in lines(model, width: inner.width - 2).enumerated()
        where row < inner.height {
            frame.write(line.text, x: inner.x + 1, y: inner.y + row, style: line.style, in: inner)
        }
    }

    private typealias Line = (text: String, style: Style)

    private static func title(_ figures: QueueFigures?) -> String {
        guard let name = figures?.model?.name else { return "Theory" }
        return "Theory: \(name)"
    }

    private static func lines(_ model: DashboardModel, width: Int) -> [Line] {
        guard let figures = model.shown.figures else {
            return wrapped("no consumer is there to be measured", to: width).map { ($0, .faint) }
        }
        guard figures.isEnough, let theory = figures.model else {
            let text =
                "not enough jobs yet: \(figures.finished) of \(QueueFigures.leastJobs) were executed"
                + " while this screen saw every event. Where it cannot keep up with the engine it"
                + " begins anew: make the engine slower (-)."
            return wrapped(text, to: width).map { ($0, .faint) }
        }
        return table(figures, theory, width: width) + [("", .plain)]
            + remarks(figures, model).flatMap { wrapped($0, to: width) }.map { ($0, .faint) }
    }

    // MARK: - The table

    private struct Row {
        let name: String
        let symbol: String
        let measured: String
        let theory: String
        var note = ""
    }

    private static func table(
        _ figures: QueueFigures,
        _ theory: QueueingModel,
        width: Int
    ) -> [Line] {
        let heading = Row(
            name: "over \(Span.precise(.seconds(figures.duration)))",
            symbol: "",
            measured: "measured",
            theory: "theory"
        )
        return [(text(heading, width), .faint)]
            + rows(figures, theory).map { (text($0, width), .plain) }
    }

    private static func rows(_ figures: QueueFigures, _ theory: QueueingModel) -> [Row] {
        [
            Row(
                name: "arrivals a second",
                symbol: "lambda",
                measured: number(figures.arrivalRate),
                theory: "given",
                note: "spread \(number(figures.arrivalVariation)); theory: 1"
            ),
            Row(
                name: "seconds a job",
                symbol: "1/mu",
                measured: number(figures.serviceTime),
                theory: "given",
                note: "spread \(number(figures.serviceVariation)); theory: 1"
            ),
            Row(
                name: "utilisation",
                symbol: "rho",
                measured: number(figures.busyShare),
                theory: number(theory.busyShare),
                note: "c = \(figures.consumers); offered \(number(theory.utilisation))"
            ),
            Row(
                name: "jobs inside",
                symbol: "L",
                measured: number(figures.occupancy),
                theory: number(theory.occupancy),
                note: "at most K = \(figures.room)"
            ),
            Row(
                name: "waiting, seconds",
                symbol: "Wq",
                measured: number(figures.waitingTime),
                theory: number(theory.waitingTime)
            ),
            Row(
                name: "stay, seconds",
                symbol: "W",
                measured: number(figures.timeInside),
                theory: number(theory.timeInside)
            ),
            Row(
                name: "buffer full",
                symbol: "pK",
                measured: percent(figures.fullShare),
                theory: percent(theory.blocking),
                note: "of the time; of the jobs"
            ),
            Row(
                name: "Little's law",
                symbol: "lambda W",
                measured: number(figures.littleOccupancy),
                theory: number(theory.occupancy),
                note: "must be L"
            ),
        ]
    }

    /// The name and the note go first where there is no room.
    private static func text(_ row: Row, _ width: Int) -> String {
        let figures =
            padded(row.symbol, 9) + right(row.measured, 9) + " " + right(row.theory, 9)
        let named = padded(row.name, 18) + figures
        if width >= 46 {
            return row.note.isEmpty ? named : clipped("\(named)  \(row.note)", to: width)
        }
        if width >= 28 { return figures }
        return clipped("\(padded(row.symbol, 6)) \(row.measured) \(row.theory)", to: width)
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - displayWidth(of: text)))
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - displayWidth(of: text))) + text
    }

    /// Two decimals; more of them for small numbers, none for large.
    private static func number(_ value: Double) -> String {
        if value >= 1000 { return "\(Int(min(value, 1e15).rounded()))" }
        if value < 0.1, value > 0 { return "\(Double(Int((value * 10_000).rounded())) / 10_000)" }
        return ScheduleTable.decimal(value)
    }

    private static func percent(_ part: Double) -> String {
        let tenths = Int((part * 1000).rounded())
        return "\(tenths / 10).\(tenths % 10) %"
    }

    // MARK: - What to think of it

    private static func remarks(_ figures: QueueFigures, _ model: DashboardModel) -> [String] {
        let state = model.shown.state
        let room =
            state.isRendezvous
            ? "There are no slots: a job is handed over when a consumer is ready, so K is"
                + " \(figures.consumers), those in execution."
            : state.programs.keepsSlotsWhileExecuting
                ? "A job keeps its slot until it is done, so K is the \(state.capacity) slots."
                : "A consumer gives a job's slot back before it executes the job, so K is"
                    + " \(state.capacity) slots and \(figures.consumers) in execution."
        let assumptions =
            "Theory assumes that jobs come and last by pure chance (spread 1; a spread below makes"
            + " queues shorter, above longer), and that who finds the buffer full is turned away."
        let here =
            "Here nobody is turned away: jobs wait outside, and a sender that awaits its reply sends"
            + " no other meanwhile. So near full the buffer stays full longer than foretold."
        return [room, assumptions, here]
    }
}
