import Core
import Testing

@Suite("Ledger")
struct LedgerTests {
    @Test("the leaders are those of a full sort, whatever the order of booking", arguments: 1...20)
    func leaders(seed: UInt64) {
        var random = RandomNumbers(seed: seed)
        let ledger = Ledger()
        var sums: [UInt32: UInt64] = [:]

        for _ in 0..<3000 {
            let device = UInt32.random(in: 1...200, using: &random)
            let time = UInt64.random(in: 0...1000, using: &random)
            sums[device, default: 0] += time
            book(ledger, device: device, microseconds: time)
        }

        let expected = sums.values.sorted(by: >).prefix(20)
        #expect(ledger.top(20).map(\.cpuTime.count) == Array(expected), "seed \(seed)")
        #expect(ledger.all.reduce(0) { $0 + $1.cpuTime.count } == sums.values.reduce(0, +))
        #expect(ledger.all.reduce(0) { $0 + $1.jobs } == 3000)
    }

    private func book(_ ledger: Ledger, device: UInt32, microseconds: UInt64) {
        let job = Job(device: DeviceID(device), cpuTime: Microseconds(microseconds))
        let finished = FinishedJob(
            QueuedJob(job, arrival: .zero),
            cpuTime: job.cpuTime,
            start: .zero,
            finish: .zero
        )
        withUnsafePointer(to: finished) {
            ledger.book(UnsafeBufferPointer(start: $0, count: 1))
        }
    }
}
