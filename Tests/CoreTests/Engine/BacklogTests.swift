import Testing

@testable import Core

@Suite("Backlog", .timeLimit(.minutes(5)))
struct BacklogTests {
    @Test("a device is named from its first job on, and however many there were, the list is short")
    func listed() {
        let backlog = Backlog()
        backlog.add(DeviceID(7))
        backlog.add(DeviceID(9))
        backlog.add(DeviceID(9))
        #expect(backlog.devices(beside: []) == [DeviceID(9), DeviceID(7)])
        #expect(backlog.devices(beside: [DeviceID(9)], of: 2) == [DeviceID(7)])
        for number in 10..<100_000 {
            backlog.add(DeviceID(UInt32(number)))
            backlog.remove(DeviceID(UInt32(number)))
        }
        let devices = backlog.devices(beside: [])
        #expect(devices.prefix(2) == [DeviceID(9), DeviceID(7)])
        #expect(devices.count < 300)
    }

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
