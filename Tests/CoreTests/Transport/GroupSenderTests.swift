import Testing

@testable import Core

@Suite("What a server tells its group", .timeLimit(.minutes(5)))
struct GroupSenderTests {
    private var sender = GroupSender(
        group: "g",
        sender: "s",
        epoch: 1,
        fields: [GroupEvent.Field("at", "127.0.0.1:5555")]
    )

    private mutating func look(
        _ depth: Int,
        of capacity: Int = 3,
        stuck: Bool = false,
        at seconds: Double
    ) -> String? {
        var counts = BufferCounts()
        (counts.depth, counts.capacity) = (depth, capacity)
        let condition = GroupSender.Condition(counts, isStuck: stuck)
        return sender.look(at: condition, .seconds(seconds)).map { "\($0.sequence) \($0.name)" }
    }

    @Test("it begins with a heartbeat that says where the server is, and repeats it after 5 s")
    mutating func heartbeat() {
        var counts = BufferCounts()
        counts.capacity = 3
        let first = sender.look(at: .init(counts, isStuck: false), .zero)

        #expect(first?.name == .heartbeat && first?["at"] == "127.0.0.1:5555")
        #expect(first?["depth"] == "0" && first?["waiting_take"] == "0")
        #expect(look(0, at: 4.75) == nil)
        #expect(look(0, at: 5) == "2 HEARTBEAT")
    }

    @Test("full, empty and stuck are told once each, when they begin")
    mutating func edges() {
        _ = look(0, at: 0)

        #expect(look(3, at: 1) == "2 FULL")
        #expect(look(3, at: 2) == nil)
        #expect(look(2, at: 3) == nil)
        #expect(look(3, at: 4) == "3 FULL")
        #expect(look(3, stuck: true, at: 4.5) == "4 STUCK")
        #expect(look(0, at: 5.5) == "5 EMPTY")
        #expect(look(0, at: 6) == "6 HEARTBEAT")
        #expect(look(0, at: 6.5) == nil)
    }

    @Test("however fast the buffer changes, there are at most two events a second")
    mutating func coalesced() {
        var events = 0

        for step in 0..<100_000 where look(step % 2 * 3, at: Double(step) / 10_000) != nil {
            events += 1
        }

        #expect((2...20).contains(events))
    }

    @Test("a buffer without slots is never full")
    mutating func noSlots() {
        _ = look(0, of: 0, at: 0)

        #expect(look(0, of: 0, at: 1) == nil)
    }

    @Test("the last event says that it ends, with the next number")
    mutating func end() {
        _ = look(0, at: 0)

        let last = sender.end(at: .seconds(0.1))

        #expect(last.name == .shutdown && last.sequence == 2)
        #expect(look(3, at: 60) == nil)
    }
}
