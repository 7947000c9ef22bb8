/// The server's side of remote calls: it gets a request, executes it on the buffer, and sends the
/// reply, each at most once.
///
/// One object serves all callers over UDP and TCP. It belongs to the event loop: calls come in there,
/// and replies leave from there, at once or when the buffer tells the outcome.
package final class RemoteCallService {
    /// A request to execute.
    private struct Request {
        let caller: RemoteCaller
        let xid: UInt32
        /// `nil` where the reply is not remembered.
        let claim: ReplyHistory.Claim?
        /// When the call came.
        let arrival: Microseconds
    }

    private static let longestSeconds = UInt32(Job.longestCPUTime.count / 1_000_000)

    private let buffer: any RemoteBuffer
    private let devices: DeviceTable
    private let history: ReplyHistory
    private let tally: NetworkTally
    private let clock: any EngineClock
    /// It never changes, and asking for all counts costs more than a reply.
    private lazy var capacity = UInt32(clamping: buffer.counts.capacity)
    /// The last datagram's sender as people see it, because a peer rarely sends only one.
    private var lastSender: (address: SocketAddress, label: String)?
    /// Memory for the next reply.
    private var spare: [UInt8] = []

    package init(
        buffer: any RemoteBuffer,
        devices: DeviceTable,
        history: ReplyHistory,
        tally: NetworkTally,
        clock: any EngineClock
    ) {
        self.buffer = buffer
        self.devices = devices
        self.history = history
        self.tally = tally
        self.clock = clock
    }

    /// Serves one datagram.
    ///
    /// - Parameters:
    ///   - datagram: Its bytes, needed only during the call.
    ///   - peer: Who sent it.
    ///   - standing: How far the sender is let in.
    ///   - reply: Sends a reply there, now or up to 20 s later, or never; the bytes are valid only
    ///     during its call.
    package func receive(
        datagram: UnsafeRawBufferPointer,
        from peer: SocketAddress,
        _ standing: Standing,
        reply: @escaping (UnsafeRawBufferPointer) -> Void
    ) {
        let label = label(of: peer)
        receive(
            datagram,
            from: RemoteCaller(.udp, at: peer, standing, label: label, send: reply)
        )
    }

    private func label(of sender: SocketAddress) -> String {
        if let lastSender, lastSender.address == sender { return lastSender.label }
        let label = "\(sender)"
        lastSender = (sender, label)
        return label
    }

    /// Serves one message.
    ///
    /// - Parameters:
    ///   - message: A datagram or a record, needed only during the call.
    ///   - caller: Who sent it.
    /// - Returns: Whether it was a call, or at least a reply: after anything else a stream is not to
    ///   be trusted.
    @discardableResult
    package func receive(_ message: UnsafeRawBufferPointer, from caller: RemoteCaller) -> Bool {
        switch IncomingCall(message) {
        case .call(let call):
            if let request = getRequest(call, from: caller) { execute(call, request) }
        case .refused(let xid, let refusal):
            refuse(xid, refusal, to: caller)
        case .dropped(.reply):
            tally.count(.replyReceived)
        case .dropped(.tooShort), .dropped(.unknownMessage):
            tally.count(.notACall)
            return false
        }
        return true
    }

    /// The caller has gone: what waits for it is withdrawn, what is known of it is forgotten.
    package func close(_ caller: RemoteCaller) {
        for call in caller.close() { buffer.withdraw(call) }
        history.forget(caller.memory)
    }

    /// GetRequest: the call, unless it came before.
    private func getRequest(_ call: RemoteCall, from caller: RemoteCaller) -> Request? {
        if isTooWeak(call, from: caller) {
            if caller.standing == .unknown {
                tally.count(.tokenMissing, by: caller.address.host)
            }
            refuse(call.xid, .authentication(.tooWeak), to: caller)
            return nil
        }
        let now = clock.now
        guard call.isRemembered else {
            return Request(caller: caller, xid: call.xid, claim: nil, arrival: now)
        }
        switch recollection(of: call, from: caller, at: now) {
        case .unknown(let claim):
            return Request(caller: caller, xid: call.xid, claim: claim, arrival: now)
        case .inProgress:
            tally.count(.callRepeated)
        case .done(let reply):
            tally.count(.callRepeated)
            reply.withUnsafeBytes { caller.reply($0) }
        case .full:
            // Over TCP nothing is repeated; over UDP the client tries again, and finds a place.
            if caller.transport == .tcp {
                return Request(caller: caller, xid: call.xid, claim: nil, arrival: now)
            }
            tally.count(.historyFull)
        }
        return nil
    }

    private func recollection(
        of call: RemoteCall,
        from caller: RemoteCaller,
        at now: Microseconds
    ) -> ReplyHistory.Recollection {
        let key = ReplyHistory.Key(call)
        switch caller.transport {
        case .tcp: return history.recall(key, of: caller.memory, at: now)
        case .udp: return history.recall(key, from: caller.address, at: now)
        }
    }

    /// A reply that is longer than its request must not go to an address that may be forged.
    private func isTooWeak(_ call: RemoteCall, from caller: RemoteCaller) -> Bool {
        switch caller.standing {
        case .trusted: return false
        // Whether anybody is there is no secret.
        case .unknown: return call.procedure != .null
        case .unverified: break
        }
        switch call.procedure {
        case .take, .status: return true
        case .null, .submit: return false
        }
    }

    private func execute(_ call: RemoteCall, _ request: Request) {
        switch call.arguments {
        case .null: sendReply(.null, to: request)
        case .status: sendReply(.counts(RemoteCounts(buffer.counts)), to: request)
        case .submit(let submit): execute(submit, request)
        case .take(let waitMilliseconds): take(waitMilliseconds, request)
        }
    }

    private func execute(_ submit: RemoteSubmitView, _ request: Request) {
        guard submit.seconds <= Self.longestSeconds, let device = device(submit.device) else {
            return sendReceipt(.bad, to: request)
        }
        let offer = Offer(
            device: device,
            cpuTime: Microseconds(UInt64(submit.seconds) * 1_000_000),
            payload: submit.body.isEmpty ? nil : Payload(.body, Array(submit.body)),
            arrival: request.arrival
        )
        var place = 0
        let start = buffer.put(
            offer,
            Patience(waitMilliseconds: submit.waitMilliseconds),
            for: request.caller.label,
            unlessAtOnce: { whenDone(request, at: &place) }
        )
        switch start {
        case .inserted(let id, let depth):
            sendReceipt(id: id, depth: depth, to: request)
        case .told(let call):
            if let call { request.caller.goesOn(call, at: place) }
        }
    }

    private func whenDone(_ request: Request, at place: inout Int) -> (PutOutcome) -> Void {
        let begun = request.caller.begin()
        place = begun
        return { [self] outcome in
            request.caller.end(begun)
            finish(outcome, request)
        }
    }

    private func take(_ waitMilliseconds: UInt32, _ request: Request) {
        let caller = request.caller
        let place = caller.begin()
        let call = buffer.take(
            largest: RemoteProgram.longestBody,
            Patience(waitMilliseconds: waitMilliseconds),
            for: caller.label
        ) { [self] outcome in
            caller.end(place)
            finish(outcome, request)
        }
        if let call { caller.goesOn(call, at: place) }
    }

    private func finish(_ outcome: PutOutcome, _ request: Request) {
        switch outcome {
        case .inserted(let id, let depth): sendReceipt(.ok, id: id, depth: depth, to: request)
        case .full: sendReceipt(.full, to: request)
        case .timedOut, .late: sendReceipt(.timeout, to: request)
        case .refused(let refusal): sendReceipt(code(of: refusal), to: request)
        }
    }

    private func finish(_ outcome: TakeOutcome, _ request: Request) {
        let taking: RemoteTaking
        switch outcome {
        case .taken(let job): taking = .taken(id: job.id, remoteJob(job))
        case .empty: taking = .nothing(.empty)
        case .timedOut, .late: taking = .nothing(.timeout)
        case .tooLarge: taking = .nothing(.bad)
        case .refused(let refusal): taking = .nothing(code(of: refusal))
        }
        sendReply(.taking(taking), to: request)
    }

    private func code(of refusal: CallRefusal) -> RemoteCode {
        if case .tooManyCalls = refusal { tally.count(.tooManyCalls) }
        return .denied
    }

    private func remoteJob(_ job: TakenJob) -> RemoteJob {
        RemoteJob(
            device: devices.name(of: job.device),
            // Version 1 has no fractions of a second.
            seconds: UInt32(clamping: (job.cpuTime.count + 999_999) / 1_000_000),
            body: job.payload?.asBody ?? []
        )
    }

    /// The device of this name; `nil` where the name is empty or too long once sanitised.
    private func device(_ name: UnsafeRawBufferPointer) -> DeviceID? {
        name.withMemoryRebound(to: UInt8.self) { name in
            guard !Sanitizer.isPlain(name.span) else {
                return name.isEmpty ? nil : devices.device(named: name.span)
            }
            let clean = Array(Sanitizer.sanitize(name.span).utf8)
            guard (1...RemoteProgram.longestName).contains(clean.count) else { return nil }
            return devices.device(named: clean.span)
        }
    }

    private func sendReceipt(
        _ code: RemoteCode,
        id: UInt64 = 0,
        depth: Int? = nil,
        to request: Request
    ) {
        let receipt = RemoteReceipt(
            code,
            id: id,
            depth: UInt32(clamping: depth ?? buffer.counts.depth),
            capacity: capacity
        )
        sendReply(.receipt(receipt), to: request)
    }

    /// The same for a job that was inserted at once, as most are: written where it lies, without the
    /// memory that other replies need.
    private func sendReceipt(id: UInt64, depth: Int, to request: Request) {
        let receipt = RemoteReceipt(
            .ok,
            id: id,
            depth: UInt32(clamping: depth),
            capacity: capacity
        )
        withUnsafeTemporaryAllocation(byteCount: RemoteReceipt.replySize, alignment: 4) { memory in
            receipt.writeReply(xid: request.xid, into: memory)
            let reply = UnsafeRawBufferPointer(memory)
            if let claim = request.claim {
                history.finish(claim, with: reply, at: request.arrival)
            }
            request.caller.reply(reply)
        }
    }

    /// SendReply: the reply goes out, and is remembered.
    private func sendReply(_ result: RemoteResult, to request: Request) {
        let reply = encode { result.encode(xid: request.xid, to: &$0) }
        if let claim = request.claim {
            history.finish(claim, with: reply, at: clock.now)
        }
        reply.withUnsafeBytes { request.caller.reply($0) }
        spare = reply
    }

    private func refuse(_ xid: UInt32, _ refusal: RemoteRefusal, to caller: RemoteCaller) {
        tally.count(.callRefused)
        let reply = encode { refusal.encode(xid: xid, to: &$0) }
        reply.withUnsafeBytes { caller.reply($0) }
        spare = reply
    }

    /// The memory is taken out meanwhile, because sending a reply may lead to the next one.
    private func encode(_ write: (inout XDREncoder) -> Void) -> [UInt8] {
        var memory: [UInt8] = []
        swap(&memory, &spare)
        var encoder = XDREncoder(reusing: memory)
        write(&encoder)
        return encoder.bytes
    }
}

extension RemoteCall {
    /// Whether executing it twice would do harm.
    fileprivate var isRemembered: Bool {
        switch procedure {
        case .submit, .take: true
        case .null, .status: false
        }
    }
}

extension Patience {
    /// 0 does not block.
    fileprivate init(waitMilliseconds: UInt32) {
        self =
            waitMilliseconds == 0
            ? .trying : .waiting(atMost: Microseconds(UInt64(waitMilliseconds) * 1000))
    }
}

extension RemoteCounts {
    fileprivate init(_ counts: BufferCounts) {
        self.init(
            produced: counts.produced,
            consumed: counts.consumed,
            depth: UInt32(clamping: counts.depth),
            capacity: UInt32(clamping: counts.capacity),
            waitingPut: UInt32(clamping: counts.waitingPut),
            waitingTake: UInt32(clamping: counts.waitingTake)
        )
    }
}
