import NIOCore
import NIOEmbedded
import Testing

@testable import Core

/// A connection without a network, on a fake buffer.
private struct Connection {
    let rig: RemoteRig
    let channel: EmbeddedChannel

    init(
        capacity: Int = 1000,
        mostCalls: Int = 64,
        history: ReplyHistory = ReplyHistory()
    ) throws {
        rig = RemoteRig(capacity: capacity, history: history)
        let handler = RemoteCallHandler(
            rig.service,
            client: .loopback(port: 40_000),
            tally: rig.tally,
            mostCalls: mostCalls
        )
        channel = EmbeddedChannel(handler: handler)
        try channel.connect(to: .init(ipAddress: "127.0.0.1", port: 5555)).wait()
    }

    func send(_ bytes: [UInt8]) throws {
        try channel.writeInbound(ByteBuffer(bytes: bytes))
    }

    /// The writes that have left.
    func writes() throws -> [[UInt8]] {
        channel.embeddedEventLoop.run()
        var writes: [[UInt8]] = []
        while let write = try channel.readOutbound(as: ByteBuffer.self) {
            writes.append(Array(buffer: write))
        }
        return writes
    }

    /// Asked of what was set: `getOption` of this channel always says yes.
    var readsOn: Bool {
        channel.options.last { $0.option is ChannelOptions.Types.AutoReadOption }?.value as? Bool
            ?? true
    }
}

@Suite("Remote calls over TCP", .timeLimit(.minutes(5)))
struct RemoteCallHandlerTests {
    private static let null = RemoteRequest.null

    private static func record(_ request: RemoteRequest, xid: UInt32) -> [UInt8] {
        RecordMarking.record(request.message(xid: xid))
    }

