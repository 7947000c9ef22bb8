import Glibc
import NIOCore
import NIOPosix

/// Makes NIO close a connection that has just been accepted.
private struct ConnectionRefused: Error {}

/// Accepts nothing for a second where the system gives no more files.
///
/// The connection that waits would otherwise wake the event loop again and again, without a pause.
private final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let pause = TimeAmount.seconds(1)

    private let tally: NetworkTally

    init(_ tally: NetworkTally) {
        self.tally = tally
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is IOError else { return context.fireErrorCaught(error) }
        tally.count(.acceptFailed)
        let listener = context.channel
        try? listener.syncOptions?.setOption(.autoRead, value: false)
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
            try? listener.syncOptions?.setOption(.autoRead, value: true)
        }
    }
}

/// Listens on TCP and gives each connection to its dialect's handlers, on one event loop.
final class TCPServer: Sendable {
    private let listeners: [any Channel]
    private let shared: NIOLoopBound<Connections>
    private let perPeer = Guarded<[SocketAddress: Int]>([:])
    private let loop: any EventLoop

    /// Binds and listens; nothing is accepted before it returns.
    ///
    /// - Parameters:
    ///   - addresses: Where; their ports are not 0.
    ///   - loop: Where everything happens.
    ///   - limits: What connections may do.
    ///   - tally: Counts what is refused.
    ///   - muted: Whose connections are refused.
    ///   - tls: Secures connections that ask for it; `nil` refuses them.
    ///   - begin: Adds a dialect's handlers to a connection; called on the loop.
    /// - Throws: A `TransportError` where an address cannot be served.
    init(
        _ addresses: [SocketAddress],
        on loop: any EventLoop,
        _ limits: ConnectionLimits,
        _ tally: NetworkTally,
        muted: MutedAddresses = MutedAddresses(),
        tls: ServerTLS? = nil,
        begin: @escaping @Sendable (StreamDialect, any Channel, Connection) -> Void
    ) throws {
        self.loop = loop
        let shared = try loop.submit { [perPeer] in
            let all = Connections(limits, tally, muted: muted, perPeer: perPeer)
            return NIOLoopBound(all, eventLoop: loop)
        }.wait()
        self.shared = shared
        var bound: [any Channel] = []
        do {
            for address in addresses {
                bound.append(try TCPServer.listen(address, loop, shared, tally, tls, begin))
            }
        } catch {
            for channel in bound { channel.close(promise: nil) }
            throw error
        }
        listeners = bound
    }

    private static func listen(
        _ address: SocketAddress,
        _ loop: any EventLoop,
        _ shared: NIOLoopBound<Connections>,
        _ tally: NetworkTally,
        _ tls: ServerTLS?,
        _ begin: @escaping @Sendable (StreamDialect, any Channel, Connection) -> Void
    ) throws -> any Channel {
        var bootstrap = ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { listener in
                listener.eventLoop.makeCompletedFuture {
                    try listener.pipeline.syncOperations.addHandler(AcceptPause(tally))
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = Connection(channel, shared.value)
                    if let event = shared.value.admit(connection) {
                        tally.count(event, by: connection.network)
                        throw ConnectionRefused()
                    }
                    tally.count(.connectionAccepted)
                    let first = FirstBytesHandler(connection, tally, tls: tls, begin: begin)
                    try channel.pipeline.syncOperations.addHandlers([connection, first])
                }
            }
        if address.isIPv6 {
            // As over UDP: else one socket would take IPv4 in too, under addresses of another form.
            let ipv6Only = ChannelOptions.Types.SocketOption(
                level: .ipv6,
                name: NIOBSDSocket.Option(rawValue: IPV6_V6ONLY)
            )
            bootstrap = bootstrap.serverChannelOption(ipv6Only, value: 1)
        }
        do {
            // By its numbers: looking the address up could find that this machine has none like it.
            return try bootstrap.bind(to: address.forNIO).wait()
        } catch let error as IOError {
            let system = SystemError("bind", number: error.errnoCode)
            throw error.errnoCode == EADDRINUSE
                ? TransportError.portTaken(address) : .notBound(address, system)
        }
    }

    /// Closes every connection that sent a job of this device.
    func close(speakingFor device: DeviceID) {
        loop.execute { [shared] in shared.value.close(speakingFor: device) }
    }

    /// Closes every connection of this address.
    func close(from network: SocketAddress) {
        loop.execute { [shared] in shared.value.close(from: network) }
    }

    /// How many connections each peer has.
    var connectionsPerPeer: [SocketAddress: Int] { perPeer.withLock { $0 } }

    /// Accepts no more connections.
    func stopListening() {
        for listener in listeners { try? listener.close().wait() }
    }

    /// Closes all connections once what was written to them is sent, or the time is over.
    func close(within time: TimeAmount) {
        let closed = loop.makePromise(of: Void.self)
        loop.execute { [shared] in shared.value.closeAll(closed) }
        loop.scheduleTask(in: time) { closed.succeed() }
        try? closed.futureResult.wait()
    }
}
