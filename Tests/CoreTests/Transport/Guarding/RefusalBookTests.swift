import Testing

@testable import Core

@Suite("The book of refusals", .timeLimit(.minutes(5)))
struct RefusalBookTests {
    private let clock = ManualClock()

    @Test("says who was refused, why, how often and when, the latest first")
    func rows() throws {
        let book = RefusalBook(clock: clock)
        let peer = try SocketAddress.at("10.0.0.1", port: 5)
        book.note(.datagram(.muted), by: peer, device: "anna")
        clock.advance(by: .seconds(2))
        book.note(.event(.tooManyWaits), by: try .at("10.0.0.2"))
        clock.advance(by: .seconds(1))
        book.note(.datagram(.muted), by: try .at("10.0.0.1", port: 6), device: "anna")

        #expect(
            book.rows == [
                .init(
                    peer: try .at("10.0.0.1").network,
                    reason: "muted device",
                    device: "anna",
                    count: 2,
                    last: .seconds(3)
                ),
                .init(
                    peer: try .at("10.0.0.2").network,
                    reason: "too many blocked waits of one peer",
                    count: 1,
                    last: .seconds(2)
                ),
            ]
        )
    }

    @Test("what reads the same is one row, by whatever it was told apart")
    func oneRow() throws {
        let book = RefusalBook(clock: clock)
        book.note(.datagram(.deviceQueueFull), by: try .at("10.0.0.1"), device: "anna")
        book.note(.event(.deviceQueueFull), by: try .at("10.0.0.1"), device: "anna")
        book.note(.call("unknown procedure"), by: try .at("10.0.0.1"))
        #expect(book.rows.map(\.count) == [1, 2])
        #expect(book.rows[0].reason == "remote call: unknown procedure")
    }

    @Test("5000 forged senders leave 256 rows, the latest")
    func forged() throws {
        let book = RefusalBook(clock: clock)
        let known = try SocketAddress.at("192.0.2.1")
        for number in 0..<5000 {
            let peer = try SocketAddress.at("10.1.\(number / 250).\(number % 250)")
            book.note(.datagram(.tooFast), by: peer)
            if number.isMultiple(of: 100) { book.note(.datagram(.muted), by: known) }
        }
        let rows = book.rows
        #expect(rows.count == RefusalBook.limit)
        #expect(rows.first?.peer.host == "10.1.19.249")
        #expect(rows.first { $0.peer == known.network }?.count == 50)
    }

    @Test("counts those of the last minute")
    func lastMinute() {
        let book = RefusalBook(clock: clock)
        let peer = SocketAddress.loopback(port: 5)
        for _ in 0..<5 { book.note(.datagram(.tooFast), by: peer) }
        clock.advance(by: .seconds(30))
        book.note(.datagram(.tooFast), by: peer)
        #expect(book.lastMinute == 6)
        clock.advance(by: .seconds(30))
        #expect(book.lastMinute == 1)
        clock.advance(by: .seconds(3000))
        #expect(book.lastMinute == 0)
    }

    @Test("the tally's refusals are in it, and what is no refusal is not")
    func tally() {
        let tally = NetworkTally(clock: clock)
        tally.count(.connectionAccepted, by: .loopback(port: 5))
        tally.count(.notAJob, by: .loopback(port: 5), device: "anna")
        #expect(tally.refusalBook.rows.map(\.reason) == ["not a job"])
        #expect(tally.refusals == 1)
    }
}
