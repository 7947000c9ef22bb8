import NIOCore

/// A connection of a text client: jobs without frames, one after another into the buffer.
///
/// A message ends at a newline, after 40 ms of silence, and with the connection. While a job cannot
/// be inserted nothing is read, so that the client feels the full buffer. What is no job is counted
/// and gets no reply, as over UDP: a client that takes any reply for an acknowledgement must not be
/// misled. A reset is an end like any other: the jobs that were read are still run.
package final class TextHandler: ChannelInboundHandler, BusyHandler {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    private enum Ending {
        /// No more jobs, and no report is wanted.
        case end
        case report
    }

    /// After so long without a byte a message is whole.
    static let silence = TimeAmount.milliseconds(40)
    /// When there is no agent free for the job.
    static let pauseBeforeRetry = TimeAmount.milliseconds(100)
    /// A client with so many acknowledgements to come is not read from.
    static let mostOwed = 4096

    /// About what we are made of while a job waits.
    private static let bytesOfHandler = 1024

    private static let acknowledgement = "Job received"

    private let service: TextJobService
    private let client: String
    private let guest: Guest
    private var stream: TextStream
    private var report = TextReport()
    private var owed = OwedReplies()
    private var jobsUnderWay = 0
    private var ending: Ending?
    /// `nil` once the client has gone.
    private var context: ChannelHandlerContext?
    private var loop: (any EventLoop)?
    private var silenceTimer: Scheduled<Void>?
    /// Booked with the service once the client has gone.
    private var orphanedBytes = 0
    private var call: AgentCall?
    private var isPutting = false
    private var isPumping = false
    private var isReading = true
    /// Bytes came since the timer was set, or we read again.
    private var mayBeSilent = false
    private var hasStreamEnded = false
    private var isInRead = false
    private var isClosing = false
    private var hasWritten = false

    /// - Parameters:
    ///   - service: Shared by all connections.
    ///   - client: Where the connection comes from, for people; sanitised.
    ///   - guest: The client, as the guard sees it.
    ///   - longest: The most bytes of a message.
    package init(
        service: TextJobService,
        client: String,
        guest: Guest = Guest(),
        longest: Int = TextStream.longestMessage
    ) {
        self.guest = guest
        stream = TextStream(limit: longest)
        self.service = service
        self.client = client
    }

    package var isBusy: Bool { isPutting || jobsUnderWay > 0 }

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop = context.eventLoop
        context.allowHalfClosure()
    }

    // MARK: - Events of the connection

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isInRead = true
        guard ending == nil else { return }
        let piece = unwrapInboundIn(data)
        stream.append(piece.readableBytesUInt8Span)
        mayBeSilent = true
        pump()
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        isInRead = false
        afterWork()
        context.fireChannelReadComplete()
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        afterWork()
        context.fireChannelWritabilityChanged()
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event {
            if isClosing { context.close(promise: nil) }
            streamEnded()
        }
        context.fireUserInboundEventTriggered(event)
    }

    package func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        isClosing = true
        silenceTimer?.cancel()
        adoptJobs()
        streamEnded()
        context.fireChannelInactive()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func streamEnded() {
        hasStreamEnded = true
        stream.endMessage()
        pump()
        afterWork()
    }

    /// Goes on with the jobs of a client that has gone, unless there are too many of such jobs, or it
    /// was told to go.
    private func adoptJobs() {
        let bytes = stream.pendingBytes + (isPutting ? Self.bytesOfHandler : 0)
        if !guest.isToldToGo, service.adopt(bytes: bytes) {
            orphanedBytes = bytes
        } else {
            count(.jobsOfGoneClientDropped)
            stream.removeAll()
            ending = .end
            if let call { service.buffer.withdraw(call) }
        }
    }

    // MARK: - Jobs

    /// Puts one job after another into the buffer, as far as it goes.
    private func pump() {
        guard !isPumping else { return }
        isPumping = true
        defer { isPumping = false }
        do {
            while !isPutting, ending == nil, let message = try stream.next() { act(on: message) }
        } catch {
            count(.textTooLong)
            ending = .end
            closeNow()
        }
        guard !isPutting else { return }
        if hasStreamEnded && ending == nil { ending = .end }
        service.release(bytes: orphanedBytes)
        orphanedBytes = 0
    }

    private func act(on message: TextStream.Message) {
        switch message {
        case .job(let name, let cpuTime, let wantsReply):
            accept(name, cpuTime, wantsReply)
        case .end:
            ending = .end
        case .done:
            ending = .report
        case .refused:
            count(.notAJob)
        }
    }

    private func accept(_ name: [UInt8], _ cpuTime: Microseconds, _ wantsReply: Bool) {
        let device = service.devices.device(named: name.span)
        if let denial = guest.denial(of: device), denial.isMute {
            // No reply, as to what is no job: any would be taken for an acknowledgement.
            return count(denial.event, device)
        }
        let number = wantsReply && service.moment != .none ? owed.add() : nil
        jobsUnderWay += 1
        let offer = Offer(
            device: device,
            cpuTime: cpuTime,
            whenExecuted: { self.executed(name, cpuTime, owed: number) },
            sender: guest.sender
        )
        isPutting = true
        if let denial = guest.queueDenial(of: device) { count(denial.event, device) }
        put(offer, owed: number)
    }

    private func count(_ event: NetworkEvent, _ device: DeviceID? = nil) {
        let name = device.map(service.devices.name) ?? ""
        service.tally.count(event, by: guest.address, device: name)
    }

    private func put(_ offer: Offer, owed number: Int?) {
        guard !guest.isToldToGo(offer.device) else {
            jobsUnderWay -= 1
            return putEnded()
        }
        // Over its quota the client is not read from, as with a full buffer.
        guard guest.queueDenial(of: offer.device) == nil else {
            return putLater(offer, owed: number)
        }
        let call = service.buffer.put(offer, .endless, for: client) { outcome in
            self.call = nil
            switch outcome {
            case .inserted:
                if self.service.moment == .receipt { self.acknowledge(number) }
                self.putEnded()
            case .refused(.denied):
                // The connection is being closed: what it is owed, nobody will get.
                self.jobsUnderWay -= 1
                self.putEnded()
            case .refused(.stopping):
                self.jobsUnderWay -= 1
                self.ending = .end
                self.putEnded()
                self.closeNow()
            case .refused(.tooManyCalls):
                self.count(.tooManyCalls)
                self.putLater(offer, owed: number)
            case .full, .timedOut, .late:
                self.putLater(offer, owed: number)
            }
        }
        // A call that is over already may have begun the next one.
        if let call { self.call = call }
    }

    private func putLater(_ offer: Offer, owed number: Int?) {
        _ = loop?.assumeIsolated().scheduleTask(in: Self.pauseBeforeRetry) {
            // Without a context and bytes that are booked, the client's jobs were given up.
            guard self.context != nil || self.orphanedBytes > 0 else { return }
            self.put(offer, owed: number)
        }
    }

    private func putEnded() {
        isPutting = false
        guard !isPumping else { return }
        pump()
        afterWork()
    }

    private func executed(_ name: [UInt8], _ cpuTime: Microseconds, owed number: Int?) {
        jobsUnderWay -= 1
        report.add(name, cpuTime)
        if service.moment == .done { acknowledge(number) }
        if !isPumping { afterWork() }
    }

    private func acknowledge(_ number: Int?) {
        guard let number else { return }
        let ready = owed.makeDue(number)
        guard ready > 0, let context else { return }
        let text = String(repeating: Self.acknowledgement, count: ready)
        context.write(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        hasWritten = true
    }

    // MARK: - What follows

    /// Sends what is written, reads on or not, waits for silence or not, and closes when it is over.
    private func afterWork() {
        guard let context, !isInRead else { return }
        if hasWritten {
            hasWritten = false
            context.flush()
        }
        setReading(
            ending != nil
                || !isPutting && owed.count < Self.mostOwed && context.channel.isWritable
        )
        waitForSilence(context)
        closeWhenFinished(context)
    }

    private func setReading(_ wanted: Bool) {
        guard wanted != isReading, let context else { return }
        isReading = wanted
        mayBeSilent = true
        try? context.channel.syncOptions?.setOption(.autoRead, value: wanted)
    }

    /// Only while we read: what lies unread may belong to the message.
    private func waitForSilence(_ context: ChannelHandlerContext) {
        guard mayBeSilent else { return }
        mayBeSilent = false
        silenceTimer?.cancel()
        silenceTimer = nil
        guard isReading, ending == nil, stream.pendingBytes > 0 else { return }
        silenceTimer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.silence) {
            self.stream.endMessage()
            self.pump()
            self.afterWork()
        }
    }

    private func closeWhenFinished(_ context: ChannelHandlerContext) {
        guard !isClosing, !isPutting else { return }
        switch ending {
        case nil:
            return
        case .end:
            guard owed.count == 0 else { return }
        case .report:
            guard jobsUnderWay == 0 else { return }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: report.text)), promise: nil)
        }
        isClosing = true
        context.endGently()
    }

    private func closeNow() {
        isClosing = true
        stream.removeAll()
        context?.flush()
        context?.close(promise: nil)
    }
}
