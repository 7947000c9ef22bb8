import NIOCore
import NIOHTTP1

/// A connection of an HTTP client: requests are answered in their order, until one ends it.
///
/// While the client does not read, at most `mostWaiting` requests wait. Whatever makes the extent of
/// a message doubtful (RFC 9112 §11.2, request smuggling) is refused and ends the connection.
package final class HTTPHandler: ChannelInboundHandler {
    package typealias InboundIn = HTTPServerRequestPart
    package typealias OutboundOut = HTTPServerResponsePart

    package static let longestHead = 16_384
    static let mostHeaders = 100
    static let longestBody = 65_536
    static let mostWaiting = 100
    /// Bytes that the system keeps for a watcher; it doubles them (socket(7)).
    private static let watcherBuffer: SocketOptionValue = 32_768

    private let pages: HTTPPages
    private let tally: NetworkTally
    /// Its address, for people.
    private let client: SocketAddress
    private let patience: TimeAmount
    private let idle: TimeAmount
    private let longestHead: Int
    /// The request whose body is coming.
    private var head: HTTPRequestHead?
    private var bodyBytes = 0
    private var waiting: CircularBuffer<HTTPRequestHead> = []
    private var isFinished = false
    /// Where the reply is a stream: nothing follows it.
    private var watcher: (connection: WatcherConnection, service: WatchService)?
    private var deadline: Scheduled<Void>?

    private init(
        pages: HTTPPages,
        tally: NetworkTally,
        client: SocketAddress,
        patience: TimeAmount,
        idle: TimeAmount,
        longestHead: Int
    ) {
        self.client = client
        self.longestHead = longestHead
        self.pages = pages
        self.tally = tally
        self.patience = patience
        self.idle = idle
    }

    /// Adds what speaks HTTP to the end of a pipeline.
    ///
    /// - Parameters:
    ///   - pipeline: Of a live channel; to be called on its event loop.
    ///   - pages: What is served.
    ///   - tally: Counts what is refused.
    ///   - client: Its address.
    ///   - patience: How long the first request may take to come, whole.
    ///   - idle: How long each one after it may take; then the connection is closed without a word.
    ///   - longestHead: The most bytes of a request's head.
    /// - Throws: What the pipeline throws when it is closed.
    package static func add(
        to pipeline: ChannelPipeline.SynchronousOperations,
        pages: HTTPPages,
        tally: NetworkTally,
        client: SocketAddress = SocketAddress(),
        patience: TimeAmount = .seconds(10),
        idle: TimeAmount = .seconds(60),
        longestHead: Int = longestHead
    ) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = longestHead
        limits.maxHeaderListSize = longestHead
        limits.maxHeaderFieldCount = mostHeaders
        try pipeline.addHandlers([
            HTTPResponseEncoder(),
            ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: limits)),
            HTTPHandler(
                pages: pages,
                tally: tally,
                client: client,
                patience: patience,
                idle: idle,
                longestHead: longestHead
            ),
        ])
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        context.allowHalfClosure()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: patience) {
            self.tally.count(.headerLate, by: self.client)
            self.refuse(.requestTimeout, "the request took too long", context)
        }
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        endWatching()
    }

    private func awaitNextRequest(_ context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: idle) {
            self.tally.count(.idle, by: self.client)
            self.finish(context)
        }
    }

    // MARK: - Requests

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isFinished, watcher == nil else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            bodyBytes = 0
        case .body(let part):
            bodyBytes += part.readableBytes
            guard bodyBytes <= Self.longestBody else {
                tally.count(.httpRefused, by: client)
                return refuse(
                    .payloadTooLarge,
                    "the body is longer than \(Self.longestBody) bytes",
                    context
                )
            }
        case .end:
            guard let head else { return }
            self.head = nil
            awaitNextRequest(context)
            enqueue(head, context)
        }
    }

    private func enqueue(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard waiting.count < Self.mostWaiting else {
            tally.count(.httpRefused, by: client)
            isFinished = true
            return context.close(promise: nil)
        }
        waiting.append(head)
        answerWaiting(context)
    }

    private func answerWaiting(_ context: ChannelHandlerContext) {
        while !isFinished, watcher == nil, !waiting.isEmpty {
            if !context.channel.isWritable { context.flush() }
            guard context.channel.isWritable else { return }
            answer(waiting.removeFirst(), context)
        }
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let reply = pages.reply(to: head)
        if reply.status == .unauthorized {
            let isShown = head.headers.contains(name: "authorization")
            tally.count(isShown ? .tokenWrong : .tokenMissing, by: client)
        }
        if reply.isStream, head.method == .GET, let service = pages.service(for: head.uri) {
            return beginWatching(service, reply, context)
        }
        if reply.status == .serviceUnavailable, head.uri.hasPrefix("/watch") {
            tally.count(.watchersFull)
        }
        if [.badRequest, .misdirectedRequest, .methodNotAllowed].contains(reply.status) {
            tally.count(.httpRefused, by: client)
        }
        // After an upgrade or a tunnel, the decoder reads no more requests.
        let goesOn =
            head.isKeepAlive && reply.status != .badRequest && head.method != .CONNECT
            && !head.headers.contains(name: "upgrade")
        write(reply, version: head.version, withBody: head.method != .HEAD, goesOn, context)
        if !goesOn { finish(context) }
    }

    private func write(
        _ reply: HTTPReply,
        version: HTTPVersion,
        withBody: Bool,
        _ goesOn: Bool,
        _ context: ChannelHandlerContext
    ) {
        var headers = reply.headers
        if !goesOn {
            headers.add(name: "Connection", value: "close")
        } else if version == .http1_0 {
            headers.add(name: "Connection", value: "keep-alive")
        }
        let head = HTTPResponseHead(version: .http1_1, status: reply.status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if withBody {
            context.write(
                wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: reply.body)))),
                promise: nil
            )
        }
        // The end of a body in chunks is a part of it, and a reply to HEAD has none; RFC 9112, 6.3.
        if withBody || !reply.isStream {
            context.write(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }

    // MARK: - Watchers

    private func beginWatching(
        _ service: WatchService,
        _ reply: HTTPReply,
        _ context: ChannelHandlerContext
    ) {
        deadline?.cancel()
        waiting.removeAll()
        // Else the system would keep megabytes for a watcher that stalls.
        try? context.channel.syncOptions?.setOption(
            .socketOption(.so_sndbuf),
            value: Self.watcherBuffer
        )
        let head = HTTPResponseHead(version: .http1_1, status: reply.status, headers: reply.headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        let connection = WatcherConnection(context)
        watcher = (connection, service)
        service.join(connection)
    }

    private func endWatching() {
        guard let watcher else { return }
        self.watcher = nil
        watcher.service.leave(watcher.connection)
    }

    // MARK: - Ends

    /// Answers a message that cannot be read on. Requests before it that wait are given up.
    private func refuse(
        _ status: HTTPResponseStatus,
        _ sentence: String,
        _ context: ChannelHandlerContext
    ) {
        guard !isFinished else { return }
        if waiting.isEmpty {
            write(HTTPReply(status, sentence), version: .http1_1, withBody: true, false, context)
        }
        finish(context)
    }

    private func finish(_ context: ChannelHandlerContext) {
        isFinished = true
        deadline?.cancel()
        waiting.removeAll()
        context.flush()
        context.endGently()
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
        context.fireChannelReadComplete()
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        answerWaiting(context)
        context.flush()
        context.fireChannelWritabilityChanged()
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event {
            if isFinished || watcher != nil || head != nil {
                context.close(promise: nil)
            } else if waiting.isEmpty {
                finish(context)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    package func channelInactive(context: ChannelHandlerContext) {
        isFinished = true
        deadline?.cancel()
        waiting.removeAll()
        endWatching()
        context.fireChannelInactive()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.close(promise: nil) }
        guard !isFinished, watcher == nil else { return context.close(promise: nil) }
        if error == .headerOverflow {
            tally.count(.httpHeadTooLong, by: client)
            refuse(
                .requestHeaderFieldsTooLarge,
                "the head is longer than \(longestHead) bytes or \(Self.mostHeaders) lines",
                context
            )
        } else {
            tally.count(.httpRefused, by: client)
            let isVersion = error == .invalidVersion
            refuse(
                isVersion ? .httpVersionNotSupported : .badRequest,
                isVersion ? "the versions are HTTP/1.0 and HTTP/1.1" : "this is no HTTP request",
                context
            )
        }
    }
}
