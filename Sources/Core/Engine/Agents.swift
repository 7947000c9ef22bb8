/// The remote clients' side of the engine: agents, and the one thread that executes them.
///
/// An agent stands in the semaphores' queues under its own name, obeys pause, step and program
/// like a thread, and costs none: a call takes an agent that rests, or a new one, and gives it
/// back. Everything here happens on one thread, the host's, which is let go by the kernel when an
/// agent may go on.
package final class Agents: RemoteBuffer {
    /// The host's thread calls `run` when it was let go, or when the time has come.
    package struct Host: Sendable {
        /// Sees to it that `run` is called soon; any thread may ask.
        package let wake: @Sendable () -> Void
        /// Sees to it that `run` is called after this time.
        package let wakeAfter: @Sendable (Duration) -> Void

        package init(
            wake: @escaping @Sendable () -> Void,
            wakeAfter: @escaping @Sendable (Duration) -> Void
        ) {
            self.wake = wake
            self.wakeAfter = wakeAfter
        }
    }

    let engine: Engine
    let host: Host
    let limit: Int
    let parker: Parker
    /// Memory that never moves: calls are made and ended here a million times a second.
    let agents: UnsafeMutablePointer<Agent>
    var agentCount = 0
    /// Where in `agents` a thread's agent is, by the thread's number.
    var places: [Int?] = []
    var restingProducers: [Int] = []
    var restingConsumers: [Int] = []
    var callsUnderWay = 0
    /// Their slices were used up before their calls were over.
    var lookingAgain: [ThreadID] = []
    /// Threads that agents' slices let go and that are still to be woken.
    var wakes: [Unmanaged<Parker>] = []
    /// The host was asked to call `run` for them.
    var willWake = false
    /// When they look again; the host was asked to call `run` then.
    var lookTime: Microseconds?
    var whenExecuted: [Int: () -> Void] = [:]
    var alarms = Alarms()
    /// When the host was asked to call `run` next.
    var wakeTime: Microseconds?
    var random: RandomNumbers
    var isStopping = false
    var callNumber: UInt64 = 0
    let clients: ClientNames

    /// A program that looks again and again lets the event loop do its other work for so long.
    static let pauseOfLooking = Duration.microseconds(100)
    /// For so long jobs that take no time are collected before a consumer is woken for them: one
    /// that is awake for each job fights with the event loop for the kernel.
    static let collectingPause = Duration.microseconds(300)

    /// Jobs that are in the buffer, or were, and their senders know it.
    package internal(set) var inserted: UInt64 = 0
    /// Jobs that remote consumers got.
    package internal(set) var taken: UInt64 = 0
    /// Calls that ended without a job put or taken, by why.
    package internal(set) var refusals = Refusals()

    package struct Refusals: Equatable, Sendable {
        package var full = 0
        package var empty = 0
        package var timedOut = 0
        package var late = 0
        package var tooLarge = 0
        package var tooManyCalls = 0
        package var withdrawn = 0
        /// Jobs that were in the hand of a consumer who went away.
        package var undelivered = 0

        package init() {}

        package static func += (sum: inout Refusals, other: Refusals) {
            sum.full += other.full
            sum.empty += other.empty
            sum.timedOut += other.timedOut
            sum.late += other.late
            sum.tooLarge += other.tooLarge
            sum.tooManyCalls += other.tooManyCalls
            sum.withdrawn += other.withdrawn
            sum.undelivered += other.undelivered
        }
    }

    struct Agent {
        let id: ThreadID
        let role: Program.Role
        let desk: UnsafeMutablePointer<Desk>
        var client = ""
        /// Zero while it rests.
        var call: UInt64 = 0
        var isTold = false
        var onPut: ((PutOutcome) -> Void)?
        var onTake: ((TakeOutcome) -> Void)?
        var parcel: Int?
        /// Whose job is to be put.
        var device = DeviceID.other
        /// The job is in the backlog and not yet in the buffer.
        var isCounted = false
        var whenExecuted: (() -> Void)?
        var onlyTries = false
        /// When the call must be over, whatever it waits for.
        var end: Microseconds?
        /// When the client's patience ends, as the kernel last said.
        var patienceEnd: Microseconds?
    }

    /// - Parameters:
    ///   - engine: Whose buffer it is.
    ///   - limit: The most calls under way; an agent has one role for ever, so there may be as many
    ///     agents of each.
    ///   - seed: Decides how long the slices of broken programs are.
    ///   - clients: Where the names of those who wait are written.
    ///   - host: The thread that executes them.
    package init(
        _ engine: Engine,
        limit: Int,
        seed: UInt64,
        clients: ClientNames = ClientNames(),
        host: Host
    ) {
        self.clients = clients
        self.engine = engine
        self.limit = limit
        agents = .allocate(capacity: 2 * limit)
        self.host = host
        parker = Parker(whenUnparked: host.wake)
        random = RandomNumbers(seed: seed)
        engine.shared.parcels.setListener(parker)
    }

    deinit {
        agents.deinitialize(count: agentCount)
        agents.deallocate()
    }

    // MARK: - Calls

    package func put(
        _ offer: Offer,
        _ patience: Patience,
        for client: String,
        whenDone: @escaping (PutOutcome) -> Void
    ) -> AgentCall? {
        switch put(offer, patience, for: client, unlessAtOnce: { whenDone }) {
        case .inserted(let id, let depth):
            whenDone(.inserted(id: id, depth: depth))
            return nil
        case .told(let call):
            return call
        }
    }

    package func put(
        _ offer: Offer,
        _ patience: Patience,
        for client: String,
        unlessAtOnce whenDone: () -> (PutOutcome) -> Void
    ) -> PutStart {
        guard !isStopping else { return .told(refuse(.stopping, whenDone())) }
        guard let place = hire(.producer, client) else {
            return .told(refuse(tooMany, whenDone()))
        }
        count(offer, place)
        var job = QueuedJob(
            Job(device: offer.device, cpuTime: offer.cpuTime),
            arrival: offer.arrival ?? engine.kernel.clock.now
        )
        if offer.payload != nil || offer.whenExecuted != nil {
            job.reply = engine.shared.parcels.open(
                offer.payload,
                isAwaited: offer.whenExecuted != nil,
                isLarge: (offer.payload?.bytes.count ?? 0) > Payload.largestBody
            )
            agents[place].parcel = job.reply.parcel
            agents[place].whenExecuted = offer.whenExecuted
        }
        let call = nextCall(place)
        let end = engine.kernel.beginCall(
            of: call.agent,
            with: job,
            CallTerms(patience: patience.forUnit),
            length: sliceLength
        )
        if case .needsJobs = end, agents[place].parcel == nil, let start = endAtOnce(place) {
            return start
        }
        agents[place].onPut = whenDone()
        return .told(goOn(place, call, after: end, patience))
    }

    private func count(_ offer: Offer, _ place: Int) {
        agents[place].device = offer.device
        agents[place].isCounted = true
        engine.shared.backlog?.add(offer.device, from: offer.sender)
    }

    /// The shortest way, for a put that needed no waiting and whose job carries nothing.
    func endAtOnce(_ place: Int) -> PutStart? {
        let desk = agents[place].desk
        let call = desk.pointee.call
        guard call.outcome == .inserted, desk.pointee.dropped.isEmpty else { return nil }
        inserted += 1
        putOffWakes(desk)
        engine.kernel.changes.fire()
        agents[place].call = 0
        agents[place].isCounted = false
        callsUnderWay -= 1
        restingProducers.append(place)
        return .inserted(id: call.job, depth: call.depth)
    }

    package func take(
        largest: Int?,
        _ patience: Patience,
        for client: String,
        whenDone: @escaping (TakeOutcome) -> Void
    ) -> AgentCall? {
        guard !isStopping else {
            whenDone(.refused(.stopping))
            return nil
        }
        guard let place = hire(.consumer, client) else {
            refusals.tooManyCalls += 1
            whenDone(.refused(tooMany))
            return nil
        }
        agents[place].onTake = whenDone
        let call = nextCall(place)
        let end = engine.kernel.beginCall(
            of: call.agent,
            with: nil,
            CallTerms(patience: patience.forUnit, refusesLargePayloads: largest != nil),
            length: sliceLength
        )
        return goOn(place, call, after: end, patience)
    }

    package func withdraw(_ call: AgentCall) {
        guard let place = place(of: call.agent), agents[place].call == call.number else { return }
        agents[place].onPut = nil
        agents[place].onTake = nil
        end(place, as: .withdrawn)
    }

    package func deny(_ call: AgentCall) {
        guard let place = place(of: call.agent), agents[place].call == call.number else { return }
        end(place, as: .denied)
    }

    package var counts: BufferCounts { engine.kernel.counts }

    var tooMany: CallRefusal { .tooManyCalls(limit: limit) }

    func refuse(
        _ refusal: CallRefusal,
        _ whenDone: (PutOutcome) -> Void
    ) -> AgentCall? {
        if refusal != .stopping { refusals.tooManyCalls += 1 }
        whenDone(.refused(refusal))
        return nil
    }

    func nextCall(_ place: Int) -> AgentCall {
        callNumber += 1
        agents[place].call = callNumber
        return AgentCall(agent: agents[place].id, number: callNumber)
    }

    /// What follows a call's first slice.
    ///
    /// - Returns: The call, unless it is over.
    func goOn(
        _ place: Int,
        _ call: AgentCall,
        after end: Kernel.SliceEnd,
        _ patience: Patience
    ) -> AgentCall? {
        agents[place].isTold = false
        agents[place].onlyTries = patience.forUnit == .zero
        agents[place].patienceEnd = nil
        agents[place].end = nil
        goOn(place, after: end, inAll: patience.inAll)
        askToLookAgain()
        return agents[place].call == call.number ? call : nil
    }

    // MARK: - Hiring

    func hire(_ role: Program.Role, _ client: String) -> Int? {
        guard callsUnderWay < limit else { return nil }
        callsUnderWay += 1
        let rested = role == .producer ? restingProducers.popLast() : restingConsumers.popLast()
        let place = rested ?? add(role)
        if agents[place].client != client { agents[place].client = client }
        return place
    }

    func add(_ role: Program.Role) -> Int {
        let place = agentCount
        let id = engine.kernel.join(
            role,
            ordinal: place + 1,
            parker: parker,
            isAgent: true
        )
        engine.kernel.rest(id)
        (agents + place).initialize(
            to: Agent(id: id, role: role, desk: engine.kernel.desk(of: id))
        )
        agentCount += 1
        while places.count <= Int(id.index) { places.append(nil) }
        places[Int(id.index)] = place
        return place
    }

    func rest(_ place: Int) {
        callsUnderWay -= 1
        if agents[place].isCounted {
            agents[place].isCounted = false
            engine.shared.backlog?.remove(agents[place].device)
        }
        agents[place].call = 0
        agents[place].parcel = nil
        agents[place].whenExecuted = nil
        agents[place].onPut = nil
        agents[place].onTake = nil
        switch agents[place].role {
        case .producer: restingProducers.append(place)
        case .consumer: restingConsumers.append(place)
        }
    }

    func place(of id: ThreadID) -> Int? {
        Int(id.index) < places.count ? places[Int(id.index)] : nil
    }
}
