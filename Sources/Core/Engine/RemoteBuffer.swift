/// The bounded buffer as remote clients use it: each call is one turn of a producer's or a
/// consumer's program, executed by an agent.
///
/// Everything happens on one thread, the event loop's: calls are made there, and outcomes are told
/// there, perhaps before the call returns. No call waits.
package protocol RemoteBuffer: AnyObject {
    /// Puts a job into the buffer.
    ///
    /// - Parameters:
    ///   - offer: The job.
    ///   - patience: How long it may take.
    ///   - client: Who stands behind the agent, for people; sanitised.
    ///   - whenDone: Told once, unless the call is withdrawn.
    /// - Returns: What withdraws the call; `nil` when it is over already.
    func put(
        _ offer: Offer,
        _ patience: Patience,
        for client: String,
        whenDone: @escaping (PutOutcome) -> Void
    ) -> AgentCall?

    /// The same, without a closure where the job is in the buffer at once: the shortest way for the
    /// many calls of which that is true.
    ///
    /// - Parameters:
    ///   - offer: The job.
    ///   - patience: How long it may take.
    ///   - client: Who stands behind the agent, for people; sanitised.
    ///   - whenDone: Asked for whom to tell, unless the job is inserted at once.
    /// - Returns: How it began.
    func put(
        _ offer: Offer,
        _ patience: Patience,
        for client: String,
        unlessAtOnce whenDone: () -> (PutOutcome) -> Void
    ) -> PutStart

    /// Takes a job out of the buffer.
    ///
    /// - Parameters:
    ///   - largest: A job whose payload has more bytes than this as the body of a remote call stays
    ///     in the buffer; `nil` means no limit.
    ///   - patience: How long it may take.
    ///   - client: Who stands behind the agent, for people; sanitised.
    ///   - whenDone: Told once, unless the call is withdrawn.
    /// - Returns: What withdraws the call; `nil` when it is over already.
    func take(
        largest: Int?,
        _ patience: Patience,
        for client: String,
        whenDone: @escaping (TakeOutcome) -> Void
    ) -> AgentCall?

    /// The client has gone: the call ends where it is, with what it held given back, unless its
    /// job is already inserted or in hand.
    func withdraw(_ call: AgentCall)

    /// The client was told to go: as `withdraw`, but the outcome is told, as `.refused(.denied)`.
    func deny(_ call: AgentCall)

    /// The buffer now.
    var counts: BufferCounts { get }
}

extension RemoteBuffer {
    package func put(
        _ offer: Offer,
        _ patience: Patience,
        for client: String,
        unlessAtOnce whenDone: () -> (PutOutcome) -> Void
    ) -> PutStart {
        .told(put(offer, patience, for: client, whenDone: whenDone()))
    }
}

/// How a `put` began.
package enum PutStart: Equatable, Sendable {
    /// The job is in the buffer, and nobody else is told.
    case inserted(id: UInt64, depth: Int)
    /// The outcome is told; `nil` where it has been.
    case told(AgentCall?)
}

/// A call that goes on, until its outcome is told.
package struct AgentCall: Hashable, Sendable {
    /// Which agent executes it.
    package let agent: ThreadID
    /// Tells this call from earlier ones of the same agent.
    package let number: UInt64

    package init(agent: ThreadID, number: UInt64) {
        self.agent = agent
        self.number = number
    }
}

/// How long a remote call may take.
package struct Patience: Equatable, Sendable {
    /// How long to wait for a free slot or for a job; zero only tries, `nil` waits without limit.
    package let forUnit: Microseconds?
    /// How long the call may take in all, whatever it waits for: `mutex`, or a paused engine.
    package let inAll: Microseconds?

    /// However long somebody asks to wait, this is the most (WIRE: 20 s).
    package static let longest = Microseconds(20_000_000)

    /// Does not wait for a slot or a job.
    package static let trying = Patience(forUnit: .zero, inAll: longest)
    package static let endless = Patience(forUnit: nil, inAll: nil)

    /// Waits for a slot or a job so long, at most `longest`.
    package static func waiting(atMost limit: Microseconds) -> Patience {
        Patience(forUnit: min(limit, longest), inAll: longest)
    }
}

/// A job that a remote producer offers.
package struct Offer {
    package let device: DeviceID
    package let cpuTime: Microseconds
    package let payload: Payload?
    /// Told once when the job has been executed, taken by a remote consumer, or lost by a broken
    /// program; never when it was not run at the end.
    package let whenExecuted: (() -> Void)?
    /// When it was received; `nil` means now.
    package let arrival: Microseconds?
    /// Who answers for it in the backlog; 0 for nobody.
    package let sender: Int

    package init(
        device: DeviceID,
        cpuTime: Microseconds,
        payload: Payload? = nil,
        whenExecuted: (() -> Void)? = nil,
        arrival: Microseconds? = nil,
        sender: Int = 0
    ) {
        self.arrival = arrival
        self.sender = sender
        self.device = device
        self.cpuTime = cpuTime
        self.payload = payload
        self.whenExecuted = whenExecuted
    }
}

/// What became of a `put`.
package enum PutOutcome: Equatable, Sendable {
    /// The job has this number, and so many jobs were in the buffer right after it was inserted.
    case inserted(id: UInt64, depth: Int)
    /// There was no free slot, and the client only tried.
    case full
    /// There was no free slot for as long as the client would wait.
    case timedOut
    /// The call took longer than it may in all: the engine is paused, or stuck.
    case late
    case refused(CallRefusal)
}

/// What became of a `take`.
package enum TakeOutcome: Equatable, Sendable {
    case taken(TakenJob)
    /// There was no job, and the client only tried.
    case empty
    /// There was no job for as long as the client would wait.
    case timedOut
    /// The next job's payload is larger than the client can take; the job stays.
    case tooLarge
    /// The call took longer than it may in all: the engine is paused, or stuck.
    case late
    case refused(CallRefusal)
}

/// Why a call is not even tried, or not carried on.
package enum CallRefusal: Equatable, Sendable {
    /// As many calls are under way as there may be agents.
    case tooManyCalls(limit: Int)
    /// The job's device, or the client, was told to go.
    case denied
    case stopping
}

/// A job that a remote consumer took.
package struct TakenJob: Equatable, Sendable {
    package let id: UInt64
    package let device: DeviceID
    package let cpuTime: Microseconds
    package let payload: Payload?
    /// How many jobs were in the buffer right after it was removed.
    package let depth: Int

    package init(
        id: UInt64,
        device: DeviceID,
        cpuTime: Microseconds,
        payload: Payload?,
        depth: Int
    ) {
        self.id = id
        self.device = device
        self.cpuTime = cpuTime
        self.payload = payload
        self.depth = depth
    }
}
