/// CPU time and number of jobs by device, and which devices lead.
///
/// Booking must be cheap and happens millions of times a second; reading happens thirty times. So
/// booking only sees to it that the leaders are *among* the candidates, and reading sorts those.
struct Accounts {
    private struct Account {
        var cpuTime = Microseconds.zero
        var jobs: UInt64 = 0
        var isCandidate = false
    }

    /// How many leaders are told apart.
    static let leaderLimit = 64

    private var accounts: [Account] = []
    private var candidates: [Int] = []
    /// No candidate has less, so a device with less need not be looked at.
    private var threshold = Microseconds.zero

    /// Books one job.
    ///
    /// - Complexity: Constant for a candidate; else at most O(`leaderLimit`).
    @inline(__always)
    mutating func add(_ cpuTime: Microseconds, to index: Int) {
        while accounts.count <= index { accounts.append(Account()) }
        accounts[index].cpuTime += cpuTime
        accounts[index].jobs += 1
        if !accounts[index].isCandidate { consider(index) }
    }

    /// The devices with the most CPU time, the most first; ties by number.
    var leaders: [Ledger.Entry] {
        candidates.map(entry).sorted { left, right in
            left.cpuTime == right.cpuTime
                ? left.device.index < right.device.index : left.cpuTime > right.cpuTime
        }
    }

    var all: [Ledger.Entry] {
        accounts.indices.filter { accounts[$0].jobs > 0 }.map(entry)
    }

    /// The device's line; empty where no job of it was executed.
    func entry(of device: DeviceID) -> Ledger.Entry {
        let index = Int(device.index)
        return index < accounts.count
            ? entry(index) : Ledger.Entry(device: device, cpuTime: .zero, jobs: 0)
    }

    private func entry(_ index: Int) -> Ledger.Entry {
        Ledger.Entry(
            device: DeviceID(UInt32(index)),
            cpuTime: accounts[index].cpuTime,
            jobs: accounts[index].jobs
        )
    }

    /// Makes the device a candidate if it has more than the least of them.
    private mutating func consider(_ index: Int) {
        if candidates.count < Accounts.leaderLimit {
            candidates.append(index)
            accounts[index].isCandidate = true
            return
        }
        let cpuTime = accounts[index].cpuTime
        guard cpuTime > threshold else { return }
        let least = candidates.indices.min { cpuTimeOfCandidate($0) < cpuTimeOfCandidate($1) } ?? 0
        threshold = cpuTimeOfCandidate(least)
        guard cpuTime > threshold else { return }
        accounts[candidates[least]].isCandidate = false
        accounts[index].isCandidate = true
        candidates[least] = index
    }

    private func cpuTimeOfCandidate(_ place: Int) -> Microseconds {
        accounts[candidates[place]].cpuTime
    }
}
