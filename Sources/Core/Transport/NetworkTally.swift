/// Something that the network did and that was refused, dropped or cut off; each has its own counter.
///
/// The raw value is what people read, and the label in `/metrics`.
package enum NetworkEvent: String, CaseIterable, Sendable {
    // Connections
    case connectionAccepted = "connection accepted"
    case connectionsFull = "too many connections"
    case peerConnectionsFull = "too many connections of one peer"
    case connectionsTooFast = "too many new connections of one peer"
    case acceptFailed = "connection could not be accepted"
    case firstBytesLate = "first bytes too late"
    case headerLate = "message too slow"
    case idle = "connection idle"
    case unknownDialect = "unknown dialect"
    case handshakeFailed = "TLS handshake failed"
    case tokenMissing = "token not shown"
    case tokenWrong = "wrong token"
    // Text
    case textTooLong = "text message too long"
    case notAJob = "not a job"
    case jobsOfGoneClientDropped = "jobs of a gone client dropped"
    // JSON
    case jsonTooLong = "JSON message too long"
    case notJSON = "malformed JSON"
    // Mailboxes
    case unknownMailbox = "unknown mailbox"
    // Remote calls
    case recordTooLong = "record too long"
    case tooManyFragments = "too many fragments"
    case notACall = "malformed remote call"
    case callRefused = "remote call refused"
    case replyReceived = "reply instead of a call"
    case callRepeated = "remote call repeated"
    case historyFull = "reply history full"
    case registryFull = "registry full"
    case foreignAddress = "another host registered"
    // HTTP
    case httpHeadTooLong = "HTTP head too long"
    case httpRefused = "HTTP request refused"
    // Discovery
    case notDNS = "malformed discovery message"
    case offLinkQuestion = "discovery question from elsewhere"
    case tooManyQuestions = "too many discovery questions"
    case watchersFull = "too many watchers"
    // Quotas
    case tooFast = "too many datagrams of one peer"
    case deviceTooFast = "too many datagrams of one device"
    case queueFull = "too many queued jobs of one peer"
    case deviceQueueFull = "too many queued jobs of one device"
    case tooManyWaits = "too many blocked waits of one peer"
    case muted = "muted device"
    case mutedAddress = "muted address"
    // All
    case tooManyCalls = "too many calls under way"
    case replyUndeliverable = "reply undeliverable"
}

extension NetworkEvent {
    /// Whether it says that something was refused or cut off.
    package var isRefusal: Bool {
        switch self {
        case .connectionAccepted, .callRepeated: false
        default: true
        }
    }
}

/// Counts network events. Any thread may use it.
package final class NetworkTally: Sendable {
    private let counts = Guarded<[NetworkEvent: Int]>([:])
    /// What was refused to whom.
    package let refusalBook: RefusalBook

    package init(clock: any EngineClock = SystemClock()) {
        refusalBook = RefusalBook(clock: clock)
    }

    package func count(_ event: NetworkEvent, _ times: Int = 1) {
        counts.withLock { $0[event, default: 0] += times }
    }

    /// The same, of somebody.
    ///
    /// - Parameters:
    ///   - event: What was refused.
    ///   - address: Who was.
    ///   - device: Whose job it was, where that is known; sanitised.
    func count(_ event: NetworkEvent, by address: SocketAddress, device: String = "") {
        count(event)
        if event.isRefusal { refusalBook.note(.event(event), by: address, device: device) }
    }

    /// A remote call was refused; why is for people, and counts as one event.
    func countCall(refusedFor cause: String, by address: SocketAddress) {
        count(.callRefused)
        refusalBook.note(.call(cause), by: address)
    }

    /// How often something was refused or cut off.
    package var refusals: Int {
        counts.withLock { counts in
            counts.reduce(0) { $0 + ($1.key.isRefusal ? $1.value : 0) }
        }
    }

    package subscript(event: NetworkEvent) -> Int {
        counts.withLock { $0[event] ?? 0 }
    }
}
