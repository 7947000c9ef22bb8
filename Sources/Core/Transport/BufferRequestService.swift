/// Answers the requests of the buffer server's JSON clients, over TCP or UDP: bytes in, bytes out.
///
/// Full and empty are replies; a request waits only as long as it says itself, and where `mutex` or a
/// paused engine makes its reply late it is an error after 20 s. Used on the event loop only.
package final class BufferRequestService {
    private let mailboxes: Mailboxes
    private let devices: DeviceTable
    private let tally: NetworkTally

    package init(mailboxes: Mailboxes, devices: DeviceTable, tally: NetworkTally) {
        self.mailboxes = mailboxes
        self.devices = devices
        self.tally = tally
    }

    /// One request on its way.
    private struct Turn {
        let buffer: any RemoteBuffer
        let patience: Patience
        let client: String
        let guest: Guest
        let largest: Int?
        let reply: ([UInt8]) -> Void
    }

    /// Does what a request asks for.
    ///
    /// - Parameters:
    ///   - request: A whole JSON object, or what should be one.
    ///   - client: Where it came from, for people; sanitised.
    ///   - token: What it must show; `nil` for nothing.
    ///   - guest: Who asks, as the guard sees them.
    ///   - largest: A job with a larger payload stays in the buffer, because its reply would not fit
    ///     into a datagram; `nil` means no limit.
    ///   - reply: Given the reply once, perhaps before this returns, unless the call is withdrawn.
    /// - Returns: What withdraws the call; `nil` when it is over already.
    package func answer(
        _ request: [UInt8],
        from client: String,
        showing token: Token? = nil,
        as guest: Guest = Guest(),
        largest: Int? = nil,
        reply: @escaping ([UInt8]) -> Void
    ) -> CallUnderWay? {
        let call: BufferCall
        do {
            call = try read(request, showing: token)
        } catch {
            reply(refuse(error, to: guest))
            return nil
        }
        // Whoever is muted may look, as with remote calls.
        if call.request != .status, let denial = guest.denial {
            tally.count(denial.event, by: guest.address)
            reply(BufferReply.error("\(denial)", call.request.dialect))
            return nil
        }
        guard let buffer = mailboxes[call.mailbox]?.buffer else {
            tally.count(.unknownMailbox, by: guest.address)
            reply(BufferReply.error(unknown(call.mailbox), call.request.dialect))
            return nil
        }
        var wait: RoomGuard.Wait?
        if call.patience.forUnit != .zero {
            if let denial = guest.denial(ofWaitOf: nil) {
                tally.count(denial.event, by: guest.address)
                reply(BufferReply.error("\(denial)", call.request.dialect))
                return nil
            }
            wait = guest.beginWait()
        }
        let turn = Turn(
            buffer: buffer,
            patience: call.patience,
            client: client,
            guest: guest,
            largest: largest,
            reply: { [wait] text in
                guest.end(wait)
                reply(text)
            }
        )
        return answer(call.request, turn).map { underWay in
            CallUnderWay(buffer: buffer, call: underWay) { [wait] in guest.end(wait) }
        }
    }

    /// Without the token nothing else is told of what is wrong with a request.
    private func read(
        _ text: [UInt8],
        showing token: Token?
    ) throws(BufferRequestError) -> BufferCall {
        guard let token else { return try BufferCall(text) }
        let object: JSONObject
        do {
            object = try JSONObject(text)
        } catch {
            throw .json(error)
        }
        guard let shown = object["token"] else { throw .noToken }
        guard shown.kind == .string, token.isShown(by: shown.text) else { throw .wrongToken }
        return try BufferCall(object)
    }

    /// Counts a request that is none.
    ///
    /// - Parameters:
    ///   - error: What is wrong with it.
    ///   - guest: Who sent it.
    /// - Returns: The reply.
    package func refuse(_ error: BufferRequestError, to guest: Guest = Guest()) -> [UInt8] {
        let event: NetworkEvent =
            switch error {
            case .json(.tooLong): .jsonTooLong
            case .noToken: .tokenMissing
            case .wrongToken: .tokenWrong
            default: .notJSON
            }
        tally.count(event, by: guest.address)
        return BufferReply.error(error)
    }

    private func unknown(_ name: String) -> String {
        let names = mailboxes.all.map(\.name).joined(separator: ", ")
        return "there is no mailbox \(Sanitizer.sanitize(name)); there are \(names)"
    }

    private func answer(_ request: BufferRequest, _ turn: Turn) -> AgentCall? {
        switch request {
        case .putItem(let device, let item):
            return put(Payload(.item, item), of: device, for: "producer \(device)", turn)
        case .putDocument(let label, let document):
            return put(
                Payload(.document(label: label), document),
                of: BufferRequest.documentDevice,
                for: turn.client,
                turn
            )
        case .takeItem(let name):
            return take(.items, for: name.map { "consumer \($0)" } ?? turn.client, turn)
        case .takeDocument:
            return take(.documents, for: turn.client, turn)
        case .status:
            let counts = turn.buffer.counts
            turn.reply(BufferReply.status(size: counts.depth, capacity: counts.capacity))
            return nil
        }
    }

    private func put(
        _ payload: Payload,
        of device: String,
        for client: String,
        _ turn: Turn
    ) -> AgentCall? {
        let (id, guest) = (devices.device(named: device), turn.guest)
        if let denial = guest.denial(of: id) {
            tally.count(denial.event, by: guest.address, device: device)
            turn.reply(BufferReply.error("\(denial)", Self.dialect(of: payload)))
            return nil
        }
        let offer = Offer(device: id, cpuTime: .zero, payload: payload, sender: guest.sender)
        return turn.buffer.put(offer, turn.patience, for: client) { [tally] outcome in
            turn.reply(Self.reply(to: outcome, payload, turn.buffer, tally, guest))
        }
    }

    private func take(
        _ dialect: BufferRequest.Dialect,
        for client: String,
        _ turn: Turn
    ) -> AgentCall? {
        let (buffer, largest, reply, guest) = (turn.buffer, turn.largest, turn.reply, turn.guest)
        return buffer.take(largest: largest, turn.patience, for: client) {
            [devices, tally] outcome in
            switch outcome {
            case .taken(let job):
                reply(Self.reply(dialect, job, deviceName: devices.name(of: job.device)))
            case .empty, .timedOut:
                reply(
                    dialect == .items
                        ? BufferReply.noItem : BufferReply.noDocument(size: buffer.counts.depth)
                )
            case .tooLarge:
                reply(BufferReply.error(Self.tooLarge(largest ?? 0), dialect))
            case .late:
                reply(BufferReply.error(Self.late, dialect))
            case .refused(let refusal):
                reply(BufferReply.error(Self.sentence(refusal, tally, guest), dialect))
            }
        }
    }

    // MARK: - Replies

    private static let late = "no answer within 20 s: the engine is paused or stuck"

    private static func reply(
        to outcome: PutOutcome,
        _ payload: Payload,
        _ buffer: any RemoteBuffer,
        _ tally: NetworkTally,
        _ guest: Guest
    ) -> [UInt8] {
        let label: [UInt8]? =
            if case .document(let label) = payload.form { label } else { nil }
        switch outcome {
        case .inserted(_, let depth):
            return label.map { BufferReply.documentPut(label: $0, size: depth) }
                ?? BufferReply.itemPut(payload.bytes, size: depth)
        case .full, .timedOut:
            return label == nil
                ? BufferReply.noRoomForItem
                : BufferReply.noRoomForDocument(size: buffer.counts.depth)
        case .late:
            return BufferReply.error(late, dialect(of: payload))
        case .refused(let refusal):
            return BufferReply.error(
                sentence(refusal, tally, guest),
                dialect(of: payload)
            )
        }
    }

    private static func reply(
        _ dialect: BufferRequest.Dialect,
        _ job: TakenJob,
        deviceName: String
    ) -> [UInt8] {
        switch dialect {
        case .items:
            return BufferReply.itemTaken(job.asItem(deviceName: deviceName), size: job.depth)
        case .documents:
            let (label, document) = job.asDocument(deviceName: deviceName)
            return BufferReply.documentTaken(label: label, document: document, size: job.depth)
        }
    }

    private static func tooLarge(_ limit: Int) -> String {
        "the next item has more than \(limit) bytes, which come over TCP only"
    }

    private static func dialect(of payload: Payload) -> BufferRequest.Dialect {
        if case .document = payload.form { .documents } else { .items }
    }

    private static func sentence(
        _ refusal: CallRefusal,
        _ tally: NetworkTally,
        _ guest: Guest
    ) -> String {
        switch refusal {
        case .tooManyCalls(let limit):
            tally.count(.tooManyCalls, by: guest.address)
            return "too many calls are under way, at most \(limit) may be"
        case .denied:
            return "the device or its address was told to go"
        case .stopping:
            return "the server is stopping"
        }
    }
}
