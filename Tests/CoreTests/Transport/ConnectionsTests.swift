import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOPosix
import Testing

@testable import Core

@Suite("TCP connections", .timeLimit(.minutes(5)))
struct ConnectionsTests {
    private let tally = NetworkTally()

    private func connect(_ connections: Connections) throws -> (EmbeddedChannel, Connection) {
        let channel = EmbeddedChannel()
        let connection = Connection(channel, connections)
        if connections.admit(connection) == nil {
            try channel.pipeline.syncOperations.addHandler(connection)
        }
        channel.pipeline.fireChannelActive()
        return (channel, connection)
    }

    @Test("no more than allowed are admitted; one that ends makes room")
    func total() throws {
        var limits = ConnectionLimits()
        limits.connections = 2
        let connections = Connections(limits, tally)
        let (first, _) = try connect(connections)
        _ = try connect(connections)
        let third = Connection(EmbeddedChannel(), connections)
        #expect(connections.admit(third) == .connectionsFull)

        _ = try first.finish()

        #expect(connections.count == 1)
        #expect(connections.admit(third) == nil)
    }

    @Test("one peer gets no more than its share, unless it is on this machine")
    func perPeer() throws {
        var limits = ConnectionLimits()
        limits.connectionsPerPeer = .everybody(1)
        let strict = Connections(limits, tally)
        _ = try connect(strict)
        #expect(strict.admit(Connection(EmbeddedChannel(), strict)) == .peerConnectionsFull)
        #expect(ConnectionLimits().connectionsPerPeer.value(isLoopback: false) == 16)
        #expect(ConnectionLimits().connectionsPerPeer.value(isLoopback: true) == nil)
    }

    @Test("an IPv6 network is one peer, whichever of its addresses connects")
    func network() throws {
        let connections = Connections(ConnectionLimits(), tally)
        func admit(_ host: String) throws -> NetworkEvent? {
            let channel = EmbeddedChannel()
            channel.remoteAddress = try NIOCore.SocketAddress(ipAddress: host, port: 4000)
            let connection = Connection(channel, connections)
            #expect(connection.peer == host)
            #expect(!connection.isLoopback)
            return connections.admit(connection)
        }

        let events = try (1...20).map { try admit("2001:db8:1:2::\($0)") }

        #expect(events.count { $0 == nil } == 16)
        #expect(events.last == .peerConnectionsFull)
        #expect(try admit("2001:db8:1:3::1") == nil)
        #expect(try admit("192.0.2.1") == nil)
    }

    @Test("one peer opens so many connections a second, twice as many at once; others open theirs")
    func rate() throws {
        var limits = ConnectionLimits()
        limits.connectionRate = .strangers(5)
        limits.connectionsPerPeer = .strangers(1000)
        let connections = Connections(limits, tally)
        let start = NIODeadline.now()
        func admit(_ count: Int, _ host: String, _ time: TimeAmount) throws -> Int {
            try (0..<count).count { _ in
                let channel = EmbeddedChannel()
                channel.remoteAddress = try NIOCore.SocketAddress(ipAddress: host, port: 4000)
                let event = connections.admit(Connection(channel, connections), at: start + time)
                #expect(event == nil || event == .connectionsTooFast)
                return event == nil
            }
        }

        #expect(try admit(30, "192.0.2.1", .zero) == 10)
        #expect(try admit(30, "192.0.2.2", .zero) == 10)
        #expect(try admit(30, "127.0.0.1", .zero) == 30)
        #expect(try admit(30, "192.0.2.1", .milliseconds(1000)) == 5)
        connections.sweep(at: start + .seconds(2))
        #expect(try admit(30, "192.0.2.1", .milliseconds(2000)) == 5)
        connections.sweep(at: start + .seconds(60))
        #expect(try admit(30, "192.0.2.1", .seconds(60)) == 10)
    }

    @Test("who opened connections is remembered for no longer than it takes to begin anew")
    func forgets() throws {
        var rates = ConnectionRates(.strangers(5))
        let start = NIODeadline.now()
        for number: UInt32 in 0..<1000 {
            let peer = Core.SocketAddress(IPv4Address(0x0a00_0000 + number), port: 0)
            let isThere = rates.take(of: peer, isLoopback: false, at: start)
            #expect(isThere)
        }

        rates.forget(at: start + .milliseconds(100))
        #expect(!rates.isEmpty)
        rates.forget(at: start + .milliseconds(200))

        #expect(rates.isEmpty)
    }

