/// The three times by which schedules are judged, over all jobs executed.
///
/// Source: Silberschatz, Galvin and Gagne, *Operating System Concepts*, 10th ed., §5.2.
package struct JobTimes: Sendable {
    private var begun = LatencyHistogram()
    private var waited = LatencyHistogram()
    private var ended = LatencyHistogram()
    /// Of jobs that took no time to execute, whose three times are one: recorded once, at full speed.
    private var instant = LatencyHistogram()

    package init() {}

    /// From arrival to the first moment of execution.
    package var response: LatencyHistogram { begun.adding(instant) }

    /// From arrival to the end, less the time of execution.
    package var waiting: LatencyHistogram { waited.adding(instant) }

    /// From arrival to the end.
    package var turnaround: LatencyHistogram { ended.adding(instant) }

    /// Records so many jobs with exactly these moments; jobs of one slice often share them.
    ///
    /// Executed is a job from start to finish, unless it was put back meanwhile.
    package mutating func record(
        arrival: Microseconds,
        start: Microseconds,
        finish: Microseconds,
        executed: Microseconds? = nil,
        count: UInt64 = 1
    ) {
        let turnaround = finish - arrival
        guard start != finish else { return instant.record(turnaround, count: count) }
        begun.record(start - arrival, count: count)
        waited.record(turnaround - (executed ?? finish - start), count: count)
        ended.record(turnaround, count: count)
    }
}
