import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// A TCP connection that is secured, for a thread that waits.
///
/// An event loop, shared by all of them, speaks TLS (RFC 8446); what comes is kept here until the
/// thread takes it.
package final class TLSStream: ByteStream {
    fileprivate struct State {
        var channel: (any Channel)?
        var isConnected = false
        var received: [UInt8] = []
        /// Whether the server sends no more.
        var hasEnded = false
        var failure: SystemError?
        var isShutDown = false
    }

    /// Its one thread ends with the program.
    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    /// So much may have come that nobody has taken; then nothing more is read.
    fileprivate static let mostReceived = 262_144

    private let state = Guarded(State())
    private let parker = Parker()

    /// Begins to connect and does not wait for it.
    ///
    /// - Parameters:
    ///   - server: Whom to connect to.
    ///   - tls: How to make sure of it.
    package init(connecting server: SocketAddress, _ tls: ClientTLS) {
        let (state, parker) = (state, parker)
        let bootstrap = ClientBootstrap(group: Self.group)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let end = TLSStreamEnd(state, parker)
                    let security = try NIOSSLClientHandler(
                        context: tls.context,
                        serverHostname: tls.serverName
                    )
                    try channel.pipeline.syncOperations.addHandlers([security, end])
                }
            }
        bootstrap.connect(to: server.forNIO).whenFailure { error in
            state.fail(TLSStream.systemError(error), parker)
        }
    }

    deinit { shutDown() }

    package func waitUntilConnected(atMost limit: Duration) throws(SystemError) {
        try wait("connect", atMost: limit) { $0.isConnected }
    }

    package func send(_ bytes: [UInt8], atMost limit: Duration) throws(SystemError) {
        let channel = state.withLock { $0.isShutDown ? nil : $0.channel }
        guard let channel else { throw SystemError("send", number: EPIPE) }
        let sent = Guarded(false)
        let (state, parker) = (state, parker)
        channel.writeAndFlush(ByteBuffer(bytes: bytes)).whenComplete { result in
            sent.withLock { $0 = true }
            if case .failure(let error) = result {
                state.fail(TLSStream.systemError(error), parker)
            }
            parker.unpark()
        }
        try wait("send", atMost: limit) { _ in sent.withLock { $0 } }
    }

    package func receive() throws(SystemError) -> [UInt8] {
        let (bytes, channel, failure) = state.withLock { state in
            defer { state.received = [] }
            let isOver = state.hasEnded || state.isShutDown
            let failure = isOver ? state.failure : SystemError("recv", number: EAGAIN)
            return (state.received, state.channel, failure)
        }
        if !bytes.isEmpty {
            if bytes.count > Self.mostReceived {
                channel?.setOption(.autoRead, value: true).whenFailure { _ in }
            }
            return bytes
        }
        if let failure { throw failure }
        return []
    }

    package func waitUntilReadable(atMost limit: Duration) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try wait("recv", atMost: limit) { !$0.received.isEmpty || $0.hasEnded }
            return true
        } catch {
            if error.number == ETIMEDOUT { return false }
            // What has failed is told by `receive`.
            return true
        }
    }

    package func finishSending() {
        state.withLock { $0.channel }?.close(mode: .output, promise: nil)
    }

    package func shutDown() {
        let channel = state.withLock { state in
            state.isShutDown = true
            return state.channel
        }
        channel?.close(promise: nil)
        parker.unpark()
    }

    /// Waits for something to be so, or for the end of the connection.
    private func wait(
        _ call: String,
        atMost limit: Duration,
        until isSo: (State) -> Bool
    ) throws(SystemError) {
        let deadline = ContinuousClock.now + limit
        while true {
            let (isOver, failure) = state.withLock { state in
                (isSo(state), state.isShutDown ? SystemError(call, number: EPIPE) : state.failure)
            }
            if isOver { return }
            if let failure { throw failure }
            let left = deadline - .now
            guard left > .zero else { throw SystemError(call, number: ETIMEDOUT) }
            parker.park(atMost: left)
        }
    }

    /// In the words of the other connections.
    static func systemError(_ error: any Error) -> SystemError {
        if let sentence = ClientTLS.sentence(error) {
            return SystemError("the TLS handshake", number: EPROTO, sentence: sentence)
        }
        switch error {
        case let error as IOError: return SystemError("connect", number: error.errnoCode)
        case let error as NIOConnectionError:
            let first = error.connectionErrors.first.map { systemError($0.error) }
            return first ?? SystemError("connect", number: ECONNREFUSED)
        case ChannelError.connectTimeout: return SystemError("connect", number: ETIMEDOUT)
        default: return SystemError("TLS", number: ECONNRESET)
        }
    }
}

extension Guarded<TLSStream.State> {
    /// The connection is over; the first reason counts.
    fileprivate func fail(_ error: SystemError, _ parker: Parker) {
        withLock { state in
            state.hasEnded = true
            if state.failure == nil { state.failure = error }
        }
        parker.unpark()
    }
}

/// Where the event loop leaves what has come.
private final class TLSStreamEnd: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let state: Guarded<TLSStream.State>
    private let parker: Parker

    init(_ state: Guarded<TLSStream.State>, _ parker: Parker) {
        self.state = state
        self.parker = parker
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        let isShutDown = state.withLock { state in
            state.channel = channel
            return state.isShutDown
        }
        if isShutDown { channel.close(promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event {
            state.withLock { $0.isConnected = true }
            parker.unpark()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        let count = state.withLock { state in
            state.received.append(contentsOf: bytes.readableBytesView)
            return state.received.count
        }
        if count > TLSStream.mostReceived {
            try? context.channel.syncOptions?.setOption(.autoRead, value: false)
        }
        parker.unpark()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Many servers end without TLS's own goodbye; what came is whole all the same, or not.
        if (error as? NIOSSLError) != .uncleanShutdown {
            state.fail(TLSStream.systemError(error), parker)
        }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        state.withLock { state in
            state.hasEnded = true
            if !state.isConnected, state.failure == nil {
                state.failure = SystemError("connect", number: ECONNRESET)
            }
        }
        parker.unpark()
        context.fireChannelInactive()
    }
}
