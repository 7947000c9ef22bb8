/// How full the buffer was, second by second, of a whole timeline.
///
/// Seconds without an event are not kept: the buffer stayed as it was.
struct OccupancyIndex: Sendable {
    private struct Second: Sendable {
        let number: UInt64
        var highest: Int
        /// How full the buffer was in the end.
        var last: Int
    }

    private var seconds: [Second]

    init(_ base: Keyframe) {
        seconds = [
            Second(number: base.second, highest: base.highest, last: base.state.occupied)
        ]
    }

    mutating func note(_ moment: Keyframe) {
        let last = seconds.count - 1
        if moment.second == seconds[last].number {
            seconds[last].highest = moment.highest
            seconds[last].last = moment.state.occupied
        } else {
            seconds.append(
                Second(
                    number: moment.second,
                    highest: moment.highest,
                    last: moment.state.occupied
                )
            )
        }
    }

    /// The highest of every second, at most so many, up to the moment's own second so far.
    func seconds(_ count: Int, upTo moment: Keyframe) -> [Int] {
        guard count > 0 else { return [] }
        let first = max(seconds[0].number, moment.second - min(moment.second, UInt64(count - 1)))
        var place = index(before: first)
        var highest: [Int] = []
        for number in first..<moment.second {
            if place + 1 < seconds.count, seconds[place + 1].number == number { place += 1 }
            let second = seconds[place]
            highest.append(second.number == number ? second.highest : second.last)
        }
        return highest + [moment.highest]
    }

    /// The last one at or before this second.
    private func index(before number: UInt64) -> Int {
        var (low, high) = (0, seconds.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if seconds[middle].number <= number { low = middle } else { high = middle }
        }
        return low
    }
}

extension Timeline {
    /// For each of the last seconds up to this moment, the highest number of filled slots in it.
    ///
    /// A second without an event keeps what was. The last value is that of the moment's own second,
    /// up to the moment; there are fewer values where the timeline begins later.
    package func occupancy(at number: UInt64, seconds: Int) -> [Int] {
        occupancy.seconds(seconds, upTo: moment(number))
    }
}
