/// What a watcher's screen knows of its connection.
struct WatchView: Equatable {
    enum Link: Equatable {
        case connecting
        case live
        /// There is no stream; why, and after how many seconds the next attempt comes.
        case lost(String, retryAfter: Int)
        /// The server ended as it should; another may come in its place.
        case ended
    }

    /// Such as `127.0.0.1:5555`.
    let name: String
    var link = Link.connecting
    /// Whether the server has said anything yet, so that there is a picture.
    var isGreeted = false

    /// What is said when the stream ends.
    static func loss(of name: String, _ reason: String, retryAfter seconds: Int) -> String {
        "lost \(name): \(reason); trying again in \(seconds) s"
    }

    static let readOnly = "read-only: this is a watcher's screen"
}

extension DashboardModel {
    /// The connection to the server that is watched came, or went.
    mutating func link(_ view: WatchView) {
        switch view.link {
        case .connecting: break
        case .live:
            switch watch?.link {
            case .lost, .ended: notice = "connected again to \(view.name)"
            case .connecting, .live, nil: break
            }
        case .lost(let reason, let seconds):
            notice = WatchView.loss(of: view.name, reason, retryAfter: seconds)
        case .ended: notice = "\(view.name) has ended; the picture is its last"
        }
        watch = view
    }
}

extension DashboardModel {
    /// Whether a key would do nothing here but say so.
    func refuses(_ action: KeyBinding.Action) -> Bool {
        guard player == nil else { return false }
        return watchRefusal(of: action) != nil || (setup.isReadOnly && action.changesServer)
    }

    /// Why a watcher's screen does not do this; `nil` where it does, and on a server's own.
    func watchRefusal(of action: KeyBinding.Action) -> String? {
        guard watch != nil else { return nil }
        switch action {
        case .mailboxes where !mailboxes.rows.isEmpty: return nil
        case .mailboxes, .watchers, .registry, .refused, .join:
            return "only the server's own screen shows that"
        default: return action.changesServer ? WatchView.readOnly : nil
        }
    }
}

extension KeyBinding.Action {
    /// Which page it opens.
    var panel: DashboardModel.Panel? {
        switch self {
        case .why: .why
        case .theory: .theory
        case .schedules: .schedules
        case .watchers: .watchers
        case .mailboxes: .mailboxes
        case .registry: .registry
        case .refused: .refused
        case .join: .join
        default: nil
        }
    }

    /// Whether it would change what everybody sees, not only this screen.
    ///
    /// Every action is named, so that whoever adds one has to say.
    var changesServer: Bool {
        switch self {
        case .togglePause, .step, .stepSelected, .slowMotion, .faster, .slower, .nextProgram,
            .previousProgram, .correctProgram, .attack, .killOrRevive, .slowDown, .dropDatagram,
            .doubleDatagram, .predict, .answer, .chapterAgain, .kick, .mute, .limit:
            true
        case .freeze, .why, .hideVerdict, .theory, .schedules, .watchers, .registry, .mailboxes,
            .refused, .join, .back, .forth, .pageBack, .pageForth, .markBefore, .markAfter, .oldest,
            .newest, .mark,
            .live, .nextPane,
            .previousPane, .down, .up, .first, .last, .zoom, .present, .filter, .toggleHelp, .quit:
            false
        }
    }
}
