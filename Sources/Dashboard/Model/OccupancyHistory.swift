import Core

/// How full the buffer was, second by second.
///
/// A second's value is the highest in it, and never nothing: a second without an event keeps what
/// was.
struct OccupancyHistory: Equatable {
    /// Of at most the last ten minutes; the last is the present second's.
    private(set) var seconds: [Int] = []
    private var present: UInt64 = 0
    private var latest = 0

    static let limit = 600

    /// Whether it begins where the run does, or no more than a second later; else nobody looked
    /// before, and what was then is not known.
    var reachesStart: Bool { UInt64(seconds.count) >= present }

    init() {}

    /// The seconds up to a moment, and how full it was then.
    init(seconds: [Int], latest: Int, at time: Microseconds) {
        self.seconds = seconds
        self.latest = latest
        present = time.count / 1_000_000
    }

    mutating func note(_ second: OccupancySecond) {
        if seconds.isEmpty {
            seconds = [second.highest]
        } else if second.number > present {
            let skipped = min(second.number - present, UInt64(Self.limit))
            seconds += Array(repeating: latest, count: Int(skipped) - 1)
            seconds.append(max(second.highest, latest))
        } else {
            seconds[seconds.count - 1] = max(seconds[seconds.count - 1], second.highest)
        }
        present = max(present, second.number)
        latest = second.last
        if seconds.count > Self.limit { seconds.removeFirst(seconds.count - Self.limit) }
    }

    mutating func note(_ occupied: Int, at time: Microseconds) {
        note(OccupancySecond(occupied, at: time))
    }
}

/// How full the buffer was in one second, as far as it was looked at.
struct OccupancySecond: Equatable {
    let number: UInt64
    private(set) var highest: Int
    private(set) var last: Int

    init(_ occupied: Int, at time: Microseconds) {
        number = time.count / 1_000_000
        highest = occupied
        last = occupied
    }

    mutating func note(_ occupied: Int) {
        highest = max(highest, occupied)
        last = occupied
    }
}

extension [OccupancySecond] {
    /// Notes how full the buffer is, in the second's own entry.
    mutating func note(_ occupied: Int, at time: Microseconds) {
        if let second = last, second.number == time.count / 1_000_000 {
            self[count - 1].note(occupied)
        } else {
            append(OccupancySecond(occupied, at: time))
        }
    }
}
