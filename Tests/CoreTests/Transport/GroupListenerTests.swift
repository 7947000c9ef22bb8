import Foundation
import Testing

@testable import Core

@Suite("Multicast over loopback", .timeLimit(.minutes(5)))
struct GroupListenerTests {
    private let group = "t-\(UUID().uuidString)"
    private let clock = ManualClock()
    private static let now: UInt64 = 1_770_000_000_000

    private func listener(_ group: String, on name: String, token: Token?) throws -> GroupListener {
        try GroupListener(
            group: group,
            on: .named(name),
            token: token,
            clock: clock,
            milliseconds: { Self.now }
        )
    }

    private func send(_ lines: [[UInt8]]) throws {
        let socket = try MulticastSocket(
            GroupListener.address,
            on: .named("lo"),
            as: .sender,
            timeToLive: 0
        )
        for line in lines { try socket.send(line) }
    }

    private func event(_ sequence: UInt64, in group: String) -> GroupEvent {
        GroupEvent(group: group, sender: "s", epoch: 1, sequence: sequence, name: .full)
    }

    @Test("every listener of a group hears an event, and is asked nothing")
    func heard() throws {
        let listeners = try (0..<3).map { _ in
            try listener(group, on: "127.0.0.1", token: nil)
        }

        try send([event(1, in: group).line(signedWith: nil, at: Self.now)])

        for listener in listeners {
            var changes: [GroupMembers.Change] = []
            while changes.isEmpty { changes = try listener.listen(atMost: .seconds(60)) }
            #expect(changes == [.joined(sender: "s")])
            #expect(listener.members.here.map(\.sender) == ["s"])
        }
    }

    @Test("an address of the link is sent without the sender's zone, and heard with the listener's")
    func zones() throws {
        let listener = try listener(group, on: "lo", token: nil)
        let plain = try MulticastSocket(
            GroupListener.address,
            on: .named("lo"),
            as: .listener,
            timeToLive: 0
        )
        let test = TestEngine(source: ListSource([]))
        let address = IPv6Address([0xfe, 0x80] + [UInt8](repeating: 0, count: 13) + [1])
        let caster = try GroupCaster(
            group: group,
            on: .named("lo"),
            at: SocketAddress(address, port: 5555, zone: 4711),
            epoch: 1,
            token: nil,
            engine: test.engine,
            milliseconds: { Self.now }
        )

        caster.stop()

        var members: [String] = []
        while members.isEmpty {
            _ = try listener.listen(atMost: .seconds(60))
            members = listener.members.all.map(\.sender)
        }
        var sent: [String] = []
        while sent.isEmpty {
            try plain.wait(atMost: .seconds(60))
            let bytes = try plain.receive(atMost: GroupEvent.longestLine)?.bytes ?? []
            if let event = try? GroupEvent(bytes), event.group == group { sent = [event.sender] }
        }
        #expect(members == ["[fe80::1%lo]:5555"])
        #expect(sent == ["[fe80::1]:5555"])
    }

    @Test("only addresses of the link get a zone")
    func zoned() {
        let places = [
            "[fe80::1]:5555", "[fe80::1%eth9]:5555", "[fd66::1]:5555", "169.254.0.1:5555",
        ]
        let heard = places.map { place in
            GroupEvent(
                group: group,
                sender: "s",
                epoch: 1,
                sequence: 1,
                name: .heartbeat,
                fields: [.init("at", place), .init("of", place)]
            ).heard(on: "eth0")
        }

        #expect(heard.map { $0["at"] } == ["[fe80::1%eth0]:5555"] + places.dropFirst())
        #expect(heard.map { $0["of"] } == places)
    }

