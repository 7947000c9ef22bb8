import Core
import TerminalUI

/// What makes it readable and convincing in a room: zoom, large figures, the filter, a bad network.
extension DashboardModel {
    mutating func performInRoom(_ action: KeyBinding.Action) {
        switch action {
        case .zoom: isZoomed ? leaveZoom() : beginZoom()
        case .present:
            isPresenting.toggle()
            if isPresenting { leaveZoom() }
        case .filter: beginFilter()
        default: break  // `performAnywhere` sends nothing else here.
        }
    }

    // MARK: - Zoom

    /// The panes that tab goes through: zoomed all of them, else those that can be moved in.
    var focusRing: [PaneKind] {
        guard isZoomed else { return PaneKind.focusable }
        // A lesson's page is there anyway.
        return PaneKind.allCases.filter { $0 != .lesson && ($0 != .verdict || verdict != nil) }
    }

    private mutating func beginZoom() {
        isPresenting = false
        isZoomed = true
    }

    private mutating func leaveZoom() {
        isZoomed = false
        // Among the others only these can have the focus.
        if !PaneKind.focusable.contains(focus) { focus = .log }
    }

    /// What escape goes back from, the innermost first.
    mutating func goBack() {
        if isPresenting {
            isPresenting = false
        } else if isZoomed {
            leaveZoom()
        } else if filter != nil {
            clearFilter()
        } else {
            hiddenVerdict = verdict?.title
        }
    }

    // MARK: - Help

    /// Whether the key turned a page of the help.
    mutating func turnHelpPage(_ key: Key) -> Bool {
        let last = Help.pages(of: self).count - 1
        switch key {
        case .down, .right, .pageDown, .character("j"): helpPage = min(helpPage + 1, last)
        case .up, .left, .pageUp, .character("k"): helpPage = max(0, min(helpPage, last) - 1)
        default: return false
        }
        return true
    }

    // MARK: - The filter

    private mutating func beginFilter() {
        if filter == nil { filter = Filter() } else { filter?.resume() }
    }

    mutating func type(_ key: Key) {
        guard var filter else { return }
        let outcome = filter.press(key)
        let hasChanged = filter.text != self.filter?.text
        self.filter = filter
        if outcome == .cleared { clearFilter() }
        if hasChanged { cursors[.log] = 0 }
    }

    private mutating func clearFilter() {
        filter = nil
        cursors[.log] = 0
    }

    /// The devices that pass the filter.
    var devices: [DeviceRow] {
        guard let filter, !filter.isEmpty else { return shown.devices }
        return shown.devices.filter { filter.matches($0.name) }
    }

    /// The log's lines that pass the filter.
    var log: EventLog {
        guard let filter, !filter.isEmpty else { return shown.log }
        return shown.log.lines { filter.matches($0.text) }
    }

    /// What a title says about the filter, such as `, /p1: 12 match`.
    func filterText(matches: Int) -> String {
        guard let filter else { return "" }
        return ", /\(filter.text): \(matches) \(matches == 1 ? "matches" : "match")"
    }

    // MARK: - The network

    /// Drops or doubles the next datagram; asked again, it does not.
    mutating func arm(_ deed: DatagramChaos.Deed) -> [Effect] {
        armedDeed = armedDeed == deed ? nil : deed
        notice =
            switch armedDeed {
            case .drop: "the next datagram will be dropped; d again lets it through"
            case .double: "the next datagram will be doubled; D again lets it through as it is"
            case nil: "the next datagram will be let through"
            }
        return [.armDatagramChaos(armedDeed)]
    }
}
