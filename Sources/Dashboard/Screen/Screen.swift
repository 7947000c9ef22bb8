import Core
import TerminalUI

/// Draws the model: divides the screen among the panes, and everything fits any size.
enum Screen {
    static func draw(_ model: DashboardModel) -> CellBuffer {
        var frame = CellBuffer(width: model.size.width, height: model.size.height)
        let (title, body, keys) = parts(frame.bounds)
        TitleLine.draw(model, into: &frame, area: title)
        if model.isPresenting {
            let (rest, _) = Layout.page(in: body, Layout.Needs(model))
            Presenter.draw(model, into: &frame, area: rest)
        }
        for place in places(model, in: body) {
            let pane = PaneCatalog.pane(place.pane)
            switch place.manner {
            case .boxed: pane.drawBoxed(model, into: &frame, area: place.area)
            case .ruled: pane.drawRuled(model, into: &frame, area: place.area)
            case .bare: pane.draw(model, into: &frame, area: place.area)
            case .compact: pane.drawCompact(model, into: &frame, area: place.area)
            }
        }
        KeyLine.draw(model, into: &frame, area: keys)
        if model.isHelpShown { Help.draw(model, into: &frame, area: body) }
        switch model.panel {
        case .why?: WhyPanel.draw(model, into: &frame, area: body)
        case .theory?: TheoryPanel.draw(model, into: &frame, area: body)
        case .schedules?: SchedulesPanel.draw(model, into: &frame, area: body)
        case .watchers?: WatchersPanel.draw(model, into: &frame, area: body)
        case .mailboxes?: MailboxesPanel.draw(model, into: &frame, area: body)
        case .registry?: RegistryPanel.draw(model, into: &frame, area: body)
        case .refused?: PeersPanel.draw(model, into: &frame, area: body)
        case .join?: JoinPanel.draw(model, into: &frame, area: body)
        case nil: break
        }
        if let watch = model.watch, !watch.isGreeted {
            WatchPage.draw(watch, into: &frame, area: body)
        }
        return frame
    }

    /// What lies between title and keys.
    static func body(of size: (width: Int, height: Int)) -> Rect {
        parts(Rect(x: 0, y: 0, width: size.width, height: size.height)).body
    }

    /// How many rows a pane shows at once; 0 when it is not on the screen.
    static func rows(of pane: PaneKind, in model: DashboardModel) -> Int {
        let screen = Rect(x: 0, y: 0, width: model.size.width, height: model.size.height)
        guard let place = places(model, in: parts(screen).body).first(where: { $0.pane == pane })
        else { return 0 }
        switch place.manner {
        case .boxed: return place.area.inset().height
        case .ruled: return max(0, place.area.height - 1)
        case .bare, .compact: return place.area.height
        }
    }

    private static func parts(_ screen: Rect) -> (title: Rect, body: Rect, keys: Rect) {
        let (title, rest) = screen.splitTop(1)
        let (body, keys) = rest.splitBottom(rest.height > 3 ? 1 : 0)
        return (title, body, keys)
    }

    private static func places(_ model: DashboardModel, in body: Rect) -> [Layout.Place] {
        let needs = Layout.Needs(model)
        guard model.isPresenting || model.isZoomed else {
            return Layout.places(in: body, focus: model.focus, needs: needs)
        }
        let (rest, page) = Layout.page(in: body, needs)
        return (model.isZoomed ? [Layout.zoomed(model.focus, in: rest)] : []) + page
    }
}

extension Layout.Needs {
    init(_ model: DashboardModel) {
        let state = model.shown.state
        rows = max(model.shown.threads.count, model.shown.devices.count)
        programRows = ProgramPane.rows(state.programs, width: 0)
        programRowsBeside = ProgramPane.rows(state.programs, width: model.size.width - 2)
        wantsProgram = state.isPaused || model.verdict != nil || model.rewind != nil
        let isBoxed = model.size.width >= Layout.boxedWidth
        lessonRows =
            LessonPane.isThere(model)
            ? LessonPane.rows(model, width: model.size.width - (isBoxed ? 2 : 0)) : 0
        // What is wrong would be the answer.
        let isAsked = lessonRows > 0 && LessonPane.isAsking(model)
        verdictRows =
            (isAsked ? nil : model.verdict).map {
                VerdictPane.rows($0, width: model.size.width - (isBoxed ? 2 : 0))
            } ?? 0
    }
}
