/// The server's side of remote calls: it gets a request, executes it on the buffer, and sends the
/// reply, each at most once.
///
/// One object serves all callers over UDP and TCP. It belongs to the event loop: calls come in there,
/// and replies leave from there, at once or when the buffer tells the outcome.
package final class RemoteCallService {
    /// A request to execute.
    struct Request {
        let caller: RemoteCaller
        let xid: UInt32
        /// `nil` where the reply is not remembered.
        let claim: ReplyHistory.Claim?
        /// When the call came.
        let arrival: Microseconds
    }

    /// A mailbox whose capacity is known: it never changes, and asking for all counts costs more
    /// than a reply.
    struct Box {
        let buffer: any RemoteBuffer
        let capacity: UInt32

        init(_ mailbox: Mailbox) {
            buffer = mailbox.buffer
            capacity = UInt32(clamping: mailbox.buffer.counts.capacity)
        }
    }

    let mailboxes: Mailboxes
    private(set) lazy var standard = Box(mailboxes.standard)
    private(set) lazy var boxes = mailboxes.all.reduce(into: [:]) { $0[$1.name] = Box($1) }
    let registry: Registry
    let devices: DeviceTable
    private let history: ReplyHistory
    let tally: NetworkTally
    private let clock: any EngineClock
    /// The last datagram's sender as people see it, because a peer rarely sends only one.
    private var lastSender: (address: SocketAddress, label: String)?
    /// Memory for the next reply.
    private var spare: [UInt8] = []

    /// - Parameters:
    ///   - mailboxes: Where jobs are put and taken.
    ///   - registry: Who offers which service.
    ///   - devices: Gives each device's name its number.
    ///   - history: The replies of calls that may come again.
    ///   - tally: Counts what is refused.
    ///   - clock: The engine's.
    package init(
        mailboxes: Mailboxes,
        registry: Registry,
        devices: DeviceTable,
        history: ReplyHistory,
        tally: NetworkTally,
        clock: any EngineClock
    ) {
        self.mailboxes = mailboxes
        self.registry = registry
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
    ///   - guest: The same, as the guard sees them.
    ///   - reply: Sends a reply there, now or up to 20 s later, or never; the bytes are valid only
    ///     during its call.
    package func receive(
        datagram: UnsafeRawBufferPointer,
        from peer: SocketAddress,
        _ standing: Standing,
        as guest: Guest? = nil,
        reply: @escaping (UnsafeRawBufferPointer) -> Void
    ) {
        receive(datagram, from: caller(at: peer, standing, as: guest, reply: reply))
    }

    /// The sender of one datagram, for `receive`; the same parameters.
    func caller(
        at peer: SocketAddress,
        _ standing: Standing,
        as guest: Guest?,
        reply: @escaping (UnsafeRawBufferPointer) -> Void
    ) -> RemoteCaller {
        let label = label(of: peer)
        return RemoteCaller(.udp, at: peer, standing, label: label, guest: guest, send: reply)
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
            tally.count(.replyReceived, by: caller.address)
        case .dropped(.tooShort), .dropped(.unknownMessage):
            tally.count(.notACall, by: caller.address)
            return false
        }
        return true
    }

    /// The caller has gone: what waits for it is withdrawn, what is known of it is forgotten.
    package func close(_ caller: RemoteCaller) {
        for waiting in caller.close() { waiting.buffer.withdraw(waiting.call) }
        history.forget(caller.memory)
    }

    /// GetRequest: the call, unless it came before.
    private func getRequest(_ call: RemoteCall, from caller: RemoteCaller) -> Request? {
        if isTooWeak(call, from: caller) {
            if caller.standing == .unknown {
                tally.count(.tokenMissing, by: caller.address)
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
            tally.count(.historyFull, by: caller.address)
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
        case .take, .status, .lookup, .get, .mailboxes: return true
        case .null, .submit, .register, .renew, .cancel, .put: return false
        }
    }

    func sendReceipt(
        _ code: RemoteCode,
        id: UInt64 = 0,
        depth: Int? = nil,
        of box: Box,
        to request: Request
    ) {
        let receipt = RemoteReceipt(
            code,
            id: id,
            depth: UInt32(clamping: depth ?? box.buffer.counts.depth),
            capacity: box.capacity
        )
        sendReply(.receipt(receipt), to: request)
    }

    /// The same for a job that was inserted at once, as most are: written where it lies, without the
    /// memory that other replies need.
    func sendReceipt(id: UInt64, depth: Int, capacity: UInt32, to request: Request) {
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
    func sendReply(_ result: RemoteResult, to request: Request) {
        let reply = encode { result.encode(xid: request.xid, to: &$0) }
        if let claim = request.claim {
            history.finish(claim, with: reply, at: clock.now)
        }
        reply.withUnsafeBytes { request.caller.reply($0) }
        spare = reply
    }

    private func refuse(_ xid: UInt32, _ refusal: RemoteRefusal, to caller: RemoteCaller) {
        tally.countCall(refusedFor: refusal.cause(from: caller), by: caller.address)
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
        case .submit, .take, .register, .renew, .cancel, .put, .get: true
        case .null, .status, .lookup, .mailboxes: false
        }
    }
}
