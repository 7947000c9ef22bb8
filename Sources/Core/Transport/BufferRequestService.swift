/// Answers the requests of the buffer server's JSON clients, over TCP or UDP: bytes in, bytes out.
///
/// Full and empty are replies and never a wait; only `mutex` or a paused engine makes a reply late,
/// and after 20 s it is an error. Used on the event loop only.
package final class BufferRequestService {
    private let buffer: any RemoteBuffer
    private let devices: DeviceTable
    private let tally: NetworkTally

    package init(buffer: any RemoteBuffer, devices: DeviceTable, tally: NetworkTally) {
        self.buffer = buffer
        self.devices = devices
        self.tally = tally
    }

    /// Does what a request asks for.
    ///
    /// - Parameters:
    ///   - request: A whole JSON object, or what should be one.
    ///   - client: Where it came from, for people; sanitised.
    ///   - token: What it must show; `nil` for nothing.
    ///   - largest: A job with a larger payload stays in the buffer, because its reply would not fit
    ///     into a datagram; `nil` means no limit.
    ///   - reply: Given the reply once, perhaps before this returns, unless the call is withdrawn.
    /// - Returns: What withdraws the call; `nil` when it is over already.
    package func answer(
        _ request: [UInt8],
        from client: String,
        showing token: Token? = nil,
        largest: Int? = nil,
        reply: @escaping ([UInt8]) -> Void
    ) -> AgentCall? {
        do {
            return answer(try read(request, showing: token), client, largest, reply)
        } catch {
            reply(refuse(error))
            return nil
        }
    }

    /// Without the token nothing else is told of what is wrong with a request.
    private func read(
        _ text: [UInt8],
        showing token: Token?
    ) throws(BufferRequestError) -> BufferRequest {
        guard let token else { return try BufferRequest(text) }
        let object: JSONObject
        do {
            object = try JSONObject(text)
        } catch {
            throw .json(error)
        }
        guard let shown = object["token"] else { throw .noToken }
        guard shown.kind == .string, token.isShown(by: shown.text) else { throw .wrongToken }
        return try BufferRequest(object)
    }

    /// Counts a request that is none.
    ///
    /// - Parameter error: What is wrong with it.
    /// - Returns: The reply.
    package func refuse(_ error: BufferRequestError) -> [UInt8] {
        switch error {
        case .json(.tooLong): tally.count(.jsonTooLong)
        case .noToken: tally.count(.tokenMissing)
        case .wrongToken: tally.count(.tokenWrong)
        default: tally.count(.notJSON)
        }
        return BufferReply.error(error)
    }

    /// The client's `withdraw`: it has gone.
    package func withdraw(_ call: AgentCall) {
        buffer.withdraw(call)
    }

    private func answer(
        _ request: BufferRequest,
        _ client: String,
        _ largest: Int?,
        _ reply: @escaping ([UInt8]) -> Void
    ) -> AgentCall? {
        switch request {
        case .putItem(let device, let item):
            put(Payload(.item, item), of: device, for: "producer \(device)", reply: reply)
        case .putDocument(let label, let document):
            put(
                Payload(.document(label: label), document),
                of: BufferRequest.documentDevice,
                for: client,
                reply: reply
            )
        case .takeItem(let name):
            take(.items, for: name.map { "consumer \($0)" } ?? client, largest, reply: reply)
        case .takeDocument:
            take(.documents, for: client, largest, reply: reply)
        case .status:
            status(reply: reply)
        }
    }

    private func status(reply: ([UInt8]) -> Void) -> AgentCall? {
        let counts = buffer.counts
        reply(BufferReply.status(size: counts.depth, capacity: counts.capacity))
        return nil
    }

    private func put(
        _ payload: Payload,
        of device: String,
        for client: String,
        reply: @escaping ([UInt8]) -> Void
    ) -> AgentCall? {
        let offer = Offer(
            device: devices.device(named: device),
            cpuTime: .zero,
            payload: payload
        )
        return buffer.put(offer, .trying, for: client) { [buffer, tally] outcome in
            reply(Self.reply(to: outcome, payload, buffer, tally))
        }
    }

    private func take(
        _ dialect: BufferRequest.Dialect,
        for client: String,
        _ largest: Int?,
        reply: @escaping ([UInt8]) -> Void
    ) -> AgentCall? {
        buffer.take(largest: largest, .trying, for: client) { [buffer, devices, tally] outcome in
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
                reply(BufferReply.error(Self.sentence(refusal, tally), dialect))
            }
        }
    }

    // MARK: - Replies

    private static let late = "no answer within 20 s: the engine is paused or stuck"

    private static func reply(
        to outcome: PutOutcome,
        _ payload: Payload,
        _ buffer: any RemoteBuffer,
        _ tally: NetworkTally
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
            return BufferReply.error(late, label == nil ? .items : .documents)
        case .refused(let refusal):
            return BufferReply.error(
                sentence(refusal, tally),
                label == nil ? .items : .documents
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

    private static func sentence(_ refusal: CallRefusal, _ tally: NetworkTally) -> String {
        switch refusal {
        case .tooManyCalls(let limit):
            tally.count(.tooManyCalls)
            return "too many calls are under way, at most \(limit) may be"
        case .stopping:
            return "the server is stopping"
        }
    }
}
