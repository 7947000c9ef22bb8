/// The cumulative CPU time of every device, and the times of all jobs executed.
///
/// Consumers book after leaving the kernel. The devices with the most CPU time stand in a short
/// list that booking keeps in order, so the screen's top rows cost the same with ten devices and
/// with ten thousand. Any thread may call it.
package final class Ledger: @unchecked Sendable {
    // Sendable because every property below is touched only inside `lock`.
    private let lock = SpinLock()
    private var accounts: [Account] = []
    private var leaders: [DeviceID] = []
    private var times = JobTimes()

    private struct Account {
        var cpuTime = Microseconds.zero
        var jobs: UInt64 = 0
        /// Its place among the leaders; -1 when it is none of them.
        var place = -1
    }

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

    /// How many leaders are kept in order.
    package static let leaderLimit = 64

    package init() {}

    /// Books finished jobs; those of one moment share one entry in the histograms.
    package func book(_ jobs: UnsafeBufferPointer<FinishedJob>) {
        guard let first = jobs.first else { return }
        lock.lock()
        defer { lock.unlock() }
        var run = first
        var length: UInt64 = 0
        for job in jobs {
            book(job)
            if !job.isSimultaneous(with: run) {
                record(run, count: length)
                run = job
                length = 0
            }
            length += 1
        }
        record(run, count: length)
    }

    /// The devices with the most CPU time, the most first; at most `leaderLimit`.
    package func top(_ count: Int) -> [Entry] {
        lock.withLock { leaders.prefix(count).map(entry) }
    }

    /// Every device that had a job executed, by number.
    package var all: [Entry] {
        lock.withLock {
            accounts.indices.filter { accounts[$0].jobs > 0 }.map { entry(DeviceID(UInt32($0))) }
        }
    }

    package var jobTimes: JobTimes {
        lock.withLock { times }
    }

    private func entry(_ device: DeviceID) -> Entry {
        let account = accounts[Int(device.index)]
        return Entry(device: device, cpuTime: account.cpuTime, jobs: account.jobs)
    }

    private func record(_ run: FinishedJob, count: UInt64) {
        times.record(arrival: run.arrival, start: run.start, finish: run.finish, count: count)
    }

    private func book(_ job: FinishedJob) {
        let index = Int(job.device.index)
        while accounts.count <= index { accounts.append(Account()) }
        accounts[index].cpuTime += job.cpuTime
        accounts[index].jobs += 1
        rise(index)
    }

    /// CPU time only grows, so a device can only rise among the leaders.
    private func rise(_ index: Int) {
        var place = accounts[index].place
        if place < 0 {
            guard let entered = enterLeaders(index) else { return }
            place = entered
        }
        let cpuTime = accounts[index].cpuTime
        while place > 0, accounts[Int(leaders[place - 1].index)].cpuTime < cpuTime {
            let other = leaders[place - 1]
            leaders[place] = other
            accounts[Int(other.index)].place = place
            place -= 1
        }
        leaders[place] = DeviceID(UInt32(index))
        accounts[index].place = place
    }

    /// - Returns: The last place, now this device's; `nil` when it has less than all leaders.
    private func enterLeaders(_ index: Int) -> Int? {
        if leaders.count < Ledger.leaderLimit {
            leaders.append(DeviceID(UInt32(index)))
            return leaders.count - 1
        }
        let last = Int(leaders[Ledger.leaderLimit - 1].index)
        guard accounts[last].cpuTime < accounts[index].cpuTime else { return nil }
        accounts[last].place = -1
        return Ledger.leaderLimit - 1
    }
}

extension FinishedJob {
    fileprivate func isSimultaneous(with other: FinishedJob) -> Bool {
        arrival == other.arrival && start == other.start && finish == other.finish
    }
}
