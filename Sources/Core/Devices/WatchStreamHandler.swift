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
            if head.status == .unauthorized { return endForGood(tokenSentence, context) }
            if head.status == .notFound, head.isText { return refusal = [] }
            let phrase = Sanitizer.sanitize(String(head.status.reasonPhrase.prefix(64)))
            end("the server says \(head.status.code) \(phrase)", context)
        case .body(let bytes):
            guard let refusal else { return take(bytes, context) }
            self.refusal = Array((refusal + bytes.readableBytesView).prefix(Self.longestRefusal))
        case .end:
            guard let refusal else { return context.close(promise: nil) }
            endForGood(Sanitizer.sanitize(String(decoding: refusal, as: UTF8.self)), context)
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
            end("what the server sends cannot be read: \(error)", context)
        }
    }

    private func tell(_ news: WatchClient.News, _ context: ChannelHandlerContext) {
        isPaused = !told(news, decoder.names)
        if isPaused { try? context.channel.syncOptions?.setOption(.autoRead, value: false) }
    }

    private func end(_ reason: String, _ context: ChannelHandlerContext) {
        isOver = true
        loss = WatchClient.Loss(reason)
        context.close(promise: nil)
    }

    /// Asked again the server would say the same.
    private func endForGood(_ reason: String, _ context: ChannelHandlerContext) {
        isOver = true
        loss = WatchClient.Loss(reason, isFinal: true)
        context.close(promise: nil)
    }

    private var tokenSentence: String {
        request.headers.contains(name: "Authorization")
            ? "that is not this server's token (--token-file)"
            : "this server wants a token: --token-file FILE"
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent {
            if isPaused {
                // Who does not read cannot tell whether the server speaks; who reads again can.
                isPaused = (try? context.channel.syncOptions?.getOption(.autoRead)) == false
            } else {
                end("the server says nothing any more", context)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        ended(loss)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let sentence = ClientTLS.sentence(error) {
            loss = WatchClient.Loss(sentence)
        } else if error is HTTPParserError {
            loss = WatchClient.Loss("the server does not speak HTTP")
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
