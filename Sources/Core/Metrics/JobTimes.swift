/// The three times by which schedules are judged, over all jobs executed.
///
/// Source: Silberschatz, Galvin and Gagne, *Operating System Concepts*, 10th ed., §5.2.
package struct JobTimes: Sendable {
    /// From arrival to the first moment of execution.
    package private(set) var response = LatencyHistogram()
    /// From arrival to the end, less the time of execution.
    package private(set) var waiting = LatencyHistogram()
    /// From arrival to the end.
    package private(set) var turnaround = LatencyHistogram()

    package init() {}

    /// Records so many jobs with exactly these moments; jobs of one slice often share them.
    package mutating func record(
        arrival: Microseconds,
        start: Microseconds,
        finish: Microseconds,
        count: UInt64 = 1
    ) {
        response.record(start - arrival, count: count)
        waiting.record((finish - arrival) - (finish - start), count: count)
        turnaround.record(finish - arrival, count: count)
    }
}
