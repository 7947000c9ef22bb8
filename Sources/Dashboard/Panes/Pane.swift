import Core
import TerminalUI

/// One part of the screen: a function of the model into an area, which changes nothing.
protocol Pane {
    static var kind: PaneKind { get }
    /// What stands in the upper border.
    static func title(_ model: DashboardModel) -> String
    /// What stands in the lower border.
    static func footer(_ model: DashboardModel) -> String?
    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect)
    /// The pane in one line, where there is no room for more.
    static func line(_ model: DashboardModel) -> String
}

extension Pane {
    static func footer(_ model: DashboardModel) -> String? { nil }
    static func line(_ model: DashboardModel) -> String { title(model) }

    /// Draws the pane in its box.
    static func drawBoxed(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let hasFocus = model.focus == kind
        frame.box(
            area,
            title: title(model),
            style: hasFocus ? .borderFocused : .border,
            titleStyle: hasFocus ? .strong : .label,
            footer: footer(model) ?? ""
        )
        draw(model, into: &frame, area: area.inset())
    }

    /// The first row to draw so that the pane's cursor is in sight.
    static func firstRow(_ model: DashboardModel, rows: Int, height: Int) -> Int {
        max(0, min(model.cursor(kind) - height + 1, rows - height))
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
        case .log: LogPane.self
        }
    }
}
