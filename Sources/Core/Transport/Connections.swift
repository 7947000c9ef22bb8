import NIOCore

/// All TCP connections: counted, limited, and looked after once a second.
///
/// Everything here happens on the event loop. One timer for all of them, because ten thousand idle
/// connections would otherwise have ten thousand; none while there is nobody, so that a server at
/// rest sleeps.
final class Connections {
    private let limits: ConnectionLimits
    private let tally: NetworkTally
    private var members: [ObjectIdentifier: Connection] = [:]
    /// Read by others too.
    private let perPeer: Guarded<[SocketAddress: Int]>
    private let muted: MutedAddresses
    private var rates: ConnectionRates
    private var willSweep = false

    /// - Parameters:
    ///   - limits: How many there may be, and for how long they may be silent.
    ///   - tally: Counts what is refused.
    ///   - muted: Whose connections are refused.
    ///   - perPeer: Where it is written how many each peer has.
    init(
        _ limits: ConnectionLimits,
        _ tally: NetworkTally,
        muted: MutedAddresses = MutedAddresses(),
        perPeer: Guarded<[SocketAddress: Int]> = Guarded([:])
    ) {
        self.limits = limits
        self.tally = tally
        self.muted = muted
        self.perPeer = perPeer
        rates = ConnectionRates(limits.connectionRate)
    }

    var count: Int { members.count }

    /// Takes a connection in, or says which limit it would break.
    func admit(
        _ connection: Connection,
        at now: NIODeadline = .now()
    ) -> NetworkEvent? {
        let (network, isLoopback) = (connection.network, connection.isLoopback)
        if muted.contains(network) { return .mutedAddress }
        guard rates.take(of: network, isLoopback: isLoopback, at: now) else {
            return .connectionsTooFast
        }
        if members.count >= limits.connections { return .connectionsFull }
        let peers = perPeer.withLock { $0[connection.network, default: 0] }
        if let limit = limits.connectionsPerPeer.value(isLoopback: connection.isLoopback),
            peers >= limit
        {
            return .peerConnectionsFull
        }
        perPeer.withLock { $0[connection.network] = peers + 1 }
        members[ObjectIdentifier(connection)] = connection
        sweepLater(connection.loop)
        return nil
    }

    private func sweepLater(_ loop: any EventLoop) {
        guard !willSweep else { return }
        willSweep = true
        _ = loop.assumeIsolated().scheduleTask(in: .seconds(1)) { [self] in
            willSweep = false
            sweep(at: .now())
            if !members.isEmpty || !rates.isEmpty { sweepLater(loop) }
        }
    }

    func remove(_ connection: Connection) {
        guard members.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        perPeer.withLock { perPeer in
            let left = perPeer[connection.network, default: 1] - 1
            perPeer[connection.network] = left > 0 ? left : nil
        }
    }

    /// Closes whoever has been silent for too long.
    func sweep(at now: NIODeadline) {
        rates.forget(at: now)
        for connection in members.values {
            guard let event = connection.offence(limits, at: now) else { continue }
            tally.count(event, by: connection.network)
            connection.close()
        }
    }

    /// Closes every connection that sent a job of this device.
    func close(speakingFor device: DeviceID) {
        for connection in members.values {
            guard let guest = connection.guest, guest.speaks(for: device) else { continue }
            guest.tellToGo(device)
            connection.close()
        }
    }

    /// Closes every connection of this address, whatever it does.
    func close(from network: SocketAddress) {
        for connection in members.values where connection.network == network {
            connection.guest?.tellToGo()
            connection.close()
        }
    }

    /// Has every connection closed when what was written is sent; tells when all are.
    func closeAll(_ closed: EventLoopPromise<Void>) {
        let futures = members.values.compactMap { $0.closeGently() }
        EventLoopFuture.andAllComplete(futures, on: closed.futureResult.eventLoop)
            .cascade(to: closed)
    }
}

/// A handler that may be busy with what its client asked.
protocol BusyHandler: AnyObject {
    /// Whether a call is under way, or a reply owed: then silence is ours.
    var isBusy: Bool { get }
}

/// One connection's times, kept where its bytes come in and go out.
final class Connection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The peer's address without its port.
    let peer: String
    /// The peer, as limits count: who has one address of an IPv6 network has all.
    let network: SocketAddress
    let isLoopback: Bool
    let loop: any EventLoop
    private let connections: Connections
    private var context: ChannelHandlerContext?
    private let start = NIODeadline.now()
    /// As of the last look; a clock is not read for every byte.
    private var lastByte = NIODeadline.now()
    private var hasMoved = false
    /// Set when the first bytes have told.
    var dialect: StreamDialect?
    /// Whether it has shown a certificate that an authority of ours has signed.
    var isCertified = false
    /// Who is at its other end, as the guard sees them.
    var guest: Guest?
    /// Strong, because a weak reference makes every other one slow; it is let go in the end.
    var busy: (any BusyHandler)?

    init(_ channel: any Channel, _ connections: Connections) {
        self.connections = connections
        loop = channel.eventLoop
        peer = channel.remoteAddress?.ipAddress ?? "?"
        network = channel.peerAddress.network
        isLoopback = peer.hasPrefix("127.") || peer == "::1"
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasMoved = true
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        hasMoved = true
        context.write(data, promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        connections.remove(self)
        busy = nil
        guest = nil
        self.context = nil
        context.fireChannelInactive()
    }

    /// A client that resets its connection has only ended it.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Which limit the connection breaks by saying nothing.
    func offence(_ limits: ConnectionLimits, at now: NIODeadline) -> NetworkEvent? {
        func exceeds(_ limit: ConnectionLimits.PeerLimit<Microseconds>, since: NIODeadline) -> Bool
        {
            guard let time = limit.value(isLoopback: isLoopback) else { return false }
            return now - since > .microseconds(Int64(time.count))
        }
        if hasMoved {
            hasMoved = false
            lastByte = now
        }
        if busy?.isBusy ?? false { return nil }
        if dialect == nil {
            return exceeds(limits.firstBytes, since: start) ? .firstBytesLate : nil
        }
        return exceeds(limits.idle, since: lastByte) ? .idle : nil
    }

    func close() {
        context?.channel.close(promise: nil)
    }

    /// Sends what has been written, then closes; the future is that of the connection's end.
    ///
    /// Written from here, because the handlers behind may speak of something else than bytes.
    func closeGently() -> EventLoopFuture<Void>? {
        guard let context else { return nil }
        let channel = context.channel
        let sent = channel.eventLoop.makePromise(of: Void.self)
        sent.futureResult.whenComplete { _ in channel.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: sent)
        return channel.closeFuture
    }
}
