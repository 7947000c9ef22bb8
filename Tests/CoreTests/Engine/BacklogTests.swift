import Testing

@testable import Core

@Suite("Backlog", .timeLimit(.minutes(5)))
struct BacklogTests {
    @Test(
        "a sender answers for the devices that it sent for last, whatever happens",
        arguments: 0..<50
    )
    func random(seed: UInt64) {
        var random = RandomNumbers(seed: seed)
        let backlog = Backlog()
        var jobs = [Int](repeating: 0, count: 5)
        var owner = [Int](repeating: 0, count: 5)
        for _ in 0..<500 {
            let device = Int.random(in: 0..<5, using: &random)
            if Bool.random(using: &random) {
                let sender = Int.random(in: 0..<4, using: &random)
                let limit = Int.random(in: 1...12, using: &random)
                let held = (0..<5).filter { owner[$0] == sender || $0 == device }
                    .reduce(0) { $0 + jobs[$1] }
                let isRefused = sender > 0 && held >= limit
                let excess = backlog.add(
                    DeviceID(UInt32(device)),
                    from: sender,
                    unlessOver: Backlog.Limits(sender: limit)
                )
                #expect((excess != nil) == isRefused, "seed \(seed)")
                if excess == nil {
                    owner[device] = sender
                    jobs[device] += 1
                }
            } else {
                backlog.remove(DeviceID(UInt32(device)))
                jobs[device] = max(0, jobs[device] - 1)
            }
            for sender in 0..<4 {
                let sum = (0..<5).filter { owner[$0] == sender }.reduce(0) { $0 + jobs[$1] }
                #expect(backlog.jobs(from: sender) == sum, "seed \(seed)")
            }
        }
        #expect(backlog.count == jobs.reduce(0, +), "seed \(seed)")
    }
}
