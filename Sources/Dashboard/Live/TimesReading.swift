import Core

/// The jobs' times, read at most once a second: a percentile is a walk through a histogram.
struct TimesReading {
    private var rows: [TimeRow] = []
    private var readAt: Microseconds?

    private static let interval = Microseconds(1_000_000)

    /// Calls `read` only when the last reading is too old.
    mutating func rows(at now: Microseconds, read: () -> JobTimes) -> [TimeRow] {
        if let readAt, now - readAt < Self.interval { return rows }
        readAt = now
        rows = Self.rows(read())
        return rows
    }

    private static func rows(_ times: JobTimes) -> [TimeRow] {
        let named = [
            ("response", times.response), ("waiting", times.waiting),
            ("turnaround", times.turnaround),
        ]
        return named.compactMap { name, histogram in
            guard let mean = histogram.mean, let median = histogram.percentile(50),
                let slowest = histogram.percentile(99)
            else { return nil }
            return TimeRow(name: name, mean: mean, median: median, slowest: slowest)
        }
    }
}
