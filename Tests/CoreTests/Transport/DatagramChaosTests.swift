import Testing

@testable import Core

/// A receiver on a free port whose datagrams can be lost and doubled.
private struct ChaosRig {
    let inbox = Inbox(capacity: 64)
    let chaos: DatagramChaos
    let replies: ReplyTable
    let receiver: UDPReceiver
    let address: SocketAddress

    init(calls: (any DatagramService)? = nil, whenDone: @escaping @Sendable () -> Void = {}) throws
    {
        let sockets = try DatagramSocket.listen(on: "127.0.0.1", port: 0, open: false)
        chaos = DatagramChaos(whenDone: whenDone)
        replies = ReplyTable(sockets: sockets, limit: 1000)
        address = sockets[0].address
        receiver = UDPReceiver(
            sockets: sockets,
            inbox: inbox,
            devices: DeviceTable(limit: 100),
            replies: replies,
            calls: calls,
            chaos: chaos,
            clock: SystemClock()
        )
    }
}

/// Counts what it is handed.
private final class CountingService: DatagramService {
    let served = Guarded<[DatagramCall]>([])
    func putsText(through socket: DatagramSocket) -> Bool { false }

    func serve(
        _ call: DatagramCall,
        _ datagram: [UInt8],
        from peer: SocketAddress,
        through socket: DatagramSocket,
        _ standing: Standing,
        sealedWith nonce: UInt64?
    ) -> Bool {
        served.withLock { $0.append(call) }
        return true
    }
}

extension ReceiverCounters {
    /// What the counters promise at every moment.
    fileprivate var balance: Bool {
        received + doubledOnPurpose == accepted + calls + refused + droppedOnPurpose
    }
}

@Suite("Datagrams lost and doubled on purpose", .timeLimit(.minutes(5)))
struct DatagramChaosTests {
    @Test("the next one is dropped, counted and told, and the one after it is served")
    func drop() throws {
        let rig = try ChaosRig()
        let consumer = EchoingConsumer(rig.inbox, replies: rig.replies) { _ in }
        let client = try TestClient(of: rig.address)
        rig.chaos.armed = .drop

        try client.send(Array("3:5".utf8))
        #expect(try client.exchange("4:6") == "4:6")
        rig.receiver.stop()
        consumer.finish()

        let counters = rig.receiver.counters
        #expect(counters.received == 2 && counters.accepted == 1)
        #expect(counters.droppedOnPurpose == 1 && counters.refused == 0 && counters.balance)
        let told = rig.chaos.takeDone()
        #expect(told.count == 1)
        #expect(told.first?.wholeMatch(of: #/dropped 3:5 from 127\.0\.0\.1:\d+ on purpose/#) != nil)
        #expect(rig.chaos.takeDone().isEmpty && rig.chaos.armed == nil)
    }

    @Test("the next one is doubled: two jobs and two replies of one datagram")
    func double() throws {
        let rig = try ChaosRig()
        let consumer = EchoingConsumer(rig.inbox, replies: rig.replies) { _ in }
        let client = try TestClient(of: rig.address)
        rig.chaos.armed = .double

        #expect(try client.exchange("3:5") == "3:5")
        #expect(try client.exchange("4:6") == "3:5")
        waitUntil { rig.replies.sent == 3 }
        rig.receiver.stop()
        consumer.finish()

        let counters = rig.receiver.counters
        #expect(counters.received == 2 && counters.accepted == 3)
        #expect(counters.doubledOnPurpose == 1 && counters.balance)
        #expect(rig.chaos.takeDone().first?.hasPrefix("doubled 3:5 from ") == true)
    }

    @Test("a remote call is handed over twice, and a datagram that is no job is refused twice")
    func others() throws {
        let service = CountingService()
        let rig = try ChaosRig(calls: service)
        let consumer = EchoingConsumer(rig.inbox, replies: rig.replies) { _ in }
        let client = try TestClient(of: rig.address)
        let call = Array("1:23".utf8) + Array(repeating: 0, count: 36)

        rig.chaos.armed = .double
        try client.send(call)
        waitUntil { rig.receiver.counters.doubledOnPurpose == 1 }
        rig.chaos.armed = .double
        try client.send(Array("1:-5\u{1B}[2J".utf8))
        waitUntil { rig.receiver.counters.doubledOnPurpose == 2 }
        rig.receiver.stop()
        consumer.finish()

        #expect(service.served.withLock { $0 } == [.remoteCall, .remoteCall])
        let counters = rig.receiver.counters
        #expect(counters.calls == 2 && counters.refused(.notAJob) == 2 && counters.received == 2)
        #expect(counters.balance)
        let told = rig.chaos.takeDone()
        #expect(told.first?.hasPrefix("doubled a remote call from ") == true)
        #expect(told.last?.hasPrefix("doubled a datagram that is no job from ") == true)
    }

    @Test("a name from the network is told without what does not belong on a screen, and cut")
    func hostileName() throws {
        let rig = try ChaosRig()
        let client = try TestClient(of: rig.address)
        rig.chaos.armed = .drop

        try client.send(Array("a\u{202E}\(String(repeating: "b", count: 50)):1".utf8))
        waitUntil { rig.receiver.counters.droppedOnPurpose == 1 }
        rig.receiver.stop()

        let told = try #require(rig.chaos.takeDone().first)
        #expect(told.hasPrefix("dropped abbb") && told.contains("b… from 127.0.0.1:"))
        #expect(Sanitizer.sanitize(told) == told)
    }

    @Test("what is disarmed in time does nothing; each deed is announced once")
    func disarmed() throws {
        let count = Guarded(0)
        let rig = try ChaosRig { count.withLock { $0 += 1 } }
        let consumer = EchoingConsumer(rig.inbox, replies: rig.replies) { _ in }
        let client = try TestClient(of: rig.address)

        rig.chaos.armed = .drop
        rig.chaos.armed = nil
        #expect(try client.exchange("3:5") == "3:5")
        rig.chaos.armed = .double
        #expect(try client.exchange("3:5") == "3:5")
        rig.receiver.stop()
        consumer.finish()

        #expect(rig.receiver.counters.droppedOnPurpose == 0)
        #expect(count.withLock { $0 } == 1)
    }

    @Test("under load the books stay exact, however often a datagram is doubled or dropped")
    func underLoad() throws {
        let rig = try ChaosRig()
        let consumer = EchoingConsumer(rig.inbox, replies: rig.replies) { _ in }
        let client = try TestClient(of: rig.address)

        for number in 0..<2000 {
            if number % 3 == 0 { rig.chaos.armed = number % 2 == 0 ? .drop : .double }
            try client.send(Array("\(number % 7):1".utf8))
            // The next deed comes only after this one, so that all are done.
            if number % 3 == 0 { waitUntil { rig.chaos.armed == nil } }
            if number % 50 == 0 { #expect(rig.receiver.counters.balance) }
        }
        waitUntil {
            let counters = rig.receiver.counters
            return counters.received + counters.droppedBySystem == 2000
        }
        rig.receiver.stop()
        consumer.finish()

        let counters = rig.receiver.counters
        #expect(counters.balance)
        #expect(counters.droppedOnPurpose == 334 && counters.doubledOnPurpose == 333)
        #expect(
            counters.accepted
                == counters.received - counters.droppedOnPurpose + counters.doubledOnPurpose
        )
    }
}
