/// What each procedure does.
extension RemoteCallService {
    private static let longestSeconds = UInt32(Job.longestCPUTime.count / 1_000_000)

    /// Executes a call, and sees to it that its result is sent, now or later.
    func execute(_ call: RemoteCall, _ request: Request) {
        let (peer, now) = (request.caller.address, request.arrival)
        switch call.arguments {
        case .null: sendReply(.null, to: request)
        case .submit(let submit): put(submit, in: standard, request)
        case .take(let waitMilliseconds): take(waitMilliseconds, from: standard, request)
        case .status:
            sendReply(.counts(RemoteCounts(standard.buffer.counts)), to: request)
        case .register(let register):
            let standing = request.caller.standing
            let lease = registry.register(register, from: peer, standing, at: now)
            sendReply(.lease(lease), to: request)
        case .renew(let renew): sendReply(.lease(registry.renew(renew, at: now)), to: request)
        case .lookup(let name): sendReply(.hits(registry.lookup(name, at: now)), to: request)
        case .cancel(let lease):
            sendReply(.code(registry.cancel(lease: lease, at: now)), to: request)
        case .put(let put): self.put(put, request)
        case .get(let get): self.get(get, request)
        case .mailboxes:
            let isDatagram = request.caller.transport == .udp
            let room = isDatagram ? RemoteProgram.longestReply - RemoteReply.successSize : .max
            sendReply(.mailboxes(RemoteMailboxes(mailboxes, atMost: room)), to: request)
        }
    }

    private func put(_ put: RemotePutView, _ request: Request) {
        guard let box = box(put.mailbox) else {
            // Capacity 0, because there is no such mailbox.
            let receipt = RemoteReceipt(.bad, depth: 0, capacity: 0)
            return sendReply(.receipt(receipt), to: request)
        }
        self.put(put.submit, in: box, request)
    }

    private func get(_ get: RemoteGet, _ request: Request) {
        guard let box = box(get.mailbox) else {
            return sendReply(.taking(.nothing(.bad)), to: request)
        }
        take(get.waitMilliseconds, from: box, request)
    }

    private func box(_ name: String) -> Box? {
        name.isEmpty ? standard : boxes[name]
    }

    private func put(_ submit: RemoteSubmitView, in box: Box, _ request: Request) {
        guard submit.seconds <= Self.longestSeconds, let device = device(submit.device) else {
            return sendReceipt(.bad, of: box, to: request)
        }
        let guest = request.caller.guest
        if let denial = guest.denial(of: device)
            ?? (submit.waitMilliseconds > 0 ? guest.denial(ofWaitOf: device) : nil)
        {
            note(denial, device, request)
            return sendReceipt(.denied, of: box, to: request)
        }
        let offer = Offer(
            device: device,
            cpuTime: Microseconds(UInt64(submit.seconds) * 1_000_000),
            payload: submit.body.isEmpty ? nil : Payload(.body, Array(submit.body)),
            arrival: request.arrival,
            sender: guest.sender
        )
        var place = 0
        let start = box.buffer.put(
            offer,
            Patience(waitMilliseconds: submit.waitMilliseconds),
            for: request.caller.label,
            unlessAtOnce: { whenDone(request, box, device, at: &place) }
        )
        switch start {
        case .inserted(let id, let depth):
            sendReceipt(id: id, depth: depth, capacity: box.capacity, to: request)
        case .told(let call):
            if let call { request.caller.goesOn(call, in: box.buffer, at: place) }
        }
    }

    private func whenDone(
        _ request: Request,
        _ box: Box,
        _ device: DeviceID,
        at place: inout Int
    ) -> (PutOutcome) -> Void {
        let begun = request.caller.begin(device)
        place = begun
        return { [self] outcome in
            request.caller.end(begun)
            finish(outcome, box, request)
        }
    }

    private func take(_ waitMilliseconds: UInt32, from box: Box, _ request: Request) {
        let caller = request.caller
        if let denial = caller.guest.denial
            ?? (waitMilliseconds > 0 ? caller.guest.denial(ofWaitOf: nil) : nil)
        {
            note(denial, nil, request)
            return sendReply(.taking(.nothing(.denied)), to: request)
        }
        let place = caller.begin()
        let call = box.buffer.take(
            largest: RemoteProgram.longestBody,
            Patience(waitMilliseconds: waitMilliseconds),
            for: caller.label
        ) { [self] outcome in
            caller.end(place)
            finish(outcome, request)
        }
        if let call { caller.goesOn(call, in: box.buffer, at: place) }
    }

    private func finish(_ outcome: PutOutcome, _ box: Box, _ request: Request) {
        switch outcome {
        case .inserted(let id, let depth):
            sendReceipt(.ok, id: id, depth: depth, of: box, to: request)
        case .full: sendReceipt(.full, of: box, to: request)
        case .timedOut, .late: sendReceipt(.timeout, of: box, to: request)
        case .refused(let refusal): sendReceipt(code(of: refusal, request), of: box, to: request)
        }
    }

    private func finish(_ outcome: TakeOutcome, _ request: Request) {
        let taking: RemoteTaking
        switch outcome {
        case .taken(let job): taking = .taken(id: job.id, remoteJob(job))
        case .empty: taking = .nothing(.empty)
        case .timedOut, .late: taking = .nothing(.timeout)
        case .tooLarge: taking = .nothing(.bad)
        case .refused(let refusal): taking = .nothing(code(of: refusal, request))
        }
        sendReply(.taking(taking), to: request)
    }

    private func note(_ denial: Denial, _ device: DeviceID?, _ request: Request) {
        let name = device.map(devices.name) ?? ""
        tally.count(denial.event, by: request.caller.address, device: name)
    }

    private func code(of refusal: CallRefusal, _ request: Request) -> RemoteCode {
        if case .tooManyCalls = refusal {
            tally.count(.tooManyCalls, by: request.caller.address)
        }
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
}

extension Patience {
    /// 0 does not block.
    fileprivate init(waitMilliseconds: UInt32) {
        self =
            waitMilliseconds == 0
            ? .trying : .waiting(atMost: Microseconds(UInt64(waitMilliseconds) * 1000))
    }
}
