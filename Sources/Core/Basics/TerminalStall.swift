/// For how long a terminal has taken nothing, and what helps then: a value that looks now and then.
struct TerminalStall {
    /// What was seen.
    struct Look {
        /// Whether a write would not wait.
        let hasRoom: Bool
        /// Bytes that were written and have not left the machine; 0 where nobody counts them.
        let unsent: Int32
    }

    enum Remedy {
        case nothing
        /// As by Ctrl-Q. A terminal may be slow; to start one that was not stopped changes nothing.
        case start
        /// To throw away what nobody has read, and to start it.
        case flush
    }

    static let patienceBeforeStart = Duration.milliseconds(200)
    static let patienceBeforeFlush = Duration.seconds(1)
    /// Or else what follows what was thrown away would be thrown away as well.
    static let pauseAfterFlush = Duration.milliseconds(500)

    private var tookLast: ContinuousClock.Instant
    private var unsent: Int32 = 0

    /// - Parameter now: From when on it may have taken nothing.
    init(at now: ContinuousClock.Instant) {
        tookLast = now
    }

    /// Looks at the terminal.
    ///
    /// - Parameters:
    ///   - look: How it is.
    ///   - now: Not before that of the last look.
    /// - Returns: What is to be done now.
    mutating func see(_ look: Look, at now: ContinuousClock.Instant) -> Remedy {
        // A slow line has no room for a while, but what waits for it becomes less.
        if look.hasRoom || look.unsent < unsent { tookLast = now }
        unsent = look.unsent
        let stalled = now - tookLast
        if stalled >= Self.patienceBeforeFlush {
            tookLast = now - Self.patienceBeforeFlush + Self.pauseAfterFlush
            unsent = 0
            return .flush
        }
        return stalled >= Self.patienceBeforeStart ? .start : .nothing
    }
}
