import Testing

@testable import Core

@Suite("Arrival rate")
struct ArrivalRateTests {
    private func rate(
        gap: UInt64,
        batch: Int,
        datagrams: Int,
        sendersWait: Bool = true
    ) -> ArrivalRate {
        var rate = ArrivalRate(sendersWait: sendersWait)
        for number in 1...(datagrams / batch) {
            rate.note(batch, at: Microseconds(1000 + UInt64(number) * gap))
        }
        return rate
    }

    @Test("one datagram each 3 µs is a high rate, alone or in batches")
    func high() {
        #expect(rate(gap: 3, batch: 1, datagrams: 1000).isHigh)
        #expect(rate(gap: 120, batch: 40, datagrams: 1000).isHigh)
    }

    @Test("one datagram each 10 µs is not, nor is a burst of 60")
    func low() {
        #expect(!rate(gap: 10, batch: 1, datagrams: 1000).isHigh)
        #expect(!rate(gap: 1, batch: 1, datagrams: 60).isHigh)
    }

    @Test("where nobody waits for a reply, 20 datagrams in a millisecond are")
    func unawaited() {
        #expect(rate(gap: 40, batch: 1, datagrams: 1000, sendersWait: false).isHigh)
        #expect(rate(gap: 1100, batch: 50, datagrams: 1000, sendersWait: false).isHigh == false)
        #expect(!rate(gap: 100, batch: 1, datagrams: 1000, sendersWait: false).isHigh)
    }

    @Test("collecting for longer than the window does not end a flood")
    func goesOn() {
        var rate = rate(gap: 40, batch: 1, datagrams: 1000, sendersWait: false)

        rate.note(200, at: Microseconds(50_000))

        #expect(rate.isHigh)
    }

    @Test("after a flood the first late datagram ends it")
    func ends() {
        var rate = rate(gap: 3, batch: 1, datagrams: 1000)

        rate.note(1, at: Microseconds(1_000_000))

        #expect(!rate.isHigh)
    }
}
