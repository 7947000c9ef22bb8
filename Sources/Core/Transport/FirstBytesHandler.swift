import NIOCore
import NIOSSL

/// Decides by a connection's first bytes who handles it, and leaves.
///
/// Behind TLS stands another one, which decides by the first bytes that were secured.
final class FirstBytesHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let connection: Connection
    private let tally: NetworkTally
    /// `nil` where a connection may not be secured, or is already.
    private let tls: ServerTLS?
    /// What secures the connection, when it is.
    private let security: NIOSSLServerHandler?
    /// Adds the dialect's handlers behind this one.
    private let begin: (StreamDialect, any Channel, Connection) -> Void
    private var bytes = ByteBuffer()
    private var isDecided = false

    init(
        _ connection: Connection,
        _ tally: NetworkTally,
        tls: ServerTLS? = nil,
        behind security: NIOSSLServerHandler? = nil,
        begin: @escaping (StreamDialect, any Channel, Connection) -> Void
    ) {
        self.connection = connection
        self.tally = tally
        self.tls = tls
        self.security = security
        self.begin = begin
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDecided else { return context.fireChannelRead(data) }
        var part = unwrapInboundIn(data)
        bytes.writeBuffer(&part)
        guard let dialect = bytes.readableBytesUInt8Span({ StreamDialect.decide($0) }) else {
            return
        }
        isDecided = true
        switch dialect {
        case .secured:
            guard let tls else { return refuse(.unknownDialect, context) }
            secure(tls, context)
        case .unknown:
            return refuse(.unknownDialect, context)
        case .remoteCalls, .json, .http, .text:
            connection.dialect = dialect
            // Only those that its authority has signed get so far.
            connection.isCertified = security?.peerCertificate != nil
            begin(dialect, context.channel, connection)
        }
        leave(context)
    }

    /// Whoever stands behind goes on.
    private func leave(_ context: ChannelHandlerContext) {
        context.fireChannelRead(wrapInboundOut(bytes))
        context.fireChannelReadComplete()
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
        bytes = ByteBuffer()
    }

    private func secure(_ tls: ServerTLS, _ context: ChannelHandlerContext) {
        let security = NIOSSLServerHandler(context: tls.context)
        let next = FirstBytesHandler(connection, tally, behind: security, begin: begin)
        do {
            let pipeline = context.pipeline.syncOperations
            try pipeline.addHandlers([security, next], position: .after(self))
        } catch {
            context.close(promise: nil)
        }
    }

    private func refuse(_ event: NetworkEvent, _ context: ChannelHandlerContext) {
        tally.count(event, by: connection.network)
        bytes = ByteBuffer()
        context.close(promise: nil)
    }

    /// Until the first bytes have told, only the handshake can go wrong.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard security != nil, !isDecided else { return context.fireErrorCaught(error) }
        isDecided = true
        if case NIOSSLError.handshakeFailed = error {
            refuse(.handshakeFailed, context)
        } else {
            // It ended before it said anything, without TLS's own goodbye.
            context.close(promise: nil)
        }
    }

    typealias InboundOut = ByteBuffer
}

extension ByteBuffer {
    /// Hands the readable bytes over as a span.
    func readableBytesUInt8Span<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        withUnsafeReadableBytes { raw in
            raw.withMemoryRebound(to: UInt8.self) { body($0.span) }
        }
    }
}
