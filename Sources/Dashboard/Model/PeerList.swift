import Core

/// The addresses on a page, to choose the one that is to be silenced.
struct PeerList: Equatable {
    private(set) var rows: [PeerRow] = []
    /// Rows move; whoever is meant does not.
    private(set) var chosen: SocketAddress?

    init() {}

    /// - Parameter chosen: Who is selected at first; `nil` selects the first one who is not muted.
    init(choosing chosen: SocketAddress?) {
        self.chosen = chosen
    }

    var place: Int? { rows.firstIndex { $0.address == chosen } }

    var selected: PeerRow? { place.map { rows[$0] } }

    /// Takes who is there now. Whoever was chosen and has gone is not replaced: somebody else would
    /// be silenced.
    mutating func take(_ rows: [PeerRow]) {
        self.rows = rows
        if chosen == nil { chosen = (rows.first { !$0.isMuted } ?? rows.first)?.address }
    }

    /// Selects the row so many further down, within the rows.
    mutating func move(by distance: Int) {
        guard !rows.isEmpty else { return }
        let next = place.map { max(0, min($0 + distance, rows.count - 1)) }
        chosen = rows[next ?? 0].address
    }

    /// Until the next look tells, a second press of the same key must count too.
    mutating func mute(_ isMuted: Bool) {
        if let place { rows[place].isMuted = isMuted }
    }
}

extension DashboardModel {
    /// Opens the page of the addresses, with that of the selected device chosen.
    mutating func openPeers() {
        panel = .refused
        let device = focus == .devices ? selectedDevicePlace.map { devices[$0] } : nil
        peers = PeerList(choosing: device?.address)
    }

    /// Whether a key moved the selection on that page.
    mutating func movesAmongPeers(_ key: KeyBinding.Action) -> Bool {
        guard panel == .refused, !isHelpShown else { return false }
        switch key {
        case .down: peers.move(by: 1)
        case .up: peers.move(by: -1)
        case .first: peers.move(by: -peers.rows.count)
        case .last: peers.move(by: peers.rows.count)
        default: return false
        }
        return true
    }

    /// Whether a key means the selected address, and the page stays.
    func actsOnPeers(_ key: KeyBinding.Action) -> Bool {
        panel == .refused && !isHelpShown && [.mute, .kick].contains(key)
    }

    /// What the keyboard does to the selected address.
    mutating func guardPeers(_ action: KeyBinding.Action) -> [Effect] {
        guard let peer = peers.selected else {
            notice =
                peers.rows.isEmpty ? "nobody is here yet" : "select an address first (↑ ↓)"
            return []
        }
        let (address, name) = (peer.address, peer.address.networkText)
        guard action == .mute else {
            peers.mute(true)
            notice = "\(name) was kicked out: muted, its connections closed; u lets it back"
            return [.kickAddress(address)]
        }
        peers.mute(!peer.isMuted)
        notice =
            peer.isMuted
            ? "\(name) may send again"
            : "\(name) is muted: all it sends is refused; u lets it send again"
        return [.muteAddress(address, !peer.isMuted)]
    }
}
