/// A token bucket: so many events at once, and so many a second in the long run.
///
/// It starts full. Tokens are counted in millionths, so that not one is lost to rounding, whatever
/// the times between two events.
///
/// Source: Tanenbaum and Wetherall, *Computer Networks*, 5th ed., §5.4.2 (traffic shaping).
struct TokenBucket: Equatable {
    struct Size: Equatable {
        /// Tokens a second.
        let rate: Int
        /// How many there is room for.
        let burst: Int
    }

    private static let whole: UInt64 = 1_000_000

    private var millionths: UInt64
    private var last: Microseconds

    init(_ size: Size, at now: Microseconds) {
        millionths = UInt64(size.burst) * Self.whole
        last = now
    }

    /// Takes a token if there is one.
    mutating func take(_ size: Size, at now: Microseconds) -> Bool {
        fill(size, at: now)
        guard millionths >= Self.whole else { return false }
        millionths -= Self.whole
        return true
    }

    /// Whether it is as if nothing had ever been taken.
    func isFull(_ size: Size, at now: Microseconds) -> Bool {
        var later = self
        later.fill(size, at: now)
        return later.millionths == UInt64(size.burst) * Self.whole
    }

    private mutating func fill(_ size: Size, at now: Microseconds) {
        // Two threads may come in another order than they looked at the clock.
        guard now > last else { return }
        let most = UInt64(size.burst) * Self.whole
        let (gain, overflow) = (now - last).count.multipliedReportingOverflow(by: UInt64(size.rate))
        millionths = overflow || gain >= most - millionths ? most : millionths + gain
        last = now
    }
}
