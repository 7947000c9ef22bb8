import Core
import TerminalUI

/// All that the client's screen shows.
struct ClientModel: Equatable {
    /// What does not change.
    struct Setup: Equatable {
        /// Such as `127.0.0.1:5555 udp`.
        var endpoint: String
        /// `nil` where there is no end.
        var plannedJobs: Int?
        var waitsForReplies = true
    }

    enum Message: Equatable {
        case key(Key)
        case resized(width: Int, height: Int)
        /// The fleet and the server were looked at.
        case looked(DeviceControl.Look, BufferCounts?, now: Microseconds)
    }

    /// What an update wants done outside the model.
    enum Effect: Equatable {
        case send(Int)
        case setPaused(Bool)
        case setRate(Rate)
        case quit
    }

    /// So many jobs a burst has.
    static let burst = 10

    let setup: Setup
    var size: (width: Int, height: Int) {
        get { (columns, rows) }
        set { (columns, rows) = (newValue.width, newValue.height) }
    }
    private var columns: Int
    private var rows: Int
    private(set) var look = DeviceControl.Look()
    /// What the server told last; `nil` when it does not tell.
    private(set) var counts: BufferCounts?
    private(set) var now = Microseconds.zero
    private(set) var isHelpShown = false

    init(setup: Setup, size: (width: Int, height: Int)) {
        self.setup = setup
        (columns, rows) = size
    }

    /// Sent jobs whose reply is still awaited.
    var awaited: Int {
        setup.waitsForReplies ? max(0, look.sent - look.replied - look.unanswered) : 0
    }

    /// Jobs that need no more attention.
    var finished: Int { setup.waitsForReplies ? look.finished : look.sent + look.failed }

    /// Changes the model; nothing else does.
    mutating func update(_ message: Message) -> [Effect] {
        switch message {
        case .looked(let look, let counts, let now):
            (self.look, self.counts, self.now) = (look, counts, now)
        case .resized(let width, let height): size = (width, height)
        case .key where isHelpShown: isHelpShown = false
        case .key(let key): return ClientKey.action(for: key).map { perform($0) } ?? []
        }
        return []
    }

    private mutating func perform(_ action: ClientKey.Action) -> [Effect] {
        switch action {
        case .send: return [.send(1)]
        case .burst: return [.send(Self.burst)]
        case .togglePause:
            look.isPaused.toggle()
            return [.setPaused(look.isPaused)]
        case .faster, .slower:
            look.rate = look.rate.next(faster: action == .faster)
            return [.setRate(look.rate)]
        case .toggleHelp:
            isHelpShown = true
            return []
        case .quit: return [.quit]
        }
    }
}