    @Test("an IPv6 listener takes no IPv4 connections, as over UDP")
    func families() throws {
        // A machine without IPv6 has nothing to show.
        guard let sockets = try? DatagramSocket.listen(on: "::", port: 0, open: true),
            let port = sockets.first?.address.port
        else { return }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let server = try TCPServer(
            [Core.SocketAddress.at("::", port: port)],
            on: group.next(),
            ConnectionLimits(),
            tally
        ) { _, _, _ in }

        func connect(_ peer: Core.SocketAddress) throws {
            try StreamSocket(connecting: peer).waitUntilConnected(atMost: .seconds(60))
        }
        #expect(throws: SystemError.self) { try connect(.loopback(port: port)) }
        try connect(.loopbackIPv6(port: port))

        server.stopListening()
        server.close(within: .seconds(1))
        try group.syncShutdownGracefully()
    }

    @Test("silence before the first bytes and afterwards has limits of its own")
    func silence() throws {
        var limits = ConnectionLimits()
        limits.firstBytes = .everybody(.seconds(5))
        limits.idle = .everybody(.seconds(60))
        let connections = Connections(limits, tally)
        let (channel, connection) = try connect(connections)
        let now = NIODeadline.now()
        #expect(connection.offence(limits, at: now + .seconds(4)) == nil)
        #expect(connection.offence(limits, at: now + .seconds(6)) == .firstBytesLate)

        try channel.writeInbound(ByteBuffer(string: "{"))
        connection.dialect = .json
        #expect(connection.offence(limits, at: now + .seconds(50)) == nil)

        try channel.writeOutbound(ByteBuffer(string: "Job received"))
        #expect(connection.offence(limits, at: now + .seconds(50)) == nil)
        #expect(connection.offence(limits, at: now + .seconds(109)) == nil)
        #expect(connection.offence(limits, at: now + .seconds(111)) == .idle)
    }

    @Test("a busy connection may be silent, because the silence is ours")
    func busy() throws {
        final class Busy: BusyHandler {
            var isBusy = true
        }
        var limits = ConnectionLimits()
        limits.idle = .everybody(.seconds(1))
        let connections = Connections(limits, tally)
        let (channel, connection) = try connect(connections)
        try channel.writeInbound(ByteBuffer(string: "x"))
        connection.dialect = .remoteCalls
        let busy = Busy()
        connection.busy = busy
        #expect(connection.offence(limits, at: .now() + .seconds(100)) == nil)
        busy.isBusy = false
        #expect(connection.offence(limits, at: .now() + .seconds(200)) == .idle)
    }

    @Test("the sweep closes and counts whoever is late")
    func sweep() throws {
        var limits = ConnectionLimits()
        limits.firstBytes = .everybody(.seconds(5))
        let connections = Connections(limits, tally)
        let (channel, _) = try connect(connections)

        connections.sweep(at: .now() + .seconds(6))

        #expect(tally[.firstBytesLate] == 1)
        #expect(!channel.isActive)
        #expect(connections.count == 0)
    }

    @Test("the first bytes are not lost, and a dialect that nobody speaks is closed")
    func firstBytes() throws {
        let connections = Connections(ConnectionLimits(), tally)
        for (text, expected) in [("3:5", StreamDialect.text), ("{\"a\"", .json)] {
            let (channel, connection) = try connect(connections)
            var began: StreamDialect?
            let handler = FirstBytesHandler(connection, tally) { dialect, _, _ in began = dialect }
            try channel.pipeline.syncOperations.addHandler(handler)
            try channel.writeInbound(ByteBuffer(string: text))
            #expect(began == expected)
            #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(string: text))
            try channel.writeInbound(ByteBuffer(string: "more"))
            #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(string: "more"))
        }
        let (channel, connection) = try connect(connections)
        let handler = FirstBytesHandler(connection, tally) { _, _, _ in }
        try channel.pipeline.syncOperations.addHandler(handler)
        try channel.writeInbound(ByteBuffer(bytes: [0x80, 4, 0x95]))
        #expect(!channel.isActive)
        #expect(tally[.unknownDialect] == 1)
    }

    @Test("the end closes a connection of any dialect, after what was written to it")
    func closedInTheEnd() throws {
        let connections = Connections(ConnectionLimits(), tally)
        let (channel, _) = try connect(connections)
        try channel.pipeline.syncOperations.addHandler(HTTPResponseEncoder())
        let closed = channel.eventLoop.makePromise(of: Void.self)

        connections.closeAll(closed)
        channel.embeddedEventLoop.run()

        #expect(!channel.isActive)
        #expect(connections.count == 0)
    }
}
