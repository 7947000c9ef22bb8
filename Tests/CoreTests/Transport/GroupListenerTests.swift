import Foundation
import Testing

@testable import Core

@Suite("Multicast over loopback", .timeLimit(.minutes(5)))
struct GroupListenerTests {
    private let group = "t-\(UUID().uuidString)"
    private let clock = ManualClock()

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
            try GroupListener(group: group, on: .named("127.0.0.1"), token: nil, clock: clock)
        }

        try send([event(1, in: group).line(signedWith: nil)])

        for listener in listeners {
            var changes: [GroupMembers.Change] = []
            while changes.isEmpty { changes = try listener.listen(atMost: .seconds(60)) }
            #expect(changes == [.joined(sender: "s")])
            #expect(listener.members.here.map(\.sender) == ["s"])
        }
    }

    @Test("what is refused is counted by its reason")
    func refused() throws {
        let token = try Token(Array("the-token-of-this-test".utf8))
        let listener = try GroupListener(group: group, on: .named("lo"), token: token, clock: clock)
        var wrong = event(1, in: group).line(signedWith: token)
        wrong[wrong.count - 1] = wrong.last == 0x30 ? 0x31 : 0x30

        try send([
            Array("nonsense".utf8),
            event(1, in: group).line(signedWith: nil),
            wrong,
            event(1, in: "other-\(group)").line(signedWith: token),
            event(2, in: group).line(signedWith: token),
            event(2, in: group).line(signedWith: token),
            event(1, in: group).line(signedWith: token),
            event(3 + 1 << 32, in: group).line(signedWith: token),
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
        let outside = NetworkInterface(
            name: "eth9",
            index: 9,
            address: IPv4Address(0x0a00_0001),
            mask: 0xffff_ff00,
            isLoopback: false
        )
        let local = SocketAddress.loopback(port: 5555)
        let all = SocketAddress(IPv4Address(0), port: 5555)

        #expect(try lo.place(of: [local]) == local)
        #expect(try lo.place(of: [all]) == local)
        #expect(try outside.place(of: [all]).description == "10.0.0.1:5555")
        #expect(throws: MulticastError.notReachable(interface: "eth9", addresses: [local])) {
            try outside.place(of: [local])
        }
        #expect(outside.isOnLink(IPv4Address(0x0a00_00ff)))
        #expect(!outside.isOnLink(IPv4Address(0x0a00_01ff)))
    }
}
