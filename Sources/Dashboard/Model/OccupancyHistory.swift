import Core

/// How full the buffer was, second by second.
///
/// A second's value is the highest that was seen in it, and never nothing: a second without a look
/// keeps what was.
struct OccupancyHistory: Equatable {
    /// Of at most the last ten minutes; the last is the present second's.
    private(set) var seconds: [Int] = []
    private var presentSecond: UInt64 = 0
    private var latest = 0

    private static let limit = 600

    mutating func note(_ occupied: Int, at time: Microseconds) {
        let second = time.count / 1_000_000
        if seconds.isEmpty {
            seconds = [occupied]
        } else if second > presentSecond {
            let skipped = min(second - presentSecond, UInt64(Self.limit))
            seconds += Array(repeating: latest, count: Int(skipped) - 1)
            seconds.append(max(occupied, latest))
        } else {
            seconds[seconds.count - 1] = max(seconds[seconds.count - 1], occupied)
        }
        presentSecond = max(presentSecond, second)
        latest = occupied
        if seconds.count > Self.limit { seconds.removeFirst(seconds.count - Self.limit) }
    }
}
