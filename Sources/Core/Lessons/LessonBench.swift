/// A lesson's workbench for messages: what was marshalled, and remote calls with the real codec, the
/// real service and its memory of replies.
final class LessonBench {
    private(set) var words: [UInt32] = []
    private(set) var requests = 0
    private(set) var replies = 0
    /// The last two replies that the server sent, also those that were lost.
    private var sent: [[UInt8]] = []
    private var lastRequest: (message: [UInt8], xid: UInt32)?
    private let buffer: LessonBuffer
    private let service: RemoteCallService

    /// - Parameter stage: Where jobs that calls put into the buffer go on.
    init(_ stage: any LessonStage) {
        buffer = LessonBuffer(stage)
        service = RemoteCallService(
            mailboxes: Mailboxes(buffer),
            registry: Registry(
                own: nil,
                numbers: SystemRandomNumberGenerator(),
                tally: NetworkTally(),
                publish: { _ in }
            ),
            devices: buffer.devices,
            history: ReplyHistory(),
            tally: NetworkTally(),
            clock: ManualClock()
        )
    }

    /// Jobs that calls put into the buffer.
    var executed: Int { Int(buffer.counts.produced) }

    var repliesAreSame: Bool { sent.count == 2 && sent[0] == sent[1] }

    /// Marshals the values.
    ///
    /// - Returns: The words, with what each is, as lines.
    func marshal(_ values: [MarshalledValue]) -> [String] {
        var encoder = XDREncoder()
        for value in values {
            switch value {
            case .string(let text): encoder.string(text)
            case .int(let number): encoder.int(number)
            }
        }
        let bytes = encoder.bytes
        words = stride(from: 0, to: bytes.count, by: 4).map { place in
            bytes[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
        return zip(words, values.flatMap(\.meanings)).map { word, meaning in
            "\(Self.digits(word))  \(meaning)"
        }
    }

    /// Sends a call, or the last one again.
    ///
    /// - Returns: What happened, in sentences without a full stop.
    func call(_ call: ScriptedCall) -> [String] {
        if let request = call.request {
            let job = RemoteJob(
                device: request.job.device,
                seconds: UInt32(clamping: request.job.cpuTime.count / 1_000_000)
            )
            let message = RemoteRequest.submit(RemoteSubmit(job)).message(xid: request.xid)
            lastRequest = (message, request.xid)
        }
        guard let (message, xid) = lastRequest else { return [] }
        let (before, replyCount) = (executed, sent.count)
        requests += 1
        var reply: [UInt8]?
        message.withUnsafeBytes { bytes in
            service.receive(datagram: bytes, from: .loopback(port: 40_000), .trusted) {
                reply = Array($0)
            }
        }
        let repeated = call.request == nil
        var lines = ["the client sends request \(xid)\(repeated ? " again, byte for byte" : "")"]
        lines.append(
            executed > before
                ? "the server executes it: the job goes to the producers"
                : "the server knows it: nothing is executed"
        )
        guard let reply else { return lines + ["there is no reply"] }
        sent = (sent + [reply]).suffix(2)
        if !call.losesReply { replies += 1 }
        let same = replyCount > 0 && repliesAreSame ? ", the same bytes as before," : ""
        return lines + ["the reply\(same) \(call.losesReply ? "is lost on its way" : "arrives")"]
    }

    static func digits(_ word: UInt32) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}

extension MarshalledValue {
    /// What each of its words is, the fill bytes shown as `-`.
    fileprivate var meanings: [String] {
        switch self {
        case .int(let number): return ["the number \(number)"]
        case .string(let text):
            let bytes = Array(text.utf8)
            let units = stride(from: 0, to: bytes.count, by: 4).map { place in
                let unit = bytes[place..<min(place + 4, bytes.count)].map { byte in
                    (0x20...0x7e).contains(byte) ? String(UnicodeScalar(byte)) : "."
                }
                return "\"\(unit.joined())\(String(repeating: "-", count: 4 - unit.count))\""
            }
            return ["the length, \(bytes.count)"] + units
        }
    }
}

/// The buffer that a lesson's remote calls reach: there is always a free slot, and the job goes on to
/// the producers.
private final class LessonBuffer: RemoteBuffer {
    let devices = DeviceTable(limit: 1000)
    private weak var stage: (any LessonStage)?
    private var produced: UInt64 = 0

    init(_ stage: any LessonStage) {
        self.stage = stage
    }

    func put(
        _ offer: Offer,
        _ patience: Patience,
        for client: String,
        whenDone: @escaping (PutOutcome) -> Void
    ) -> AgentCall? {
        produced += 1
        if let stage {
            let device = stage.device(named: devices.name(of: offer.device))
            stage.send(Job(device: device, cpuTime: offer.cpuTime), after: .zero)
        }
        whenDone(.inserted(id: produced, depth: 1))
        return nil
    }

    func take(
        largest: Int?,
        _ patience: Patience,
        for client: String,
        whenDone: @escaping (TakeOutcome) -> Void
    ) -> AgentCall? {
        whenDone(.empty)
        return nil
    }

    func withdraw(_ call: AgentCall) {}

    func deny(_ call: AgentCall) {}

    var counts: BufferCounts {
        var counts = BufferCounts()
        counts.produced = produced
        counts.capacity = 1
        return counts
    }
}
