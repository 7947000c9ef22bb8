import NIOCore

/// Decides by a connection's first bytes who handles it, and leaves.
final class FirstBytesHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let connection: Connection
    private let tally: NetworkTally
    /// Adds the dialect's handlers behind this one.
    private let begin: (StreamDialect, any Channel, Connection) -> Void
    private var bytes = ByteBuffer()
    private var isDecided = false

    init(
        _ connection: Connection,
        _ tally: NetworkTally,
        begin: @escaping (StreamDialect, any Channel, Connection) -> Void
    ) {
        self.connection = connection
        self.tally = tally
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
        case .secured, .unknown:
            tally.count(.unknownDialect)
            context.close(promise: nil)
        case .remoteCalls, .json, .http, .text:
            connection.dialect = dialect
            begin(dialect, context.channel, connection)
            context.fireChannelRead(wrapInboundOut(bytes))
            context.fireChannelReadComplete()
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        }
        bytes = ByteBuffer()
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
