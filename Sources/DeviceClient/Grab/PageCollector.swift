import Core
import NIOCore
import NIOHTTP1
import NIOSSL

/// Asks for one page on a new connection, and collects the answer. Event loop only.
final class PageCollector: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let address: WebAddress
    private let promise: EventLoopPromise<Page>
    private let whenConnected: (NIOCore.SocketAddress?) -> Void
    private var page: Page?
    private var isOver = false

    /// - Parameters:
    ///   - address: What to ask for.
    ///   - promise: Gets the page, or a `GrabError`; then the connection is closed.
    ///   - whenConnected: Told the peer before anything is asked.
    init(
        _ address: WebAddress,
        _ promise: EventLoopPromise<Page>,
        whenConnected: @escaping (NIOCore.SocketAddress?) -> Void
    ) {
        self.address = address
        self.promise = promise
        self.whenConnected = whenConnected
    }

    /// The request's first line.
    static func requestLine(_ address: WebAddress) -> String { "GET \(address.path) HTTP/1.1" }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
        whenConnected(context.remoteAddress)
        let fields: HTTPHeaders = [
            "Host": address.hostField,
            "User-Agent": "signalbox-device",
            "Accept": "text/html, text/plain, */*;q=0.1",
            "Accept-Encoding": "identity",
            "Connection": "close",
        ]
        let head = HTTPRequestHead(
            version: .http1_1,
            method: .GET,
            uri: address.path,
            headers: fields
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            page = Page(
                version: "HTTP/\(head.version.major).\(head.version.minor)",
                status: Int(head.status.code),
                reason: head.status.reasonPhrase,
                fields: head.headers.map { Page.Field(name: $0.name, value: $0.value) }
            )
        case .body(let bytes):
            let room = Page.longestBody - (page?.body.count ?? 0)
            page?.body += bytes.readableBytesView.prefix(room)
            if bytes.readableBytes > room {
                page?.cut = "the body is longer than \(Page.longestBody) bytes and is cut there"
                finish()
            }
        case .end: finish()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(.noAnswer)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case NIOSSLError.uncleanShutdown = error, page != nil {
            page?.cut = "the connection ended without a goodbye, the page may be cut"
            finish()
        } else {
            fail(GrabError(error, address))
        }
        context.close(promise: nil)
    }

    private func finish() {
        guard !isOver, let page else { return }
        isOver = true
        promise.succeed(page)
    }

    private func fail(_ error: GrabError) {
        guard !isOver else { return }
        isOver = true
        promise.fail(error)
    }
}

/// Bounds all that one answer may hold, whatever the parser keeps of it or skips.
final class ByteLimit: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// Room for a body of the longest kind in very small chunks.
    static let limit = 8 << 20
    private var count = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        count += unwrapInboundIn(data).readableBytes
        if count > Self.limit {
            context.fireErrorCaught(
                GrabError.notHTTP("it has more than \(Self.limit) bytes around its text")
            )
        } else {
            context.fireChannelRead(data)
        }
    }
}
