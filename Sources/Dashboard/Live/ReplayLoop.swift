import Core
import TerminalUI

/// Plays a recording in the dashboard. Main thread; it sleeps while nothing is played.
struct ReplayLoop {
    private let session: TerminalSession
    private let frameTime: Duration
    private var model: DashboardModel
    private var isOver = false

    /// - Parameters:
    ///   - model: With the recording as its rewind, and a player.
    ///   - session: The terminal.
    ///   - framesPerSecond: At most.
    init(_ model: DashboardModel, session: TerminalSession, framesPerSecond: Int) {
        self.model = model
        self.session = session
        frameTime = .seconds(1) / framesPerSecond
        let size = session.size
        self.model.size = size
    }

    /// Returns when the user quits or a signal asks for it.
    mutating func run() {
        var last = ContinuousClock.now
        while !isOver {
            session.present(Screen.draw(model))
            let isPlaying = model.player?.isPlaying == true
            switch session.nextEvent(waking: nil, atMost: isPlaying ? frameTime : nil) {
            case .key(let key): apply(.key(key))
            case .resized(let width, let height): apply(.resized(width: width, height: height))
            case .terminate, .inputClosed: isOver = true
            case .resumed, .woken, .timeout: break
            }
            let now = ContinuousClock.now
            if isPlaying { apply(.played(for: now - last)) }
            last = now
        }
    }

    private mutating func apply(_ message: Message) {
        for effect in model.update(message) {
            switch effect {
            case .quit: isOver = true
            case .compareSchedules:
                // Nothing else goes on meanwhile.
                let jobs = model.executedJobs(of: Ledger())()
                apply(.compared(ScheduleComparison(jobs, on: ScheduleComparison.Shape(model))))
            default: break  // The past cannot be changed.
            }
        }
    }
}
