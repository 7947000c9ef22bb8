import NIOCore
import NIOEmbedded
import Testing

@testable import Core

/// One connection of a JSON client after another, to one server.
private final class JSONServer {
    let buffer: FakeBuffer
    let devices = DeviceTable(limit: 100)
    let tally = NetworkTally()
    let service: BufferRequestService

    private let token: Token?

    init(capacity: Int = 10, token: Token? = nil) {
        self.token = token
        buffer = FakeBuffer(capacity: capacity)
        service = BufferRequestService(mailboxes: Mailboxes(buffer), devices: devices, tally: tally)
    }

    func connect() throws -> EmbeddedChannel {
        let handler = JSONHandler(
            service: service,
            tally: tally,
            client: "peer",
            token: token
        )
        let channel = EmbeddedChannel(handler: handler)
        try channel.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    /// The reply to a request that comes in one piece.
    func ask(_ text: String) throws -> String {
        let channel = try connect()
        try channel.send(text)
        return try #require(try channel.reply())
    }
}

extension EmbeddedChannel {
    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        try writeInbound(ByteBuffer(bytes: bytes))
    }

    /// What was written in one piece.
    func reply() throws -> String? {
        try readOutbound(as: ByteBuffer.self).map { String(buffer: $0) }
    }
}

@Suite("The buffer server", .timeLimit(.minutes(5)))
struct JSONHandlerTests {
    @Test("dialect A is spoken to the letter")
    func dialectA() throws {
        let server = JSONServer(capacity: 1)
        let produce = #"{"type":"producer","id":"1","item":"P1-Item-1"}"#
        let consume = #"{"type":"consumer","id":"1"}"#

        #expect(
            try server.ask(produce)
                == #"{"status":"success","message":"Item \"P1-Item-1\" added to buffer","buffer_size":1}"#
        )
        #expect(
            try server.ask(produce)
                == #"{"status":"error","message":"Buffer is full. Try again later."}"#
        )
        #expect(
            try server.ask(consume)
                == #"{"status":"success","item":"P1-Item-1","message":"Item \"P1-Item-1\" consumed","buffer_size":0}"#
        )
        #expect(
            try server.ask(consume)
                == #"{"status":"error","message":"Buffer is empty. No items to consume."}"#
        )
        #expect(
            try server.ask(#"{"type":"x"}"#)
                == #"{"status":"error","message":"Invalid client type"}"#
        )
        #expect(server.devices.name(of: DeviceID(1)) == "1")
    }

    @Test("a server that wants its token tells nothing else without it")
    func token() throws {
        let server = JSONServer(token: try SealedFixtures.token())
        let missing =
            #"{"status":"error","message":"the field token is missing, which this server wants"}"#
        let wrong =
            #"{"status":"error","message":"the field token is not this server's token"}"#

        for request in [#"{"type":"producer","id":"1","item":1}"#, #"{"type":"x"}"#, "{}"] {
            #expect(try server.ask(request) == missing)
        }
        for token in [#""x""#, "1", "null", #"["\#(SealedFixtures.secret)"]"#] {
            let request = #"{"token":\#(token),"type":"producer","id":"1","item":1}"#
            #expect(try server.ask(request) == wrong)
        }
        #expect(server.buffer.putCount == 0)
        let request =
            #"{"token":"\#(SealedFixtures.secret)","type":"producer","id":"1","item":1}"#
        #expect(try server.ask(request).contains("success"))
        #expect(server.buffer.jobs.first?.payload?.bytes == Array("1".utf8))
        #expect(server.tally[.tokenMissing] == 3 && server.tally[.tokenWrong] == 4)
    }

    @Test("dialect B is spoken to the letter")
    func dialectB() throws {
        let server = JSONServer(capacity: 1)
        let produce = #"{"command":"PRODUCE","file_number":1,"xml_data":"<?xml \"a\"?>\n"}"#
        let consume = #"{"command":"CONSUME"}"#

        #expect(
            try server.ask(produce)
                == #"{"status":"SUCCESS","message":"Added student1.xml","buffer_size":1}"#
        )
        #expect(
            try server.ask(produce)
                == #"{"status":"FULL","message":"Buffer is full","buffer_size":1}"#
        )
        #expect(
            try server.ask(#"{"command":"STATUS"}"#)
                == #"{"status":"SUCCESS","buffer_size":1,"buffer_max":1}"#
        )
        #expect(
            try server.ask(consume)
                == #"{"status":"SUCCESS","file_number":1,"xml_data":"<?xml \"a\"?>\n","buffer_size":0}"#
        )
        #expect(
            try server.ask(consume)
                == #"{"status":"EMPTY","message":"Buffer is empty","buffer_size":0}"#
        )
    }

    @Test(
        "items come back as they were, whatever they are",
        arguments: ["null", #"{"a": [1, 2]}"#, "1e400", #""\u0000""#, #""é\u001b""#]
    )
    func itemsReturn(item: String) throws {
        let server = JSONServer()

        _ = try server.ask("{\"type\":\"producer\",\"id\":1,\"item\":\(item)}")
        let reply = try server.ask(#"{"type":"consumer","id":1}"#)

        #expect(reply.hasPrefix("{\"status\":\"success\",\"item\":\(item),\"message\":\"Item \\\""))
        #expect(reply.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 0x7f })
    }

    @Test("an object is answered wherever it is cut, in one write, and the connection ends")
    func cutAnywhere() throws {
        let server = JSONServer(capacity: 1000)
        let request = Array(#"{"type":"producer","id":"a}","item":"\"}{"}"#.utf8)

        for cut in 1..<request.count {
            let channel = try server.connect()
            try channel.send(Array(request[..<cut]))
            #expect(try channel.reply() == nil)
            try channel.send(Array(request[cut...]))
            #expect(try channel.reply()?.contains("success") == true, "cut at \(cut)")
            #expect(try channel.reply() == nil)
            #expect(!channel.isActive)
        }
        #expect(server.buffer.putCount == request.count - 1)
    }

    @Test("of two objects back to back the first is answered")
    func twoObjects() throws {
        let server = JSONServer()
        let one = #"{"type":"producer","id":"1","item":1}"#

        #expect(try server.ask(one + one).contains("success"))
        #expect(server.buffer.putCount == 1)
        #expect(server.tally[.notJSON] == 0)
    }

    @Test(
        "hostile bytes get one sentence, are counted, and change nothing",
        arguments: [
            "{" + String(repeating: #""a":{"#, count: 100_000), #"{"type":"consumer","type":"x"}"#,
            #"{"type":"consumer","command":"CONSUME"}"#, "\u{feff}{}", "[{}]", "{]", "{\u{0}}",
            #"{"type":"producer","id":1,"item":"\ud800"}"#,
        ]
    )
    func hostile(text: String) throws {
        let server = JSONServer()

        #expect(try server.ask(text).hasPrefix(#"{"status":"error","message":""#))
        #expect(server.tally[.notJSON] == 1)
        #expect(server.buffer.putCount + server.buffer.takeCount == 0)
    }

    @Test("an object of more than 64 KiB is refused and counted")
    func tooLong() throws {
        let server = JSONServer()
        let long = #"{"a":""# + String(repeating: "x", count: 65_537 - 8) + #""}"#

        #expect(try server.ask(long).contains("longer than 65536 bytes"))
        #expect(server.tally[.jsonTooLong] == 1)
    }

    @Test("an object that does not end in time is refused")
    func cutAndSilent() throws {
        let server = JSONServer()
        let channel = try server.connect()

        try channel.send(#"{"type":"consumer""#)
        channel.embeddedEventLoop.advanceTime(by: .seconds(10))

        #expect(try channel.reply()?.contains("has no end") == true)
        #expect(!channel.isActive)
        #expect(server.tally[.headerLate] == 1)
    }

    @Test("a client that ends its side in the middle gets an error, after the object its reply")
    func halfClosed() throws {
        let server = JSONServer()
        let middle = try server.connect()
        try middle.send(#"{"type":"#)
        middle.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(try middle.reply()?.contains("has no end") == true)

        server.buffer.nextTake = [.late]
        #expect(
            try server.ask(#"{"type":"consumer"}"#)
                == #"{"status":"error","message":"no answer within 20 s: the engine is paused or stuck"}"#
        )
    }

    @Test("refusals are named errors")
    func refused() throws {
        let server = JSONServer()
        server.buffer.nextPut = [.refused(.tooManyCalls(limit: 8)), .refused(.stopping), .late]
        let produce = #"{"command":"PRODUCE","file_number":1,"xml_data":""}"#

        #expect(
            try server.ask(produce)
                == #"{"status":"ERROR","message":"too many calls are under way, at most 8 may be"}"#
        )
        #expect(
            try server.ask(produce)
                == #"{"status":"ERROR","message":"the server is stopping"}"#
        )
        #expect(try server.ask(produce).contains("paused or stuck"))
        #expect(server.tally[.tooManyCalls] == 1)
    }

    @Test("an item that does not fit into a datagram stays, and a client over TCP gets it")
    func tooLarge() throws {
        let server = JSONServer()
        let item = String(repeating: "x", count: 5000)
        _ = try server.ask("{\"type\":\"producer\",\"id\":1,\"item\":\"\(item)\"}")
        let request = Array(#"{"type":"consumer","id":2}"#.utf8)
        var replies: [String] = []

        for limit in [4096, nil] {
            _ = server.service.answer(request, from: "peer", largest: limit) {
                replies.append(String(decoding: $0, as: UTF8.self))
            }
        }

        #expect(
            replies.first
                == #"{"status":"error","message":"the next item has more than 4096 bytes, which come over TCP only"}"#
        )
        #expect(replies.last?.contains(item) == true)
    }

    @Test("a client that goes away has its call withdrawn")
    func withdraws() throws {
        let buffer = StuckBuffer()
        let tally = NetworkTally()
        let service = BufferRequestService(
            mailboxes: Mailboxes(buffer),
            devices: DeviceTable(limit: 1),
            tally: tally
        )
        let channel = EmbeddedChannel(
            handler: JSONHandler(service: service, tally: tally, client: "peer")
        )

        try channel.send(#"{"type":"consumer"}"#)
        #expect(buffer.withdrawn.isEmpty)
        try channel.close().wait()

        #expect(buffer.withdrawn == [buffer.call])
    }
}

/// A buffer of a paused engine: nothing ever comes of a call.
private final class StuckBuffer: RemoteBuffer {
    let call = AgentCall(agent: ThreadID(1), number: 1)
    private(set) var withdrawn: [AgentCall] = []
    let counts = BufferCounts()

    func put(
        _ offer: Offer,
        _ patience: Patience,
        for client: String,
        whenDone: @escaping (PutOutcome) -> Void
    ) -> AgentCall? { call }

    func take(
        largest: Int?,
        _ patience: Patience,
        for client: String,
        whenDone: @escaping (TakeOutcome) -> Void
    ) -> AgentCall? { call }

    func withdraw(_ call: AgentCall) { withdrawn.append(call) }

    func deny(_ call: AgentCall) {}
}
