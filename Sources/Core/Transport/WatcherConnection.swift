import NIOCore
import NIOHTTP1

/// The HTTP connection of one watcher: each frame is a chunk of the reply.
///
/// It lives as long as the connection's handler, on the event loop.
final class WatcherConnection: WatcherLink {
    let address: String
    private let context: ChannelHandlerContext

    init(_ context: ChannelHandlerContext) {
        self.context = context
        address = context.channel.remoteAddress?.ipAddress ?? "?"
    }

    var isWritable: Bool { context.channel.isActive && context.channel.isWritable }

    func write(_ lines: ByteBuffer) {
        let part = HTTPServerResponsePart.body(.byteBuffer(lines))
        context.writeAndFlush(NIOAny(part), promise: nil)
    }
}
