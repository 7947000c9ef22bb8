import NIOCore

/// A connection of a JSON client: one object comes, one object goes back in one write, and we close.
///
/// What follows the first object is left alone: how the network cuts a stream must not decide
/// whether it is answered. A client that goes away has its call withdrawn.
package final class JSONHandler: ChannelInboundHandler, BusyHandler {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    private enum State {
        case receiving
        /// The call is `nil` while it is being made.
        case waiting(CallUnderWay?)
        case finished
    }

    private let service: BufferRequestService
    private let tally: NetworkTally
    private let client: String
    private let token: Token?
    private let guest: Guest
    private let patience: TimeAmount
    private var framing: JSONFraming
    private var received: [UInt8] = []
    private var state = State.receiving
    private var deadline: Scheduled<Void>?

    /// - Parameters:
    ///   - service: Does what is asked for.
    ///   - tally: Counts what is refused.
    ///   - client: Where the connection comes from, for people; sanitised.
    ///   - token: What the request must show; `nil` for nothing.
    ///   - guest: The client, as the guard sees it.
    ///   - patience: How long the whole object may take to come.
    ///   - longest: The most bytes of it.
    package init(
        service: BufferRequestService,
        tally: NetworkTally,
        client: String,
        token: Token? = nil,
        guest: Guest = Guest(),
        patience: TimeAmount = .seconds(10),
        longest: Int = JSONFraming.longestObject
    ) {
        framing = JSONFraming(limit: longest)
        self.service = service
        self.tally = tally
        self.client = client
        self.token = token
        self.guest = guest
        self.patience = patience
    }

    package var isBusy: Bool {
        if case .waiting = state { true } else { false }
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        context.allowHalfClosure()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: patience) {
            self.tally.count(.headerLate, by: self.guest.address)
            self.finish(BufferReply.error(.json(.unfinished)), context)
        }
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .receiving = state else { return }
        let piece = unwrapInboundIn(data)
        do {
            guard let end = try framing.end(in: piece.readableBytesUInt8Span) else {
                received.append(contentsOf: piece.readableBytesView)
                return
            }
            received.append(contentsOf: piece.readableBytesView.prefix(end))
            answer(context)
        } catch {
            finish(service.refuse(.json(error), to: guest), context)
        }
    }

    private func answer(_ context: ChannelHandlerContext) {
        deadline?.cancel()
        state = .waiting(nil)
        let request = received
        received = []
        let call = service.answer(request, from: client, showing: token, as: guest) {
            self.finish($0, context)
        }
        if case .waiting = state { state = .waiting(call) }
    }

    private func finish(_ reply: [UInt8], _ context: ChannelHandlerContext) {
        if case .finished = state { return }
        state = .finished
        deadline?.cancel()
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: reply)), promise: nil)
        context.endGently()
    }

    /// The client has ended its side, which is no reason not to answer a whole object.
    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event {
            switch state {
            case .receiving: finish(service.refuse(.json(.unfinished), to: guest), context)
            case .waiting: break
            case .finished: context.close(promise: nil)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    package func channelInactive(context: ChannelHandlerContext) {
        if case .waiting(let call?) = state { call.withdraw() }
        if case .receiving = state, !received.isEmpty { tally.count(.notJSON, by: guest.address) }
        state = .finished
        deadline?.cancel()
        context.fireChannelInactive()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
