import NIOCore
import NIOHTTP1
import NIOSSL

/// One connection to a server that is watched: asks, then turns what comes into frames.
final class WatchStreamHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let request: HTTPRequestHead
    /// Gets what has come, with the devices' names in it; says whether more can be taken.
    private let told: (WatchClient.News, [UInt32: String]) -> Bool
    private let ended: (WatchClient.Loss) -> Void
    /// Refusals that pass by themselves: too late, too often, too many, and troubles of the server's
    /// own. See RFC 9110 §15.5.9 and §15.6, RFC 6585 §4.
    private static let passing = Set<UInt>([408, 429]).union(500...599)
    private var decoder = WatchDecoder()
    private var line: [UInt8] = []
    private var isGreeted = false
    private var isPaused = false
    private var isOver = false
    /// Why the server has no such stream, as far as it has come; `nil` where it has one.
    private var refusal: [UInt8]?

    /// As long as a sentence that names all mailboxes.
    private static let longestRefusal = 4096

    private var loss = WatchClient.Loss("the server has ended the connection")

    init(
        _ request: HTTPRequestHead,
        told: @escaping (WatchClient.News, [UInt32: String]) -> Bool,
        ended: @escaping (WatchClient.Loss) -> Void
    ) {
        self.request = request
        self.told = told
        self.ended = ended
    }

    func channelActive(context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(request)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            guard head.status != .ok else { return }
            if head.status == .unauthorized { return endWithoutToken(context) }
            if head.status == .notFound, head.isText { return refusal = [] }
            let phrase = Sanitizer.sanitize(String(head.status.reasonPhrase.prefix(64)))
            let passes = Self.passing.contains(head.status.code)
            let outlook: WatchClient.Loss.Outlook = passes ? .passing : .lasting
            end("the server says \(head.status.code) \(phrase)", outlook, context)
        case .body(let bytes):
            guard let refusal else { return take(bytes, context) }
            self.refusal = Array((refusal + bytes.readableBytesView).prefix(Self.longestRefusal))
        case .end:
            if isGreeted { return context.close(promise: nil) }
            let reason = refusal.map { Sanitizer.sanitize(String(decoding: $0, as: UTF8.self)) }
            end(reason ?? "what answers there is no signalbox", .lasting, context)
        }
    }

    private func take(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        var rest = bytes.readableBytesView[...]
        while !isOver, let end = rest.firstIndex(of: 10) {
            line += rest[..<end]
            rest = rest[(end + 1)...]
            finishLine(context)
        }
        guard !isOver else { return }
        line += rest
        if line.count > WatchDecoder.longestLine { finishLine(context) }
    }

    private func finishLine(_ context: ChannelHandlerContext) {
        defer { line.removeAll(keepingCapacity: true) }
        do throws(LineProblem) {
            let frame = try decoder.add(line)
            if !isGreeted, let greeting = decoder.greeting {
                isGreeted = true
                tell(.greeted(greeting), context)
            }
            if let frame { tell(.frame(frame, at: .now), context) }
        } catch {
            end("what the server sends cannot be read: \(error)", .lasting, context)
        }
    }

    private func tell(_ news: WatchClient.News, _ context: ChannelHandlerContext) {
        isPaused = !told(news, decoder.names)
        if isPaused { try? context.channel.syncOptions?.setOption(.autoRead, value: false) }
    }

    private func end(
        _ reason: String,
        _ outlook: WatchClient.Loss.Outlook,
        _ context: ChannelHandlerContext
    ) {
        isOver = true
        loss = WatchClient.Loss(reason, outlook)
        context.close(promise: nil)
    }

    private func endWithoutToken(_ context: ChannelHandlerContext) {
        let isShown = request.headers.contains(name: "Authorization")
        let reason =
            isShown
            ? "that is not this server's token (--token-file)"
            : "this server wants a token: --token-file FILE"
        end(reason, .lasting, context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent {
            if isPaused {
                // Who does not read cannot tell whether the server speaks; who reads again can.
                isPaused = (try? context.channel.syncOptions?.getOption(.autoRead)) == false
            } else {
                end("the server says nothing any more", .passing, context)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        ended(loss)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if isOver {
            // The reason is known.
        } else if let sentence = ClientTLS.sentence(error) {
            loss = WatchClient.Loss(sentence, ClientTLS.mayPass(error) ? .doubtful : .lasting)
        } else if let error = error as? HTTPParserError, error != .invalidEOFState {
            loss = WatchClient.Loss("the server does not speak HTTP", .lasting)
        }
        context.close(promise: nil)
    }
}

extension HTTPResponseHead {
    /// Whether what follows is for people.
    fileprivate var isText: Bool {
        headers.first(name: "Content-Type")?.hasPrefix("text/plain") == true
    }
}
