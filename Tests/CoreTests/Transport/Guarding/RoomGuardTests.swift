import Testing

@testable import Core

extension SocketAddress {
    /// An address in digits.
    static func at(_ host: String, port: UInt16 = 40_000) throws -> SocketAddress {
        try #require(try SocketAddress.resolve(host, port: port).first)
    }
}

@Suite("The room's guard", .timeLimit(.minutes(5)))
struct RoomGuardTests {
    private let clock = ManualClock()

    private func room(_ change: (inout Quotas) -> Void = { _ in }) -> RoomGuard {
        var quotas = Quotas()
        change(&quotas)
        return RoomGuard(quotas, backlog: Backlog(), clock: clock)
    }

    /// How many of so many datagrams at this moment are let in.
    private func accepted(_ count: Int, of peer: SocketAddress, _ room: RoomGuard) -> Int {
        (0..<count).count { _ in room.denial(ofDatagramFrom: peer, at: clock.now) == nil }
    }

    private func admitted(
        _ count: Int,
        of peer: SocketAddress,
        _ room: RoomGuard,
        device: (Int) -> Int = { _ in 1 }
    ) -> Int {
        (0..<count).count { number in
            room.denial(ofDatagramFrom: peer, at: clock.now) == nil
                && room.admit(DeviceID(UInt32(device(number))), from: peer, at: clock.now) == nil
        }
    }

    @Test("of this machine's programs nothing is asked, and nothing is remembered")
    func loopback() throws {
        let room = room()
        let peer = try SocketAddress.at("127.0.0.9")

        #expect(!room.guards(peer))
        #expect(accepted(10_000, of: peer, room) == 10_000)
        #expect(room.denial(ofWaitOf: nil, by: peer) == nil)
        #expect(room.peerCount == 0)
    }

    @Test("a limit that is given holds for everybody")
    func everybody() throws {
        let room = room { $0.datagramBurst = .everybody(7) }
        #expect(accepted(100, of: .loopback(port: 1), room) == 7)
    }

    @Test("a peer that floods changes nothing for another one")
    func flood() throws {
        let room = room()
        let (flooder, honest) = (try SocketAddress.at("10.0.0.1"), try SocketAddress.at("10.0.0.2"))

        #expect(accepted(10_000, of: flooder, room) == 100)
        #expect(accepted(100, of: honest, room) == 100)
        clock.advance(by: .seconds(1))
        #expect(accepted(10_000, of: flooder, room) == 50)
        #expect(accepted(10_000, of: honest, room) == 50)
    }

    @Test("5000 names from one address get no more than its own quota")
    func manyNames() throws {
        let room = room { $0.datagramBurst = .strangers(1_000_000) }
        let peer = try SocketAddress.at("10.0.0.1")
        let other = try SocketAddress.at("10.0.0.2")

        #expect(admitted(5000, of: peer, room) { $0 + 1 } == 64)
        #expect(room.backlog.count == 64)
        #expect(room.admit(DeviceID(9000), from: other, at: clock.now) == nil)
        room.backlog.remove(DeviceID(1))
        #expect(admitted(5000, of: peer, room) { $0 + 1 } == 1)
    }

    @Test("from many addresses one device gets no more than a device's quota")
    func manyAddresses() throws {
        let room = room()
        let admitted = try (1...200).count { number in
            let peer = try SocketAddress.at("10.0.1.\(number)")
            clock.advance(by: .milliseconds(20))
            return room.admit(DeviceID(7), from: peer, at: clock.now) == nil
        }
        #expect(admitted == 64)
    }

    @Test("forged senders are bounded, and take nobody's account away")
    func forged() throws {
        let room = room()
        let known = try SocketAddress.at("10.0.0.1")
        #expect(accepted(200, of: known, room) == 100)

        for number in 0..<10_000 {
            let peer = try SocketAddress.at("10.\(number / 250 + 1).\(number % 250).1")
            _ = room.denial(ofDatagramFrom: peer, at: clock.now)
        }
        #expect(room.peerCount == PeerAccounts.limit)
        #expect(accepted(200, of: known, room) == 0)

        // Once they have been at rest, their places are free again.
        clock.advance(by: .seconds(10))
        let newcomer = try SocketAddress.at("192.168.1.5")
        #expect(accepted(200, of: newcomer, room) == 100)
        #expect(room.peerCount < PeerAccounts.limit)
    }

    @Test("an IPv6 network is one peer, whichever of its addresses sends")
    func network() throws {
        let room = room()
        var total = 0
        for number in 1...300 {
            total += accepted(1, of: try .at("2001:db8:1:2::\(number)"), room)
        }
        #expect(total == 100)
        #expect(accepted(1, of: try .at("2001:db8:1:3::1"), room) == 1)
        #expect(try SocketAddress.at("fe80::1").network != SocketAddress.at("fe80::2").network)
    }

    @Test("a muted device is refused, everybody else is not, and later it may speak again")
    func mute() throws {
        let room = room()
        let peer = SocketAddress.loopback(port: 1)
        room.mute(DeviceID(3), true)

        #expect(room.admit(DeviceID(3), from: peer, at: clock.now) == .muted)
        #expect(room.admit(DeviceID(4), from: peer, at: clock.now) == nil)
        #expect(room.marked == [DeviceID(3)])
        room.mute(DeviceID(3), false)
        #expect(room.admit(DeviceID(3), from: peer, at: clock.now) == nil)
        #expect(!room.guards(peer))
    }

    @Test("a device's limit counts the jobs that came before it")
    func limit() throws {
        let room = room()
        let peer = SocketAddress.loopback(port: 1)
        for _ in 0..<3 { room.backlog.add(DeviceID(3)) }
        room.limit(DeviceID(3), to: 4)

        #expect(room.admit(DeviceID(3), from: peer, at: clock.now) == nil)
        let denial = room.admit(DeviceID(3), from: peer, at: clock.now)
        #expect(denial == .deviceQueueFull(limit: 4))
        room.backlog.remove(DeviceID(3))
        #expect(room.admit(DeviceID(3), from: peer, at: clock.now) == nil)
    }

    @Test("as many calls of one address may wait as the quota says")
    func waits() throws {
        let room = room()
        let (peer, other) = (try SocketAddress.at("10.0.0.1"), try SocketAddress.at("10.0.0.2"))
        let waits = (0..<8).map { _ in room.beginWait(of: nil, by: peer) }

        #expect(room.denial(ofWaitOf: nil, by: peer) == .tooManyWaits(limit: 8))
        #expect(room.denial(ofWaitOf: nil, by: other) == nil)
        for wait in waits { room.end(try #require(wait)) }
        #expect(room.denial(ofWaitOf: nil, by: peer) == nil)
    }
}
