import Core
import Glibc
import TerminalUI

/// Shows the servers of a group until the user chooses one. Main thread.
struct GroupLoop {
    private let ear: GroupEar
    private let clock: any EngineClock
    private let session: TerminalSession
    private var screen: GroupScreen

    /// How long ago somebody was heard is told in seconds.
    private static let tick = Duration.seconds(1)

    /// - Parameters:
    ///   - ear: Who listens to the group.
    ///   - clock: The listener's.
    ///   - screen: What is shown first.
    ///   - session: The terminal.
    init(
        _ ear: GroupEar,
        clock: any EngineClock,
        screen: GroupScreen,
        session: TerminalSession
    ) {
        self.ear = ear
        self.clock = clock
        self.session = session
        self.screen = screen
    }

    /// - Returns: The address that the user wants to follow; `nil` when the user has seen enough.
    mutating func run() -> String? {
        screen.size = session.size
        while true {
            ear.changes.arm()
            let changes = ear.takeChanges()
            if let last = changes.last { screen.notice = last.sentence }
            screen.show(ear.members, at: clock.now)
            screen.hints = ear.hints
            session.present(screen.draw())
            switch session.nextEvent(waking: ear.changes.descriptor, atMost: Self.tick) {
            case .key(let key):
                switch screen.press(key) {
                case .nothing: break
                case .quit: return nil
                case .watch(let address): return address
                }
            case .resized(let width, let height): screen.size = (width, height)
            case .terminate, .inputClosed: return nil
            case .resumed, .woken, .timeout: break
            }
        }
    }

    /// Says something below the list until a key is pressed or something is heard.
    mutating func say(_ sentence: String) { screen.notice = sentence }

    /// Without a screen: a line for whatever changes, until a signal comes or nobody reads any more.
    static func printChanges(_ ear: GroupEar, signals: SignalSource, to output: Output) {
        var hasHinted = false
        while true {
            ear.changes.arm()
            if !hasHinted, ear.members.isEmpty, !ear.hints.isEmpty {
                hasHinted = true
                for hint in ear.hints where !output.write(hint + "\n") { return }
            }
            for change in ear.takeChanges() where !output.write(change.sentence + "\n") { return }
            var requests = [signals.descriptor, ear.changes.descriptor].map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            // Asked for nothing, it still tells that its reader has gone.
            requests.append(pollfd(fd: STDOUT_FILENO, events: 0, revents: 0))
            poll(&requests, nfds_t(requests.count), -1)
            if signals.next() != nil || requests[2].revents != 0 { return }
        }
    }
}
