/// How one job fared.
package struct ScheduledJob: Equatable, Sendable {
    /// In the order of arrival, from 1.
    package let number: UInt64
    package let device: DeviceID
    package let cpuTime: Microseconds
    package let arrival: Microseconds
    package let start: Microseconds
    package let finish: Microseconds

    package init(
        number: UInt64,
        device: DeviceID,
        cpuTime: Microseconds,
        arrival: Microseconds,
        start: Microseconds,
        finish: Microseconds
    ) {
        self.number = number
        self.device = device
        self.cpuTime = cpuTime
        self.arrival = arrival
        self.start = start
        self.finish = finish
    }

    /// From arrival to the first moment of execution.
    package var response: Microseconds { start - arrival }

    /// From arrival to the end.
    package var turnaround: Microseconds { finish - arrival }

    /// From arrival to the end, less the time of execution.
    package var waiting: Microseconds { turnaround - cpuTime }
}

/// The means by which a schedule is judged, in seconds.
///
/// Source: Silberschatz, Galvin and Gagne, *Operating System Concepts*, 10th ed., §5.2.
package struct ScheduleMeans: Equatable, Sendable {
    package let jobs: Int
    package let response: Double
    package let waiting: Double
    package let turnaround: Double
    /// From the first arrival to the last end.
    package let makespan: Double

    /// `nil` without a job.
    package init?(_ jobs: some Collection<ScheduledJob>) {
        guard let first = jobs.map(\.arrival).min(), let last = jobs.map(\.finish).max() else {
            return nil
        }
        func mean(_ time: (ScheduledJob) -> Microseconds) -> Double {
            jobs.reduce(0) { $0 + time($1).inSeconds } / Double(jobs.count)
        }
        self.jobs = jobs.count
        response = mean(\.response)
        waiting = mean(\.waiting)
        turnaround = mean(\.turnaround)
        makespan = (last - first).inSeconds
    }
}
