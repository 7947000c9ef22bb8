import Testing

@testable import Core

@Suite("A terminal that may have stalled")
struct TerminalStallTests {
    private static let tick = Duration.milliseconds(50)

    /// What is done about a terminal in which so many bytes wait at each look.
    private func remedies(_ unsent: [Int32], hasRoom: Bool = false) -> [TerminalStall.Remedy] {
        var now = ContinuousClock.now
        var stall = TerminalStall(at: now)
        return unsent.map { unsent in
            now += Self.tick
            return stall.see(.init(hasRoom: hasRoom, unsent: unsent), at: now)
        }
    }

    @Test("is started, and flushed after a second, then twice a second")
    func stalled() {
        let remedies = remedies(Array(repeating: 4000, count: 40))

        #expect(remedies.prefix(3).allSatisfy { $0 == .nothing })
        #expect(remedies[3..<19].allSatisfy { $0 == .start })
        #expect(remedies.indices.filter { remedies[$0] == .flush } == [19, 29, 39])
    }

    @Test("is left alone where it has room")
    func room() {
        let remedies = remedies(Array(repeating: 0, count: 40), hasRoom: true)

        #expect(remedies.allSatisfy { $0 == .nothing })
    }

    @Test("is left alone where a slow line sends what waits, byte by byte")
    func slow() {
        // 9600 baud send 48 bytes in 50 ms; whoever waits for room fills it up now and then.
        let remedies = remedies((0..<400).map { 4000 - Int32($0 * 48) % 3840 })

        #expect(remedies.allSatisfy { $0 == .nothing })
    }

    @Test("is not taken for a slow one because what was thrown away is gone")
    func flushed() {
        let remedies = remedies(Array(repeating: 4000, count: 20) + Array(repeating: 0, count: 11))

        #expect(remedies[19] == .flush && remedies[29] == .flush)
    }
}
