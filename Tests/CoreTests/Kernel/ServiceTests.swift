import Core
import Testing

@Suite("Service at full speed, with real threads", .timeLimit(.minutes(5)))
struct ServiceTests {
    private static let jobs = 20_000

    @Test(
        "nothing is lost or doubled under any policy and service",
        arguments: PolicyCatalog.all.map(\.name),
        KernelSettings.Service.allCases
    )
    func nothingLost(policy: String, service: KernelSettings.Service) throws {
        let order = try #require(PolicyCatalog.policy(named: policy))
        // Strict service is a convoy with more threads than processors, so it gets fewer jobs.
        let jobs = service == .strict ? Self.jobs / 10 : Self.jobs
        let seconds = (0..<jobs).map { Double($0 % 11) }
        let test = TestEngine(
            capacity: 15,
            producers: 4,
            consumers: 4,
            source: ListSource(seconds: seconds),
            paused: false
        ) {
            $0.kernel.policy = order
            $0.kernel.service = service
            $0.kernel.execution = .account
            $0.kernel.recordsEverything = false
            $0.kernel.executionLimit = UInt64(jobs)
        }

        test.engine.waitUntilComplete()
        test.engine.stop()

        let ledger = test.engine.ledger.all
        #expect(test.state.violations().isEmpty)
        for entry in ledger {
            let mine = seconds.indices.filter { $0 % 3 + 1 == Int(entry.device.index) }
            #expect(entry.jobs == UInt64(mine.count))
            #expect(entry.cpuTime == .seconds(mine.reduce(0) { $0 + seconds[$1] }))
        }
    }

    @Test("a waiter is overtaken a bounded number of times, then the unit is handed to it")
    func bounded() throws {
        let jobs = 30_000
        let test = TestEngine(
            capacity: 2,
            producers: 4,
            consumers: 4,
            source: ListSource(seconds: Array(repeating: 1, count: jobs)),
            paused: false
        ) {
            $0.kernel.execution = .account
            $0.kernel.executionLimit = UInt64(jobs)
            $0.kernel.eventCapacity = 1 << 19
        }

        test.engine.waitUntilComplete()
        test.engine.stop()
        var most = 0
        let observer = Observer(test.engine, budget: 0)
        let missed = observer.look { _, state in
            most = state.semaphores.reduce(most) { max($0, $1.overtakes) }
        }

        // Units that were free already when the bound was reached may still be taken.
        #expect(missed == 0)
        #expect(most <= KernelSettings.overtakingBound + 2)
        #expect(most > 0, "with four threads a side somebody is overtaken")
    }

    @Test(
        "jobs leave the buffer in the policy's order, ties by age",
        arguments: [
            ("fifo", [3, 1, 2, 1, 3]), ("sjf", [1, 1, 2, 3, 3]), ("ljf", [3, 3, 2, 1, 1]),
        ]
    )
    func order(policy: String, expected: [Int]) throws {
        let test = TestEngine(capacity: 5, source: ListSource(seconds: [3, 1, 2, 1, 3])) {
            $0.kernel.policy = PolicyCatalog.policy(named: policy) ?? FirstInFirstOut()
        }
        try test.step("P1", times: 30)

        var removed: [Job] = []
        for _ in 0..<5 {
            try test.step("C1", times: 3)
            removed.append(try #require(test.state[try test.thread("C1")]?.job))
            try test.step("C1", times: 3)
        }

        #expect(removed.map(\.cpuTime) == expected.map { .seconds(Double($0)) })
        for (first, second) in zip(removed, removed.dropFirst())
        where first.cpuTime == second.cpuTime {
            #expect(first.id < second.id)
        }
    }

    @Test("a heap of slots keeps its order through random inserts and removes", arguments: 1...5)
    func heap(seed: UInt64) throws {
        var random = RandomNumbers(seed: seed)
        let seconds = (0..<400).map { _ in Double.random(in: 0...20, using: &random).rounded() }
        let test = TestEngine(capacity: 7, source: ListSource(seconds: seconds)) {
            $0.kernel.policy = ShortestJobFirst()
            $0.seed = seed
        }

        for _ in 0..<1500 {
            let before = test.state
            guard case .permitted(let id) = test.engine.gate.step() else { break }
            let after = test.state
            guard before.occupied > after.occupied, let job = after[id]?.job else { continue }
            let least = before.slots.map { ($0.job.cpuTime, $0.job.id) }.min { $0 < $1 }
            #expect(job.id == least?.1, "seed \(seed)")
        }
        #expect(test.state.consumed > 50, "seed \(seed)")
    }
}