    @Test("a record is answered with a record of the same bytes as over UDP")
    func submit() throws {
        let connection = try Connection(capacity: 3)
        let call = Self.record(connection.rig.submit(), xid: 1)

        try connection.send(call)

        #expect(hex(Array(call[..<4])) == "8000003c")
        #expect(
            try connection.writes().map { hex($0) } == [
                "8000002c 00000001 00000001 00000000 00000000 00000000 00000000 "
                    + "00000000 00000000 00000001 00000001 00000003"
            ]
        )
        #expect(hex(Array(Self.record(Self.null, xid: 1)[..<4])) == "80000028")
    }

    @Test("many calls in one segment are answered in order, in one write")
    func many() throws {
        let connection = try Connection()
        let segment = (1...50).flatMap { Self.record(connection.rig.submit(), xid: $0) }

        try connection.send(segment)

        let writes = try connection.writes()
        #expect(writes.count == 1)
        #expect(writes.first?.count == 50 * 48)
        #expect(connection.rig.buffer.jobs.count == 50)
    }

    @Test("one byte at a time is a call as well")
    func byteByByte() throws {
        let connection = try Connection()

        for byte in Self.record(connection.rig.submit(), xid: 1) { try connection.send([byte]) }

        #expect(try connection.writes().count == 1)
        #expect(connection.rig.buffer.jobs.count == 1)
    }

    @Test(
        "a stream that cannot be followed is closed and counted",
        arguments: [
            ("00000000", 65, NetworkEvent.tooManyFragments), ("ffffffff", 1, .recordTooLong),
            ("80020001", 1, .recordTooLong), ("00000001 41", 100_000, .tooManyFragments),
            ("80000000", 1, .notACall), ("8004957f 00000000", 1, .recordTooLong),
            ("80000004 41414141", 1, .notACall),
        ]
    )
    func hostile(part: String, times: Int, event: NetworkEvent) throws {
        let connection = try Connection()
        let stream = Array(repeatElement(bytes(hex: part), count: times).joined())

        try connection.send(stream)

        #expect(!connection.channel.isActive)
        #expect(connection.rig.tally[event] == 1)
    }

    @Test("a flood of fragments of one byte in small pieces ends at the limit")
    func smallPieces() throws {
        let connection = try Connection()
        for _ in 0..<64 { try connection.send(bytes(hex: "00000001 41")) }
        #expect(connection.channel.isActive)
        try connection.send(bytes(hex: "00000001"))
        #expect(!connection.channel.isActive)
        #expect(connection.rig.tally[.tooManyFragments] == 1)
    }

    @Test("a mark, then silence, ends after ten seconds; a quiet connection without one stays")
    func silence() throws {
        let connection = try Connection()
        try connection.send(Self.record(Self.null, xid: 1))
        connection.channel.embeddedEventLoop.advanceTime(by: .seconds(100))
        #expect(connection.channel.isActive)

        try connection.send(bytes(hex: "80000028"))
        connection.channel.embeddedEventLoop.advanceTime(by: .seconds(9))
        #expect(connection.channel.isActive)
        connection.channel.embeddedEventLoop.advanceTime(by: .seconds(2))

        #expect(!connection.channel.isActive)
        #expect(connection.rig.tally[.headerLate] == 1)
    }

    @Test("errors are answers, and the connection goes on")
    func errors() throws {
        let connection = try Connection()
        try connection.send(
            RecordMarking.record(
                bytes(hex: "00000001 00000000 00000003" + String(repeating: "00", count: 28))
            )
        )
        try connection.send(Self.record(Self.null, xid: 2))

        let writes = try connection.writes()
        #expect(writes.map(\.count) == [28, 28])
        #expect(connection.channel.isActive)
    }

    @Test("a call that waits holds up nobody, and its reply comes when it is done")
    func lateReply() throws {
        let connection = try Connection(capacity: 1)
        try connection.send(Self.record(.take(waitMilliseconds: 5000), xid: 1))
        try connection.send(Self.record(Self.null, xid: 2))
        #expect(try connection.writes().map { $0[7] } == [2])

        try connection.send(Self.record(connection.rig.submit(), xid: 3))

        let replies = try connection.writes().joined()
        // The receipt has 48 bytes with its mark; the taking, with a name of one byte, 56.
        #expect(replies.count == 48 + 56)
        #expect(connection.rig.buffer.counts.consumed == 1)
    }

    @Test("late outcomes of one round leave in one write")
    func lateBatch() throws {
        let connection = try Connection()
        for xid: UInt32 in 1...10 {
            try connection.send(Self.record(.take(waitMilliseconds: 5000), xid: xid))
        }
        #expect(try connection.writes().isEmpty)

        connection.rig.buffer.endTakes(.timedOut)

        let writes = try connection.writes()
        #expect(writes.map(\.count) == [10 * 32])
    }

    @Test("with as many calls under way as there may be, reading stops until one is done")
    func limit() throws {
        let connection = try Connection(capacity: 1, mostCalls: 4)
        let take = RemoteRequest.take(waitMilliseconds: 5000)
        try connection.send((1...10).flatMap { Self.record(take, xid: $0) })
        #expect(connection.rig.buffer.waitingTakes == 4)
        #expect(!connection.readsOn)

        connection.rig.buffer.endTakes(.timedOut)
        connection.channel.embeddedEventLoop.run()
        #expect(connection.rig.buffer.waitingTakes == 4)
        connection.rig.buffer.endTakes(.timedOut)
        connection.channel.embeddedEventLoop.run()

        #expect(connection.rig.buffer.waitingTakes == 2)
        #expect(connection.readsOn)
        #expect(connection.rig.buffer.takeCount == 10)
    }

    @Test("a client that does not read its replies is not read from")
    func notWritable() throws {
        let connection = try Connection()
        connection.channel.isWritable = false
        connection.channel.pipeline.fireChannelWritabilityChanged()
        #expect(!connection.readsOn)
        try connection.send(Self.record(Self.null, xid: 1))
        #expect(try connection.writes().isEmpty)

        connection.channel.isWritable = true
        connection.channel.pipeline.fireChannelWritabilityChanged()

        #expect(try connection.writes().count == 1)
        #expect(connection.readsOn)
    }

    @Test("when the client goes, its waiting calls are withdrawn and its history is forgotten")
    func gone() throws {
        let connection = try Connection(capacity: 1)
        try connection.send(Self.record(connection.rig.submit(), xid: 1))
        try connection.send(Self.record(connection.rig.submit("4", wait: 9000), xid: 2))
        #expect(connection.rig.buffer.waitingPuts == 1)
        #expect(connection.rig.history.count == 2)

        try connection.channel.close().wait()

        #expect(connection.rig.buffer.withdrawn.count == 1)
        #expect(connection.rig.buffer.waitingPuts == 0)
        #expect(connection.rig.history.count == 0)
    }

    @Test("a call that comes again on its connection is not executed again")
    func repeated() throws {
        let connection = try Connection()
        for _ in 0..<2 { try connection.send(Self.record(connection.rig.submit(), xid: 1)) }

        let writes = try connection.writes()

        #expect(writes.count == 2)
        #expect(writes.first == writes.last)
        #expect(connection.rig.buffer.putCount == 1)
    }

    @Test("with a full history calls are executed all the same: nothing is repeated over TCP")
    func fullHistory() throws {
        let connection = try Connection(history: ReplyHistory(limit: 1))
        for xid: UInt32 in 1...3 {
            try connection.send(Self.record(connection.rig.submit(), xid: xid))
        }
        #expect(connection.rig.buffer.putCount == 3)
        #expect(connection.rig.tally[.historyFull] == 0)
    }
}
