import NIOCore

/// One TCP connection of a client of remote calls.
///
/// Many calls may be under way, and are answered in the order in which they end. The replies to all
/// calls of one read leave in one write, and so do those of one round of late outcomes. Reading stops
/// while as many calls are under way as there may be, and while the client does not read its replies:
/// then its own sending stalls, and nothing piles up here.
///
/// A client that closes its sending side has gone: a TAKE that waits for a client that is no more
/// would take a job from those who are there.
package final class RemoteCallHandler: ChannelInboundHandler, BusyHandler {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    package static let usualCallsUnderWay = 64
    /// How long one record may take to arrive.
    package static let usualRecordTime = TimeAmount.seconds(10)
    /// What may be written before it is sent: a TAKE of few bytes is answered with many.
    private static let mostReplyBytes = 256 << 10
    private static let keptReplyBytes = 4096

    private let service: RemoteCallService
    private let address: SocketAddress
    private let guest: Guest?
    private let tally: NetworkTally
    private let standing: Standing
    private let mostCalls: Int
    private let recordTime: TimeAmount

    private var caller: RemoteCaller?
    private var context: ChannelHandlerContext?
    private var marking: RecordMarking
    /// What was read and not looked at yet, because reading has stopped.
    private var unread: ByteBuffer?
    private var replies = ByteBuffer()
    private var isReadingOn = true
    private var isServing = false
    private var willFlush = false
    private var records: UInt64 = 0
    private var watch: Scheduled<Void>?

    /// - Parameters:
    ///   - service: Executes the calls.
    ///   - address: The client's.
    ///   - guest: The client, as the guard sees it.
    ///   - tally: Counts what is refused.
    ///   - standing: How far the client is let in.
    ///   - mostCalls: How many calls of this client may be under way.
    ///   - recordTime: How long one record may take to arrive.
    ///   - longestRecord: The most bytes of one.
    package init(
        _ service: RemoteCallService,
        client address: SocketAddress,
        guest: Guest? = nil,
        tally: NetworkTally,
        standing: Standing = .trusted,
        mostCalls: Int = usualCallsUnderWay,
        recordTime: TimeAmount = usualRecordTime,
        longestRecord: Int = RecordMarking.longestRecord
    ) {
        marking = RecordMarking(limit: longestRecord)
        precondition(
            (1...ReplyHistory.usualLimitPerPeer).contains(mostCalls),
            "a client has 1 to \(ReplyHistory.usualLimitPerPeer) calls under way, not \(mostCalls)"
        )
        self.service = service
        self.address = address
        self.guest = guest
        self.tally = tally
        self.standing = standing
        self.mostCalls = mostCalls
        self.recordTime = recordTime
    }

    package var isBusy: Bool { (caller?.callsUnderWay ?? 0) > 0 }

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        // It holds us until `end` lets it go.
        caller = RemoteCaller(.tcp, at: address, standing, label: "\(address)", guest: guest) {
            [self] reply in
            if let context = self.context { write(reply, context) }
        }
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if unread == nil {
            serve(bytes, context)
        } else {
            unread?.writeBuffer(&bytes)
        }
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        goOn(context)
        watchRecord(context)
        context.fireChannelReadComplete()
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        goOn(context)
        context.fireChannelWritabilityChanged()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func end() {
        watch?.cancel()
        watch = nil
        unread = nil
        guard let caller else { return }
        // First, because withdrawing may end calls, and their replies have nowhere to go.
        self.caller = nil
        service.close(caller)
    }

    /// Serves the records in these bytes until they are used up or reading must stop.
    private func serve(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        guard let caller else { return }
        var bytes = bytes
        isServing = true
        var position = 0
        do throws(RecordMarking.Failure) {
            try serve(bytes, &position, caller, context)
        } catch {
            isServing = false
            switch error {
            case .recordTooLong: tally.count(.recordTooLong, by: address)
            case .tooManyFragments: tally.count(.tooManyFragments, by: address)
            }
            return refuse(context)
        }
        isServing = false
        bytes.moveReaderIndex(forwardBy: position)
        unread = bytes.readableBytes > 0 && self.caller != nil ? bytes : nil
        updateReading(context)
    }

    private func serve(
        _ bytes: ByteBuffer,
        _ position: inout Int,
        _ caller: RemoteCaller,
        _ context: ChannelHandlerContext
    ) throws(RecordMarking.Failure) {
        while mayServe(caller, context) {
            let finding = try bytes.withUnsafeReadableBytes {
                (piece) throws(RecordMarking.Failure) -> RecordMarking.Finding in
                let finding = try marking.next(in: piece, from: &position)
                if case .inPiece(let range) = finding {
                    serve(UnsafeRawBufferPointer(rebasing: piece[range]), caller, context)
                }
                return finding
            }
            switch finding {
            case .inPiece: continue
            case .joined:
                let record = marking.joined
                record.withUnsafeBytes { serve($0, caller, context) }
            case .needsMore: return
            }
        }
    }

    private func serve(
        _ record: UnsafeRawBufferPointer,
        _ caller: RemoteCaller,
        _ context: ChannelHandlerContext
    ) {
        records &+= 1
        if !service.receive(record, from: caller) { refuse(context) }
    }

    private func mayServe(_ caller: RemoteCaller, _ context: ChannelHandlerContext) -> Bool {
        !caller.isClosed && caller.callsUnderWay < mostCalls
            && replies.readableBytes < Self.mostReplyBytes && context.channel.isWritable
    }

    private func write(_ reply: UnsafeRawBufferPointer, _ context: ChannelHandlerContext) {
        replies.writeInteger(RecordMarking.mark(recordOf: reply.count))
        replies.writeBytes(reply)
        guard !isServing, !willFlush else { return }
        // A late outcome: others may come in the same round of the event loop.
        willFlush = true
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.execute {
            let (handler, context) = bound.value
            handler.willFlush = false
            handler.goOn(context)
        }
    }

    private func flush(_ context: ChannelHandlerContext) {
        guard replies.readableBytes > 0 else { return }
        // Put aside first, because writing may lead back here.
        let written = replies
        let capacity = min(written.readableBytes, Self.keptReplyBytes)
        replies = context.channel.allocator.buffer(capacity: capacity)
        context.writeAndFlush(wrapOutboundOut(written), promise: nil)
    }

    /// Sends what is there, then serves what had to wait for that.
    private func goOn(_ context: ChannelHandlerContext) {
        guard caller != nil, !isServing else { return }
        flush(context)
        while let bytes = unread, let caller, mayServe(caller, context) {
            unread = nil
            serve(bytes, context)
            flush(context)
        }
        updateReading(context)
    }

    private func updateReading(_ context: ChannelHandlerContext) {
        guard let caller else { return }
        let readsOn = unread == nil && mayServe(caller, context)
        guard readsOn != isReadingOn else { return }
        isReadingOn = readsOn
        try? context.channel.syncOptions?.setOption(.autoRead, value: readsOn)
        if readsOn { context.read() }
    }

    private func refuse(_ context: ChannelHandlerContext) {
        flush(context)
        context.close(promise: nil)
    }

    /// Closes a connection whose record does not end, with one timer however many records come.
    private func watchRecord(_ context: ChannelHandlerContext) {
        guard watch == nil, caller != nil, marking.isInRecord, isReadingOn else { return }
        let seen = records
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        watch = context.eventLoop.scheduleTask(in: recordTime) {
            let (handler, context) = bound.value
            handler.watch = nil
            if handler.records == seen, handler.marking.isInRecord, handler.isReadingOn {
                handler.tally.count(.headerLate, by: handler.address)
                handler.refuse(context)
            } else {
                handler.watchRecord(context)
            }
        }
    }
}
