/// The jobs that were executed last, to try their arrivals under other policies.
package struct RecentJobs: Sendable {
    private var jobs: [FinishedJob] = []
    private var oldest = 0

    package static let limit = 2000

    /// Notes jobs that were executed together.
    ///
    /// A job that takes time ends its thread's slice, so it is the last of its kind; at full speed,
    /// where jobs take none, nothing is kept: such jobs have no schedule.
    mutating func note(_ finished: UnsafeBufferPointer<FinishedJob>) {
        guard let last = finished.last, last.start != last.finish else { return }
        for job in finished where job.start != job.finish {
            if jobs.count < Self.limit {
                jobs.append(job)
            } else {
                jobs[oldest] = job
                oldest = oldest + 1 == Self.limit ? 0 : oldest + 1
            }
        }
    }

    /// The one that was executed first comes first.
    var all: [FinishedJob] { Array(jobs[oldest...] + jobs[..<oldest]) }
}
