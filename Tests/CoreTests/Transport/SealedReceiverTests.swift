import Foundation
import Testing

@testable import Core

/// A receiver that asks everybody for the token, and counts what it hands on.
private final class SealedRig {
    let sockets: [DatagramSocket]
    let inbox = Inbox(capacity: 64)
    let replies: ReplyTable
    let service = StandingService()
    /// By which quotas go; it stands still.
    let clock = ManualClock()
    let receiver: UDPReceiver

    init(asks: Bool = true, hasToken: Bool = true, room: RoomGuard? = nil) throws {
        sockets = try DatagramSocket.listen(on: "127.0.0.1", port: 0, open: false)
        replies = ReplyTable(sockets: sockets, limit: 100)
        let token = try SealedFixtures.token()
        receiver = UDPReceiver(
            sockets: sockets,
            inbox: inbox,
            devices: DeviceTable(limit: 100),
            replies: replies,
            calls: service,
            admission: hasToken ? Admission(token: token, asksLoopback: asks) : Admission(),
            seals: hasToken ? Seals(token) { SealedFixtures.milliseconds } : nil,
            room: room,
            clock: clock
        )
    }

    func client() throws -> TestClient { try TestClient(of: sockets[0].address) }
}

/// Remembers what it is handed.
private final class StandingService: DatagramService {
    struct Served: Equatable {
        let call: DatagramCall
        let datagram: [UInt8]
        let standing: Standing
        let nonce: UInt64?
    }

    let served = Guarded<[Served]>([])
    func putsText(through socket: DatagramSocket) -> Bool { false }

    func serve(
        _ call: DatagramCall,
        _ datagram: [UInt8],
        from peer: SocketAddress,
        through socket: DatagramSocket,
        _ standing: Standing,
        sealedWith nonce: UInt64?
    ) -> Bool {
        let served = Served(call: call, datagram: datagram, standing: standing, nonce: nonce)
        self.served.withLock { $0.append(served) }
        return true
    }
}

@Suite("The receiver of sealed datagrams", .timeLimit(.minutes(5)))
struct SealedReceiverTests {
    private static let call = bytes(
        hex: "6b01eabc 00000000 00000002 20004017 00000001 00000003"
            + "00000000 00000000 00000000 00000000"
    )

    @Test("a sealed job is done once, and its echo comes sealed")
    func job() throws {
        let rig = try SealedRig()
        let consumer = EchoingConsumer(rig.inbox, replies: rig.replies) { _ in }
        let client = try rig.client()
        let seals = ClientSeals(try SealedFixtures.token()) { SealedFixtures.milliseconds }

        let request = seals.seal(Array("3:5".utf8))
        let reply = try #require(try client.exchange(request))
        try client.send(request)
        waitUntil { rig.receiver.counters.received == 2 }
        rig.receiver.stop()
        consumer.finish()

        #expect(seals.payload(of: reply) == Array("3:5".utf8))
        #expect(rig.receiver.counters.accepted == 1)
        #expect(rig.receiver.counters.refused(.sealRepeated) == 1)
    }

    @Test("who sends under a sealed peer's address takes nothing of what it may send")
    func forgedAddress() throws {
        var quotas = Quotas()
        (quotas.datagramRate, quotas.datagramBurst) = (.everybody(1), .everybody(5))
        let rig = try SealedRig(room: RoomGuard(quotas))
        let (client, forger) = (try rig.client(), try rig.client())

        try client.send(SealedFixtures.request("3:5", nonce: 1))
        waitUntil { rig.receiver.counters.accepted == 1 }
        // The address without the port is what quotas go by.
        for _ in 1...20 { try forger.send(Array("3:5".utf8)) }
        for _ in 1...20 { try forger.send(Array("SBX1 and nothing that fits".utf8)) }
        waitUntil { rig.receiver.counters.received == 41 }
        for nonce in 2...30 {
            try client.send(SealedFixtures.request("3:5", nonce: UInt64(nonce)))
        }
        waitUntil { rig.receiver.counters.received == 70 }
        rig.receiver.stop()

        // Its own quota holds for it all the same.
        #expect(rig.receiver.counters.accepted == 5)
        #expect(rig.receiver.counters.refused(.wrongSeal) == 20)
    }

