/// The cumulative CPU time of every device, and the times of all jobs executed.
///
/// Consumers book after leaving the kernel. The leaders are known without a look at all devices, so
/// the screen's top rows cost the same with ten and with ten thousand. Any thread may call it.
package final class Ledger: Sendable {
    /// One device's line.
    package struct Entry: Equatable, Sendable {
        package let device: DeviceID
        package let cpuTime: Microseconds
        package let jobs: UInt64

        package init(device: DeviceID, cpuTime: Microseconds, jobs: UInt64) {
            self.device = device
            self.cpuTime = cpuTime
            self.jobs = jobs
        }
    }

    private struct Books {
        var accounts = Accounts()
        var times = JobTimes()
        var recent = RecentJobs()
    }

    private let books = Guarded(Books())

    package init() {}

    /// Books finished jobs; those of one moment share one entry in the histograms.
    package func book(_ jobs: UnsafeBufferPointer<FinishedJob>) {
        guard let first = jobs.first else { return }
        books.withLock { books in
            var run = first
            var length: UInt64 = 0
            for job in jobs {
                books.accounts.add(job.cpuTime, to: Int(job.device.index))
                if !job.isSimultaneous(with: run) {
                    books.times.record(run, count: length)
                    run = job
                    length = 0
                }
                length += 1
            }
            books.times.record(run, count: length)
            books.recent.note(jobs)
        }
    }

    /// The devices with the most CPU time, the most first; at most `Accounts.leaderLimit`.
    package func top(_ count: Int) -> [Entry] {
        books.withLock { Array($0.accounts.leaders.prefix(count)) }
    }

    /// The lines of these devices; empty ones of those without an executed job.
    package func entries(of devices: [DeviceID]) -> [Entry] {
        books.withLock { books in devices.map { books.accounts.entry(of: $0) } }
    }

    /// Every device that had a job executed, by number.
    package var all: [Entry] {
        books.withLock { $0.accounts.all }
    }

    /// The jobs executed last, at most `RecentJobs.limit`, of those that took time.
    package var recentJobs: [FinishedJob] {
        books.withLock { $0.recent.all }
    }

    package var jobTimes: JobTimes {
        books.withLock { $0.times }
    }
}

extension FinishedJob {
    fileprivate func isSimultaneous(with other: FinishedJob) -> Bool {
        arrival == other.arrival && start == other.start && finish == other.finish
            && executed == other.executed
    }
}

extension JobTimes {
    fileprivate mutating func record(_ job: FinishedJob, count: UInt64) {
        record(
            arrival: job.arrival,
            start: job.start,
            finish: job.finish,
            executed: job.executed,
            count: count
        )
    }
}
