/// Why a datagram is not a job.
package enum Refusal: String, CaseIterable, Sendable {
    case remoteCall = "remote call"
    case remoteReply = "reply to a remote call"
    /// There is no token here to open it with.
    case sealed = "sealed message"
    /// Only whoever shows the token is served, and this is not sealed with it.
    case notSealed = "not sealed with the token"
    /// It is malformed, or written or changed by somebody who does not know the token.
    case wrongSeal = "wrong seal"
    case sealedTooFarAway = "sealed too long ago, or by a wrong clock"
    case sealRepeated = "sealed message repeated"
    case tooManySeals = "too many sealed messages"
    case json = "JSON"
    case notAJob = "not a job"
    /// From a port whose owner answers whatever it gets, or from port 0, which cannot be answered.
    case sourcePort = "reserved source port"
    /// With our own address as the sender: answering it would be talking to ourselves.
    case ownAddress = "our own address"
    /// As many jobs wait for their replies as the table of replies has places.
    case noReplyPlace = "too many replies owed"
    /// As many calls wait to be looked at as may.
    case tooManyCalls = "too many calls under way"
    // The quotas, and who was told to be silent.
    case tooFast = "too many datagrams of one peer"
    case deviceTooFast = "too many datagrams of one device"
    case queueFull = "too many queued jobs of one peer"
    case deviceQueueFull = "too many queued jobs of one device"
    case muted = "muted device"
    case mutedAddress = "muted address"
}

/// What receivers have seen so far: one consistent reading.
///
/// Always `received` + `doubledOnPurpose` = `accepted` + `calls` + all that was refused +
/// `droppedOnPurpose`.
package struct ReceiverCounters: Equatable, Sendable {
    package var received = 0
    /// Datagrams that are jobs.
    package var accepted = 0
    /// Datagrams that were handed to those who answer calls.
    package var calls = 0
    /// Jobs that could not be handed to the engine any more, because it stopped.
    package var abandoned = 0
    /// Jobs that were given up before a producer took them, because their device was kicked out.
    package var kickedOut = 0
    /// Datagrams that were still waiting in the operating system when the receiver stopped.
    package var unread = 0
    package var receiveErrors = 0
    /// Datagrams that were dropped because the user wanted to see what follows.
    package private(set) var droppedOnPurpose = 0
    /// Datagrams that were served twice for the same reason.
    package var doubledOnPurpose = 0
    package var repliesSent = 0
    package var repliesFailed = 0
    /// Datagrams that the operating system dropped because its buffer was full.
    package var droppedBySystem = 0
    /// What is wrong with the last datagram that was not a job.
    package var lastError: WireError?
    private var refusals: [Refusal: Int] = [:]

    package init() {}

    package func refused(_ reason: Refusal) -> Int {
        refusals[reason] ?? 0
    }

    package var refused: Int { refusals.values.reduce(0, +) }

    /// What was refused on connections, for who shows one number; it is no datagram.
    package var refusedOnConnections = 0

    mutating func refuse(_ reason: Refusal, _ error: WireError?) {
        received += 1
        refusals[reason, default: 0] += 1
        if let error { lastError = error }
    }

    mutating func dropOnPurpose() {
        received += 1
        droppedOnPurpose += 1
    }

    static func += (left: inout ReceiverCounters, right: ReceiverCounters) {
        left.received += right.received
        left.accepted += right.accepted
        left.calls += right.calls
        left.abandoned += right.abandoned
        left.unread += right.unread
        left.receiveErrors += right.receiveErrors
        left.droppedOnPurpose += right.droppedOnPurpose
        left.doubledOnPurpose += right.doubledOnPurpose
        left.repliesSent += right.repliesSent
        left.repliesFailed += right.repliesFailed
        left.droppedBySystem += right.droppedBySystem
        left.lastError = right.lastError ?? left.lastError
        left.refusals.merge(right.refusals, uniquingKeysWith: +)
    }
}

extension ReceiverCounters {
    /// What a server has told its watchers; the reasons are not among it.
    package init(_ told: WatchCounters) {
        accepted = told.accepted
        refusedOnConnections = told.refused
        droppedBySystem = told.droppedBySystem
        droppedOnPurpose = told.droppedOnPurpose
        doubledOnPurpose = told.doubledOnPurpose
    }
}
