import NIOCore
import NIOEmbedded
import Testing

@testable import Core

/// What a guarded server says in each dialect to who may not.
@Suite("The guard in each dialect", .timeLimit(.minutes(5)))
struct GuardedDialectsTests {
    private let clock = ManualClock()
    private let buffer = FakeBuffer(capacity: 100)
    private let devices = DeviceTable(limit: 100)
    private let tally = NetworkTally()

    private func room(_ change: (inout Quotas) -> Void = { _ in }) -> RoomGuard {
        var quotas = Quotas()
        change(&quotas)
        return RoomGuard(quotas, backlog: Backlog(), clock: clock)
    }

    private func textConnection(_ guest: Guest) throws -> EmbeddedChannel {
        let service = TextJobService(
            buffer: buffer,
            devices: devices,
            tally: tally,
            moment: .receipt
        )
        let handler = TextHandler(service: service, client: "peer", guest: guest)
        let channel = EmbeddedChannel(handler: handler)
        try channel.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    /// The same, of which the server knows that it is there.
    private func textConnection(
        _ guest: Guest,
        _ handler: TextHandler,
        in connections: Connections
    ) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        let connection = Connection(channel, connections)
        connection.guest = guest
        #expect(connections.admit(connection) == nil)
        try channel.pipeline.syncOperations.addHandlers([connection, handler])
        try channel.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    @Test("text over TCP: a muted device's job is counted and gets no reply, the next one does")
    func mutedText() throws {
        let room = room()
        room.mute(devices.device(named: "anna"), true)
        let guest = Guest(of: room)
        let channel = try textConnection(guest)

        try channel.send("anna:1\nbert:2\n")

        #expect(try channel.reply() == "Job received")
        #expect(try channel.reply() == nil)
        #expect(buffer.jobs.map { devices.name(of: $0.device) } == ["bert"])
        #expect(tally[.muted] == 1)
        #expect(tally.refusalBook.rows.first?.device == "anna")
        #expect(guest.speaks(for: devices.device(named: "anna")))
        #expect(!guest.speaks(for: devices.device(named: "carl")))
    }

    @Test("text over TCP: over its quota a client waits, as with a full buffer")
    func fullText() throws {
        let room = room { $0.deviceLimit = 2 }
        let anna = devices.device(named: "anna")
        for _ in 0..<2 { room.backlog.add(anna) }
        let channel = try textConnection(Guest(of: room))

        try channel.send("anna:1\n")
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(try channel.reply() == nil)
        #expect(buffer.putCount == 0)
        #expect(tally[.deviceQueueFull] == 1)

        room.backlog.remove(anna)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(try channel.reply() == "Job received")
        #expect(buffer.putCount == 1)
    }

    @Test("text over TCP: a job that waits for its quota is not let past it by muting its device")
    func mutedWhileFull() throws {
        let room = room { $0.deviceLimit = 2 }
        let anna = devices.device(named: "anna")
        for _ in 0..<2 { room.backlog.add(anna) }
        let channel = try textConnection(Guest(of: room))
        try channel.send("anna:1\n")

        room.mute(anna, true)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(buffer.putCount == 0)

        // It came before the device was muted.
        room.backlog.remove(anna)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(buffer.putCount == 1)
    }

    @Test("text over TCP: a job that waits for its quota goes when its device is kicked out")
    func kickedWhileFull() throws {
        let room = room { $0.deviceLimit = 1 }
        let (anna, bert) = (devices.device(named: "anna"), devices.device(named: "bert"))
        for device in [anna, bert] { room.backlog.add(device) }
        let connections = Connections(ConnectionLimits(), tally)
        let service = TextJobService(
            buffer: buffer,
            devices: devices,
            tally: tally,
            moment: .receipt
        )
        func connect(_ text: String) throws {
            let guest = Guest(of: room)
            let handler = TextHandler(service: service, client: "peer", guest: guest)
            let channel = try textConnection(guest, handler, in: connections)
            try channel.send(text)
            channels.append(channel)
        }
        var channels: [EmbeddedChannel] = []
        try connect("anna:1\nanna:2\n")
        try connect("carl:1\nbert:1\nanna:1\n")

        room.mute(anna, true)
        connections.close(speakingFor: anna)
        for device in [anna, bert] { room.backlog.remove(device) }
        for channel in channels { channel.embeddedEventLoop.advanceTime(by: .seconds(1)) }

        // Bert's job only came over the same connection.
        #expect(buffer.jobs.map { devices.name(of: $0.device) } == ["carl", "bert"])
        #expect(service.orphanedBytes == 0)
    }

    @Test("text over TCP: a job that waits goes when its address is kicked out, whatever its name")
    func kickedAddress() throws {
        let buffer = FakeBuffer(capacity: 0)
        let (room, connections) = (room(), Connections(ConnectionLimits(), tally))
        let service = TextJobService(
            buffer: buffer,
            devices: devices,
            tally: tally,
            moment: .receipt
        )
        let guest = Guest(of: room)
        let handler = TextHandler(service: service, client: "peer", guest: guest)
        let channel = try textConnection(guest, handler, in: connections)
        try channel.send("anna:1\nbert:1\n")
        #expect(buffer.waitingPuts == 1)

        connections.close(from: Core.SocketAddress().network)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))

