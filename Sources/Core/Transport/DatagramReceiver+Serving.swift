/// What a datagram leads to: a job in the batch, a call that others answer, or a refusal.
extension DatagramReceiver {
    /// Serves a datagram whose sender may be served.
    ///
    /// - Parameters:
    ///   - message: The whole of it.
    ///   - isCounted: Whether its sender's quota has counted it.
    ///   - arrival: When it came.
    ///   - batch: Where its job goes.
    func serve(
        _ message: UnsafeBufferPointer<UInt8>,
        isCounted: Bool,
        _ arrival: Microseconds,
        _ batch: inout ReceiveBatch
    ) {
        switch DatagramDialect(message.span) {
        case .sealed: open(message, isCounted: isCounted, arrival, &batch)
        case let dialect: serve(dialect, message, sealedWith: nil, arrival, &batch)
        }
    }

    /// Serves what a datagram says.
    ///
    /// - Parameters:
    ///   - dialect: As its first bytes tell.
    ///   - message: The whole of it, or what was in a sealed one.
    ///   - nonce: The sealed one's; `nil` for others.
    ///   - arrival: When it came.
    ///   - batch: Where its job goes.
    func serve(
        _ dialect: DatagramDialect,
        _ message: UnsafeBufferPointer<UInt8>,
        sealedWith nonce: UInt64?,
        _ arrival: Microseconds,
        _ batch: inout ReceiveBatch
    ) {
        let standing = admission.standing(ofSender: batch.peer, isSealed: nonce != nil)
        let peer = batch.peer
        func hand(_ kind: DatagramCall, else refusal: Refusal) {
            self.hand(kind, message, peer, standing, sealedWith: nonce, else: refusal)
        }
        switch dialect {
        case .text where standing == .unknown, .json where standing == .unknown:
            refuse(.notSealed, peer)
        case .text where putsText: hand(.text, else: .tooManyCalls)
        case .text(let job): accept(job, message, sealedWith: nonce, arrival, &batch)
        case .remoteCall: hand(.remoteCall, else: .remoteCall)
        case .remoteReply: refuse(.remoteReply, peer)
        // One seal is enough.
        case .sealed: refuse(.wrongSeal, peer)
        // Its replies can be longer than the request, and the sender's address may be forged.
        case .json where standing == .unverified: refuse(.json, peer)
        case .json: hand(.json, else: .json)
        case .unknown(let error): refuse(.notAJob, peer, error)
        }
    }

    private func accept(
        _ text: TextJob,
        _ message: UnsafeBufferPointer<UInt8>,
        sealedWith nonce: UInt64?,
        _ arrival: Microseconds,
        _ batch: inout ReceiveBatch
    ) {
        let device = text.withName(in: message.span) { devices.device(named: $0) }
        let isGuarded = room?.guards(batch.peer) ?? false
        if isGuarded, let denial = room?.admit(device, from: batch.peer, at: arrival) {
            return refuse(denial.refusal, batch.peer, device: device)
        }
        guard let ticket = ticket(message, sealedWith: nonce, batch.peer) else {
            if isGuarded { room?.backlog.remove(device) }
            return refuse(.noReplyPlace, batch.peer)
        }
        if !isGuarded { batch.noteUncounted(device) }
        let job = Job(device: device, cpuTime: text.cpuTime)
        batch.append(QueuedJob(job, reply: ticket, arrival: arrival))
    }

    /// Hands a datagram to those who answer calls; without them it is refused.
    private func hand(
        _ kind: DatagramCall,
        _ message: UnsafeBufferPointer<UInt8>,
        _ peer: SocketAddress,
        _ standing: Standing,
        sealedWith nonce: UInt64?,
        else refusal: Refusal
    ) {
        guard let calls else { return refuse(refusal, peer) }
        let isServed = calls.serve(
            kind,
            Array(message),
            from: peer,
            through: socket,
            standing,
            sealedWith: nonce
        )
        guard isServed else { return refuse(.tooManyCalls, peer) }
        counters.withLock {
            $0.received += 1
            $0.calls += 1
        }
    }

    /// Counts what is not served, and notes whose it was.
    func refuse(
        _ reason: Refusal,
        _ peer: SocketAddress,
        _ error: WireError? = nil,
        device: DeviceID? = nil
    ) {
        counters.withLock { $0.refuse(reason, error) }
        guard let book else { return }
        book.note(.datagram(reason), by: peer, device: device.map(devices.name) ?? "")
    }
}
