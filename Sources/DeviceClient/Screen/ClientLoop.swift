import Core
import TerminalUI

/// Runs the client's screen: looks, draws, and sleeps until something happens. Main thread.
struct ClientLoop {
    private static let frameTime = Duration.milliseconds(33)
    /// What has no reply is counted in seconds.
    private static let tick = Duration.seconds(1)

    private let control: DeviceControl
    private let session: TerminalSession
    private let changes: ChangeSignal
    private let clock: any EngineClock
    private let counts: () -> BufferCounts?
    private var model: ClientModel
    private var end: Int32?

    /// - Parameters:
    ///   - setup: What the screen says of the run.
    ///   - control: Of the fleet; fires the changes.
    ///   - changes: Wakes the loop.
    ///   - session: The terminal.
    ///   - clock: The fleet's.
    ///   - counts: What the server told last.
    init(
        _ setup: ClientModel.Setup,
        control: DeviceControl,
        changes: ChangeSignal,
        session: TerminalSession,
        clock: any EngineClock,
        counts: @escaping () -> BufferCounts?
    ) {
        self.control = control
        self.changes = changes
        self.session = session
        self.clock = clock
        self.counts = counts
        model = ClientModel(setup: setup, size: session.size)
    }

    /// Returns when the user quits or a signal asks for it: the signal, or 0.
    mutating func run() -> Int32 {
        while true {
            changes.arm()
            apply(.looked(control.look, counts(), now: clock.now))
            session.present(ClientScreen.draw(model))
            let frame = ContinuousClock.now
            handle(session.nextEvent(waking: changes.descriptor, atMost: Self.tick))
            // Whatever else happens within a frame's time is shown together.
            while end == nil, case let left = frame + Self.frameTime - .now, left > .zero {
                handle(session.nextEvent(waking: nil, atMost: left))
            }
            if let end { return end }
        }
    }

    private mutating func handle(_ event: TerminalEvent) {
        switch event {
        case .key(let key): apply(.key(key))
        case .resized(let width, let height): apply(.resized(width: width, height: height))
        case .terminate(let signal): end = signal
        case .inputClosed: end = 0
        case .resumed, .woken, .timeout: break
        }
    }

    private mutating func apply(_ message: ClientModel.Message) {
        for effect in model.update(message) {
            switch effect {
            case .send(let count): control.sendNow(count)
            case .setPaused(let isPaused): control.setPaused(isPaused)
            case .setRate(let rate): control.setRate(rate)
            case .quit: end = 0
            }
        }
    }
}
