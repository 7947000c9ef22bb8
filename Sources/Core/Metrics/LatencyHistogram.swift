import Histogram

/// How long something took, many times over: exact to one percent, of bounded size.
package struct LatencyHistogram: Sendable {
    private var histogram = Histogram<UInt64>(
        highestTrackableValue: 7 * 86_400_000_000,
        numberOfSignificantValueDigits: .two
    )

    package init() {}

    /// Records the same time as often as `count` says.
    package mutating func record(_ time: Microseconds, count: UInt64 = 1) {
        _ = histogram.record(time.count, count: count)
    }

    package var count: UInt64 { histogram.totalCount }

    /// `nil` when nothing was recorded.
    package var mean: Microseconds? {
        count == 0 ? nil : Microseconds(UInt64(histogram.mean.rounded()))
    }

    /// The time within which this part of all were, such as 99; `nil` when nothing was recorded.
    package func percentile(_ percent: Double) -> Microseconds? {
        count == 0 ? nil : Microseconds(histogram.valueAtPercentile(percent))
    }

    /// How many were at most this long, to the histogram's one percent.
    package func count(upTo time: Microseconds) -> UInt64 {
        count == 0 ? 0 : histogram.count(within: 0...time.count)
    }

    package var maximum: Microseconds? {
        count == 0 ? nil : Microseconds(histogram.max)
    }

    package mutating func add(_ other: LatencyHistogram) {
        histogram.add(other.histogram)
    }

    package func adding(_ other: LatencyHistogram) -> LatencyHistogram {
        var sum = self
        sum.add(other)
        return sum
    }
}
