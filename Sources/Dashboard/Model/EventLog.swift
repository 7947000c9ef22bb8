/// The newest lines of the log.
struct EventLog: Equatable {
    /// The oldest first, because a line is added at the end at no cost.
    private var lines: [LogLine] = []
    /// How many lines have come, kept or not: where a line stood is found again by this.
    private(set) var total = 0

    /// So many of the newest lines are kept.
    static let limit = 1000
    /// Old lines are dropped many at a time: moving the others costs as much for one as for all.
    private static let slack = 500

    var count: Int { min(lines.count, Self.limit) }

    /// - Parameter newLines: The oldest first.
    mutating func append(_ newLines: [LogLine]) {
        lines += newLines
        total += newLines.count
        if lines.count > Self.limit + Self.slack { lines.removeFirst(lines.count - Self.limit) }
    }

    /// Only the lines that are wanted, of those that are kept.
    func lines(where isWanted: (LogLine) -> Bool) -> EventLog {
        var log = EventLog()
        log.append(lines.suffix(Self.limit).filter(isWanted))
        return log
    }

    /// The newest first, after leaving out some of them.
    func newest(_ count: Int, after skipped: Int) -> some Sequence<LogLine> {
        lines.suffix(Self.limit).dropLast(skipped).suffix(max(0, count)).reversed()
    }
}