    @Test("what is refused is counted by its reason")
    func refused() throws {
        let token = try Token(Array("the-token-of-this-test".utf8))
        let listener = try listener(group, on: "lo", token: token)
        var wrong = event(1, in: group).line(signedWith: token, at: Self.now)
        wrong[wrong.count - 1] = wrong.last == 0x30 ? 0x31 : 0x30

        try send([
            Array("nonsense".utf8),
            event(1, in: group).line(signedWith: nil, at: Self.now),
            wrong,
            event(1, in: "other-\(group)").line(signedWith: token, at: Self.now),
            event(2, in: group).line(signedWith: token, at: Self.now),
            event(2, in: group).line(signedWith: token, at: Self.now),
            event(1, in: group).line(signedWith: token, at: Self.now),
            event(3 + 1 << 32, in: group).line(signedWith: token, at: Self.now),
        ])
        var changes: [GroupMembers.Change] = []
        while changes.count < 2 { changes += try listener.listen(atMost: .seconds(60)) }

        // Other tests' events on this machine are of other groups, and not signed.
        #expect(changes == [.joined(sender: "s"), .lost(sender: "s", events: 1 << 32)])
        #expect(listener.refused(.malformed) >= 1)
        #expect(listener.refused(.notSigned) >= 1)
        #expect(listener.refused(.wrongCode) >= 1)
        #expect(listener.refused(.otherGroup) >= 1)
        #expect(listener.refused(.replayed) == 2)
    }

    @Test("what was signed an hour ago does not make a listener that has just begun see a server")
    func replayed() throws {
        let token = try Token(Array("the-token-of-this-test".utf8))
        let listener = try listener(group, on: "lo", token: token)
        let old = (1...3).map {
            event($0, in: group).line(signedWith: token, at: Self.now - 3_600_000)
        }

        try send(old + [event(9, in: group).line(signedWith: token, at: Self.now)])
        var changes: [GroupMembers.Change] = []
        while changes.isEmpty { changes = try listener.listen(atMost: .seconds(60)) }

        #expect(changes == [.joined(sender: "s")])
        #expect(listener.members["s"]?.last.sequence == 9)
        #expect(listener.refused(.tooFarAway) == 3)
    }

    @Test("a server cannot have begun days from now, and who says so hides nobody")
    func future() throws {
        let listener = try listener(group, on: "lo", token: nil)
        let epochs: [UInt64] = [.max, Self.now + 86_400_001, Self.now + 86_400_000, Self.now]
        let lines = epochs.enumerated().map { number, epoch in
            let event = GroupEvent(
                group: group,
                sender: "s\(number / 2)",
                epoch: epoch,
                sequence: 1,
                name: .full
            )
            return event.line(signedWith: nil, at: Self.now)
        }

        try send(lines)
        while listener.refused(.oldEpoch) == 0 { _ = try listener.listen(atMost: .seconds(60)) }

        #expect(listener.refused(.futureEpoch) == 2)
        #expect(listener.members.all.map(\.sender) == ["s1"])
    }

    @Test("an interface that is not there is refused with those that are")
    func noInterface() {
        #expect {
            try NetworkInterface.named("nowhere\u{1b}0")
        } throws: { error in
            "\(error)".hasPrefix("there is no interface 'nowhere0'") && "\(error)".contains("lo")
        }
    }

    @Test("a server is announced only where who hears of it can reach it")
    func place() throws {
        let lo = try NetworkInterface.named("lo")
        let outside = try NetworkInterface(
            name: "eth9",
            index: 9,
            address: IPv4Address(0x0a00_0001),
            mask: 0xffff_ff00,
            isLoopback: false,
            ipv6Addresses: [.at("fd66::1", port: 0), .at("fe80::1", port: 0)]
        )
        let local = SocketAddress.loopback(port: 5555)
        let all = SocketAddress(IPv4Address(0), port: 5555)

        #expect(try lo.places(of: [local]) == [local])
        #expect(try lo.places(of: [all]) == [local])
        #expect(try outside.places(of: [all]).map(\.description) == ["10.0.0.1:5555"])
        #expect(throws: MulticastError.notReachable(interface: "eth9", addresses: [local])) {
            try outside.places(of: [local])
        }
        let localIPv6 = SocketAddress.loopbackIPv6(port: 5555)
        #expect(try lo.places(of: [localIPv6, local]) == [local, localIPv6])
        let allIPv6 = try SocketAddress.at("::", port: 5555)
        #expect(try outside.places(of: [allIPv6]).map(\.description) == ["[fd66::1]:5555"])
        let link = try SocketAddress.at("fe80::1", port: 5555)
        #expect(try outside.places(of: [link]) == [link])
        #expect(outside.isOnLink(IPv4Address(0x0a00_00ff)))
        #expect(!outside.isOnLink(IPv4Address(0x0a00_01ff)))
    }
}