    @Test("without the seal nothing is accepted, and calls are handed on as a stranger's")
    func unsealed() throws {
        let rig = try SealedRig()
        let client = try rig.client()

        for datagram in ["3:5", #"{"type":"consumer"}"#, #"{"token":"x","type":"consumer"}"#] {
            try client.send(Array(datagram.utf8))
        }
        try client.send(Self.call)
        waitUntil { rig.receiver.counters.received == 4 }
        rig.receiver.stop()

        #expect(rig.receiver.counters.accepted == 0)
        #expect(rig.receiver.counters.refused(.notSealed) == 3)
        #expect(
            rig.service.served.withLock { $0 } == [
                .init(call: .remoteCall, datagram: Self.call, standing: .unknown, nonce: nil)
            ]
        )
    }

    @Test("a call and JSON in a seal are handed on as trusted, with the nonce of the reply")
    func sealedCalls() throws {
        let rig = try SealedRig()
        let client = try rig.client()
        let json = #"{"type":"consumer"}"#

        try client.send(bytes(hex: SealedFixtures.status))
        try client.send(try SealedFixtures.request(json, nonce: 7))
        waitUntil { rig.receiver.counters.received == 2 }
        rig.receiver.stop()

        #expect(
            rig.service.served.withLock { $0 } == [
                .init(
                    call: .remoteCall,
                    datagram: Self.call,
                    standing: .trusted,
                    nonce: SealedFixtures.nonce
                ),
                .init(call: .json, datagram: Array(json.utf8), standing: .trusted, nonce: 7),
            ]
        )
    }

    @Test("hostile seals are refused and counted, each for its reason, and get no reply")
    func hostile() throws {
        let rig = try SealedRig()
        let client = try rig.client()
        let job = bytes(hex: SealedFixtures.job)
        var altered = job
        altered[25] ^= 1
        let old = try SealedFixtures.request("3:5", at: SealedFixtures.milliseconds - 60_001)
        let future = try SealedFixtures.request("3:5", at: SealedFixtures.milliseconds + 60_001)
        let twice = try SealedFixtures.token().seal(
            job,
            .request,
            milliseconds: SealedFixtures.milliseconds,
            nonce: 9
        )
        let wrong = [
            Array("SBX1".utf8), Array("SBX1....".utf8), Array(job.dropLast()), job + [0], altered,
            bytes(hex: SealedFixtures.reply), twice,
            try SealedFixtures.request("3:5", by: "another-token-of-some-length"),
            Array("SBX1".utf8) + Array(repeating: 0xff, count: 8188),
        ]

        for datagram in wrong { try client.send(datagram) }
        for datagram in [old, future] { try client.send(datagram) }
        // What is in them is no job.
        try client.send(bytes(hex: SealedFixtures.empty))
        try client.send(try SealedFixtures.request("garbage \u{0}"))
        waitUntil { rig.receiver.counters.received == wrong.count + 4 }
        rig.receiver.stop()

        let counters = rig.receiver.counters
        #expect(counters.refused(.wrongSeal) == wrong.count)
        #expect(counters.refused(.sealedTooFarAway) == 2)
        #expect(counters.refused(.notAJob) == 2)
        #expect(counters.accepted == 0 && counters.calls == 0)
        #expect(try !client.socket.waitUntilReadable(atMost: .zero))
    }

    @Test("on loopback the token is not asked for unless wanted, but a seal is opened all the same")
    func loopback() throws {
        let rig = try SealedRig(asks: false)
        let consumer = EchoingConsumer(rig.inbox, replies: rig.replies) { _ in }
        let client = try rig.client()

        #expect(try client.exchange("3:5") == "3:5")
        #expect(try client.exchange(bytes(hex: SealedFixtures.job))?.count == 43)
        rig.receiver.stop()
        consumer.finish()
    }

    @Test("a server without a token refuses what is sealed")
    func noToken() throws {
        let rig = try SealedRig(hasToken: false)

        try rig.client().send(bytes(hex: SealedFixtures.job))
        waitUntil { rig.receiver.counters.received == 1 }
        rig.receiver.stop()

        #expect(rig.receiver.counters.refused(.sealed) == 1)
    }
}
