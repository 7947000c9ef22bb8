import Core

/// Says when keeping every event slows the engine: by itself, and not too often.
struct RecordingRemark {
    /// Whether the last events are kept in memory.
    let keepsHistory: Bool
    private var said = Microseconds.zero
    private var saidAt: Microseconds?
    private var saysHistory = false

    /// Threads that waited less than that together are not worth a word.
    private static let worthSaying = Microseconds(10_000)
    private static let interval = Microseconds(2_000_000)

    init(keepsHistory: Bool) {
        self.keepsHistory = keepsHistory
    }

    /// What is to be said now, if anything.
    ///
    /// - Parameters:
    ///   - delay: How long threads have waited for the recorder so far.
    ///   - missed: How many events this screen could not show since the last look.
    ///   - now: The engine's time.
    /// - Returns: A line for the log.
    mutating func text(
        _ delay: Microseconds,
        missed: UInt64,
        at now: Microseconds
    ) -> String? {
        if delay - said > Self.worthSaying, now - (saidAt ?? .zero) > Self.interval {
            (said, saidAt) = (delay, now)
            let time = Span.precise(delay)
            return "--record slows the engine: its threads have waited \(time) for it"
        }
        guard keepsHistory, missed > 0, !saysHistory else { return nil }
        saysHistory = true
        return "every event is kept (--history), which slows an engine as fast as this a little"
    }
}