        #expect(buffer.waitingPuts == 0 && buffer.putCount == 1)
        #expect(service.orphanedBytes == 0 && connections.count == 0)
    }

    @Test("a muted address may look, but neither put nor take, in any dialect; undone, it may")
    func mutedAddress() throws {
        let room = room()
        let guest = Guest(of: room)
        room.muted.mute(guest.address, true)
        let channel = try textConnection(guest)
        let json = BufferRequestService(
            mailboxes: Mailboxes(buffer),
            devices: devices,
            tally: tally
        )
        let remote = remoteService()
        func answer(_ request: String) -> String {
            var reply = ""
            _ = json.answer(Array(request.utf8), from: "peer", as: guest) {
                reply = String(decoding: $0, as: UTF8.self)
            }
            return reply
        }

        try channel.send("anna:1\n")
        let taking = answer(#"{"type":"consumer","id":"1"}"#)
        let looking = answer(#"{"command":"STATUS"}"#)
        let putting = try remoteReply(submit("bert"), guest, remote)
        clock.advance(by: .seconds(1))
        let getting = try remoteReply(.take(waitMilliseconds: 0), guest, remote)

        #expect(try channel.reply() == nil)
        #expect(taking == #"{"status":"error","message":"this address is muted"}"#)
        #expect(looking == #"{"status":"SUCCESS","buffer_size":0,"buffer_max":100}"#)
        guard case .receipt(let receipt)? = putting else {
            Issue.record("no receipt")
            return
        }
        #expect(receipt.code == .denied && getting == .taking(.nothing(.denied)))
        #expect(buffer.putCount + buffer.takeCount == 0 && tally[.mutedAddress] == 4)

        room.muted.mute(guest.address, false)
        try channel.send("anna:1\n")
        #expect(try channel.reply() == "Job received")
    }

    @Test("JSON gets an error object")
    func json() {
        let room = room()
        room.mute(devices.device(named: "1"), true)
        let service = BufferRequestService(
            mailboxes: Mailboxes(buffer),
            devices: devices,
            tally: tally
        )
        var reply = ""
        let request = Array(#"{"type":"producer","id":"1","item":"x"}"#.utf8)

        let call = service.answer(request, from: "peer", as: Guest(of: room)) {
            reply = String(decoding: $0, as: UTF8.self)
        }

        #expect(call == nil)
        #expect(reply == #"{"status":"error","message":"this device is muted"}"#)
        #expect(buffer.putCount == 0)
    }

    private func remoteReply(
        _ request: RemoteRequest,
        _ guest: Guest,
        _ service: RemoteCallService
    ) throws -> RemoteResult? {
        var replies: [[UInt8]] = []
        request.message(xid: UInt32(clock.now.count)).withUnsafeBytes { bytes in
            service.receive(datagram: bytes, from: guest.address, .trusted, as: guest) {
                replies.append(Array($0))
            }
        }
        return try replies.last.map { reply in
            try reply.withUnsafeBytes { try RemoteReply.result(in: $0, of: request.procedure) }
        }
    }

    private func remoteService() -> RemoteCallService {
        RemoteCallService(
            mailboxes: Mailboxes(buffer),
            registry: Registry(
                own: .loopback(port: 5555),
                numbers: RandomNumbers(seed: 1),
                tally: tally,
                publish: { _ in }
            ),
            devices: devices,
            history: ReplyHistory(),
            tally: tally,
            clock: clock
        )
    }

    private func submit(_ device: String, wait: UInt32 = 0) -> RemoteRequest {
        .submit(RemoteSubmit(RemoteJob(device: device, seconds: 1), waitMilliseconds: wait))
    }

    @Test("a remote call gets SBX_DENIED")
    func remoteCall() throws {
        let room = room { $0.deviceLimit = 1 }
        room.mute(devices.device(named: "anna"), true)
        room.backlog.add(devices.device(named: "bert"))
        let (service, guest) = (remoteService(), Guest(of: room, isDatagram: true))

        for (device, code) in [("anna", RemoteCode.denied), ("bert", .denied), ("carl", .ok)] {
            clock.advance(by: .seconds(1))
            let result = try remoteReply(submit(device), guest, service)
            guard case .receipt(let receipt)? = result else {
                Issue.record("no receipt for \(device)")
                continue
            }
            #expect(receipt.code == code, "\(device)")
        }
        #expect(buffer.putCount == 1)
        #expect(tally[.muted] == 1 && tally[.deviceQueueFull] == 1)
    }

    @Test("whoever is kicked out while a call in a datagram waits is told so, once")
    func deniedDatagram() throws {
        let (service, guest) = (remoteService(), Guest(of: room(), isDatagram: true))
        let calls = DatagramCalls()
        var replies: [[UInt8]] = []
        let request = RemoteRequest.take(waitMilliseconds: 5000).message(xid: 7)
        let caller = service.caller(at: guest.address, .trusted, as: guest) {
            replies.append(Array($0))
        }
        request.withUnsafeBytes { _ = service.receive($0, from: caller) }
        #expect(caller.callsUnderWay == 1)
        _ = calls.add(from: guest.address) { caller.deny() }
        let over = calls.add(from: guest.address) { Issue.record("it was over") }
        calls.remove(over, from: guest.address)

        calls.denyAll(from: guest.address)
        calls.denyAll(from: guest.address)

        #expect(buffer.waitingTakes == 0 && replies.count == 1)
        let result = try replies[0].withUnsafeBytes { try RemoteReply.result(in: $0, of: .take) }
        #expect(result == .taking(.nothing(.denied)))
    }

    @Test("as many calls may wait as the quota says, and those that end make room")
    func waits() throws {
        let room = room { $0.blockedWaits = .everybody(2) }
        let (service, guest) = (remoteService(), Guest(of: room, isDatagram: true))
        for _ in 0..<2 {
            clock.advance(by: .seconds(1))
            #expect(try remoteReply(.take(waitMilliseconds: 5000), guest, service) == nil)
        }
        clock.advance(by: .seconds(1))
        let third = try remoteReply(.take(waitMilliseconds: 5000), guest, service)
        #expect(third == .taking(.nothing(.denied)))

        buffer.endTakes(.timedOut)
        clock.advance(by: .seconds(1))
        #expect(try remoteReply(.take(waitMilliseconds: 5000), guest, service) == nil)
        #expect(buffer.waitingTakes == 1)
    }
}
