import Core
import TerminalUI

/// Draws the model: divides the screen among the panes, and everything fits any size.
enum Screen {
    static func draw(_ model: DashboardModel) -> CellBuffer {
        var frame = CellBuffer(width: model.size.width, height: model.size.height)
        let (title, rest) = frame.bounds.splitTop(1)
        let (body, keys) = rest.splitBottom(rest.height > 3 ? 1 : 0)
        TitleLine.draw(model, into: &frame, area: title)
        for place in Layout.places(in: body, focus: model.focus, needs: Layout.Needs(model)) {
            let pane = PaneCatalog.pane(place.pane)
            switch place.manner {
            case .boxed: pane.drawBoxed(model, into: &frame, area: place.area)
            case .ruled: pane.drawRuled(model, into: &frame, area: place.area)
            case .bare: pane.draw(model, into: &frame, area: place.area)
            case .compact: pane.drawCompact(model, into: &frame, area: place.area)
            }
        }
        KeyLine.draw(model, into: &frame, area: keys)
        if model.isHelpShown { Help.draw(into: &frame, area: body) }
        return frame
    }
}

extension Layout.Needs {
    init(_ model: DashboardModel) {
        let state = model.shown.state
        rows = max(state.threads.count, model.shown.devices.count)
        programRows = ProgramPane.rows(state.programs)
    }
}
