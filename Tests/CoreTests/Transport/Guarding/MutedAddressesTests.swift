import NIOCore
import NIOEmbedded
import Testing

@testable import Core

@Suite("Muted addresses", .timeLimit(.minutes(5)))
struct MutedAddressesTests {
    private let tally = NetworkTally()

    @Test("a mute is for all ports of an address, for a network of IPv6, and can be undone")
    func mute() throws {
        let muted = MutedAddresses()
        #expect(!muted.contains(try .at("10.0.0.1", port: 5)))

        muted.mute(try .at("10.0.0.1", port: 5), true)
        muted.mute(try .at("2001:db8::1:2:3:4"), true)
        #expect(muted.contains(try .at("10.0.0.1", port: 6)))
        #expect(muted.contains(try .at("2001:db8::9")))
        #expect(!muted.contains(try .at("10.0.0.2")))
        #expect(!muted.contains(try .at("2001:db8:0:1::9")))

        muted.mute(try .at("10.0.0.1"), false)
        #expect(!muted.contains(try .at("10.0.0.1", port: 5)))
        #expect(muted.all.count == 1)
    }

    @Test("a muted address cannot connect, and its connections can be closed, others cannot")
    func connections() throws {
        let muted = MutedAddresses()
        let perPeer = Guarded<[Core.SocketAddress: Int]>([:])
        let connections = Connections(ConnectionLimits(), tally, muted: muted, perPeer: perPeer)
        func connect(_ host: String) throws -> (EmbeddedChannel, NetworkEvent?) {
            let channel = EmbeddedChannel()
            channel.remoteAddress = try NIOCore.SocketAddress(ipAddress: host, port: 4000)
            let connection = Connection(channel, connections)
            connection.guest = Guest(at: try .at(host))
            let event = connections.admit(connection)
            if event == nil { try channel.pipeline.syncOperations.addHandler(connection) }
            channel.pipeline.fireChannelActive()
            return (channel, event)
        }
        let (prankster, _) = try connect("10.0.0.1")
        let (other, _) = try connect("10.0.0.2")
        let prank = try Core.SocketAddress.at("10.0.0.1").network
        #expect(perPeer.withLock { $0[prank] } == 1)

        muted.mute(prank, true)
        connections.close(from: prank)
        prankster.embeddedEventLoop.run()

        #expect(connections.count == 1 && !prankster.isActive)
        #expect(perPeer.withLock { $0[prank] } == nil)
        #expect(try connect("10.0.0.1").1 == .mutedAddress)
        #expect(try connect("10.0.0.3").1 == nil)
        _ = try other.finish(acceptAlreadyClosed: true)
    }
}

@Suite("The rows of addresses", .timeLimit(.minutes(5)))
struct PeerRowTests {
    private func refusal(_ host: String, at seconds: Double) throws -> RefusalBook.Row {
        .init(
            peer: try .at(host).network,
            reason: "muted device",
            count: 2,
            last: .seconds(seconds)
        )
    }

    @Test("muted ones are first, then whoever was refused last, then those with the most")
    func order() throws {
        func network(_ host: String) throws -> Core.SocketAddress { try .at(host).network }
        let rows = PeerRow.rows(
            connections: [try network("10.0.0.4"): 2, try network("10.0.0.5"): 1],
            muted: [try network("10.0.0.1")],
            devices: [try network("10.0.0.5"): [1, 2, 3, 4, 5, 6].map { DeviceID($0) }],
            refusals: [try refusal("10.0.0.3", at: 9), try refusal("10.0.0.2", at: 8)]
        )

        #expect(rows.map { $0.address.host.last } == ["1", "3", "2", "5", "4"])
        #expect(rows.map(\.isMuted) == [true, false, false, false, false])
        #expect(rows.map(\.refusalCount) == [0, 2, 2, 0, 0])
        #expect(rows[3].devices == [6, 5, 4, 3].map { DeviceID($0) } && rows[3].deviceCount == 6)
        #expect(rows[4].connections == 2)
    }

    /// More addresses than are shown, with three connections each.
    private func crowd() throws -> [Core.SocketAddress: Int] {
        try (0..<2000).reduce(into: [:]) { connections, number in
            connections[try .at("10.1.\(number / 250).\(number % 250)").network] = 3
        }
    }

    @Test("however many there are, the muted ones are among those that are shown")
    func limit() throws {
        let quiet = try Core.SocketAddress.at("192.0.2.9").network
        let rows = PeerRow.rows(
            connections: try crowd(),
            muted: [quiet],
            devices: [:],
            refusals: []
        )
        #expect(rows.count == 512 && rows[0].address == quiet)
    }

    @Test("the chosen one is there even beyond the limit, and even when it has gone")
    func chosen() throws {
        let quiet = try Core.SocketAddress.at("192.0.2.9").network
        func rows(
            _ connections: [Core.SocketAddress: Int],
            _ devices: [Core.SocketAddress: [DeviceID]]
        ) -> [PeerRow] {
            PeerRow.rows(
                connections: connections,
                muted: [],
                devices: devices,
                refusals: [],
                chosen: quiet
            )
        }

        let many = rows(try crowd(), [quiet: [DeviceID(7)]])

        #expect(many.count == 513 && many.last?.address == quiet)
        #expect(many.last?.devices == [DeviceID(7)])
        #expect(rows([:], [:]) == [PeerRow(quiet)])
    }

    @Test("an address reads as what a limit means")
    func text() throws {
        #expect(try Core.SocketAddress.at("10.0.0.1").networkText == "10.0.0.1")
        #expect(try Core.SocketAddress.at("2001:db8::1:2").networkText == "2001:db8::/64")
        #expect(Core.SocketAddress.loopbackIPv6(port: 5).networkText == "::1")
    }
}
