import Core
import TerminalUI

/// One part of the screen: a function of the model into an area, which changes nothing.
protocol Pane {
    static var kind: PaneKind { get }
    /// What stands in the upper border.
    static func title(_ model: DashboardModel) -> String
    /// What stands in the lower border of a box with so many rows inside.
    static func footer(_ model: DashboardModel, height: Int) -> String?
    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect)
    /// Draws the pane in a line or two, where there is no room for more.
    static func drawCompact(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect)
    /// Draws the pane in its box.
    static func drawBoxed(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect)
}

extension Pane {
    static func footer(_ model: DashboardModel, height: Int) -> String? { nil }

    static func drawCompact(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        draw(model, into: &frame, area: area)
    }

    static func drawBoxed(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let hasFocus = model.focus == kind
        frame.box(
            area,
            title: title(model),
            style: hasFocus ? .borderFocused : .border,
            titleStyle: hasFocus ? .strong : .label,
            footer: footer(model, height: area.inset().height) ?? ""
        )
        draw(model, into: &frame, area: area.inset())
    }

    /// Draws the pane under a line with its title.
    static func drawRuled(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let hasFocus = model.focus == kind
        let (rule, rest) = area.splitTop(1)
        frame.fill(rule, character: "─", style: hasFocus ? .borderFocused : .border)
        frame.write(
            " \(clipped(title(model), to: max(0, rule.width - 4))) ",
            x: rule.x + 1,
            y: rule.y,
            style: hasFocus ? .strong : .label,
            in: rule
        )
        draw(model, into: &frame, area: rest)
    }

    /// The first row to draw so that the pane's cursor is in sight.
    static func firstRow(_ model: DashboardModel, rows: Int, height: Int) -> Int {
        max(0, min(model.cursor(kind) - height + 1, rows - height))
    }

    /// How many rows there are below those that are drawn.
    static func rowsBelow(_ model: DashboardModel, rows: Int, height: Int) -> Int {
        max(0, rows - height - firstRow(model, rows: rows, height: height))
    }
}

enum PaneCatalog {
    static func pane(_ kind: PaneKind) -> any Pane.Type {
        switch kind {
        case .buffer: BufferPane.self
        case .semaphores: SemaphoresPane.self
        case .devices: DevicesPane.self
        case .threads: ThreadsPane.self
        case .program: ProgramPane.self
        case .times: TimesPane.self
        case .verdict: VerdictPane.self
        case .log: LogPane.self
        case .lesson: LessonPane.self
        }
    }
}
