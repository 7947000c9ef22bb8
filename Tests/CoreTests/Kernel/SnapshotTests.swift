import Testing

@testable import Core

@Suite("Snapshots", .timeLimit(.minutes(5)))
struct SnapshotTests {
    @Test("a snapshot copies at most 8 KiB, however large the engine")
    func bounded() {
        #expect(SnapshotSpace.byteCount <= 8192)
    }

    @Test("the hot state fits one cache line, and the semaphores another")
    func lines() {
        #expect(MemoryLayout<KernelState>.size <= 64)
        #expect(MemoryLayout<WaitQueue>.stride == 16)
        #expect(MemoryLayout<QueuedJob>.stride == 32)
    }

    @Test("beyond its limits a snapshot still counts everybody")
    func counts() throws {
        let test = TestEngine(
            capacity: 100,
            producers: 1,
            consumers: 80,
            source: ListSource(seconds: Array(repeating: 1, count: 50))
        )
        for name in (1...30).map({ "C\($0)" }) { try test.step(name) }
        try test.step("P1", times: 6 * 50)

        let state = test.state

        #expect(state.threadCount == 81)
        #expect(state.threads.count == EngineState.Limits.threads)
        #expect(state.occupied == 50)
        #expect(state.slots.count == EngineState.Limits.slots)
        #expect(state[.full].value == 20, "thirty units were handed to those who waited")
    }

    @Test("under load every snapshot is one cut: the units add up in each of them")
    func oneCut() throws {
        let jobs = 200_000
        let test = TestEngine(
            capacity: 15,
            producers: 3,
            consumers: 3,
            source: ListSource(seconds: Array(repeating: 1, count: jobs)),
            paused: false
        ) {
            $0.kernel.execution = .account
            $0.kernel.recordsEverything = false
            $0.kernel.executionLimit = UInt64(jobs)
        }

        var taken = 0
        while !test.engine.isComplete {
            let state = test.state
            #expect(state[.empty].value + state[.full].value + state.unitsInHand == 15)
            #expect(state.violations().isEmpty)
            taken += 1
        }

        #expect(taken > 1)
    }
}
