import Core
import TerminalUI

/// Draws the model: divides the screen among the panes, and everything fits any size.
enum Screen {
    static func draw(_ model: DashboardModel) -> CellBuffer {
        var frame = CellBuffer(width: model.size.width, height: model.size.height)
        let (title, rest) = frame.bounds.splitTop(1)
        let (body, keys) = rest.splitBottom(rest.height > 3 ? 1 : 0)
        TitleLine.draw(model, into: &frame, area: title)
        for place in Layout.places(in: body, focus: model.focus) {
            let pane = PaneCatalog.pane(place.pane)
            switch place.manner {
            case .boxed: pane.drawBoxed(model, into: &frame, area: place.area)
            case .bare: pane.draw(model, into: &frame, area: place.area)
            case .line:
                frame.write(
                    pane.line(model),
                    x: place.area.x,
                    y: place.area.y,
                    in: place.area
                )
            }
        }
        KeyLine.draw(model, into: &frame, area: keys)
        if model.isHelpShown { Help.draw(into: &frame, area: body) }
        return frame
    }
}
