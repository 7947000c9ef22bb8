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

    private let engine: Engine
    private let host: Host
    private let limit: Int
    private let parker: Parker
    /// Memory that never moves: calls are made and ended here a million times a second.
    private let agents: UnsafeMutablePointer<Agent>
    private var agentCount = 0
    /// Where in `agents` a thread's agent is, by the thread's number.
    private var places: [Int?] = []
    private var restingProducers: [Int] = []
    private var restingConsumers: [Int] = []
    private var callsUnderWay = 0
    /// Their slices were used up before their calls were over.
    private var lookingAgain: [ThreadID] = []
    /// Threads that agents' slices let go and that are still to be woken.
    private var wakes: [Unmanaged<Parker>] = []
    /// The host was asked to call `run` for them.
    private var willWake = false
    /// When they look again; the host was asked to call `run` then.
    private var lookTime: Microseconds?
    private var whenExecuted: [Int: () -> Void] = [:]
    private var alarms = Alarms()
    /// When the host was asked to call `run` next.
    private var wakeTime: Microseconds?
    private var random: RandomNumbers
    private var isStopping = false
    private var callNumber: UInt64 = 0
    private let clients: ClientNames

    /// A program that looks again and again lets the event loop do its other work for so long.
    private static let pauseOfLooking = Duration.microseconds(100)
    /// For so long jobs that take no time are collected before a consumer is woken for them: one
    /// that is awake for each job fights with the event loop for the kernel.
    private static let collectingPause = Duration.microseconds(300)

    /// Jobs that are in the buffer, or were, and their senders know it.
    package private(set) var inserted: UInt64 = 0
    /// Jobs that remote consumers got.
    package private(set) var taken: UInt64 = 0
    /// Calls that ended without a job put or taken, by why.
    package private(set) var refusals = Refusals()

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
    }

    private struct Agent {
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

    /// The shortest way, for a put that needed no waiting and whose job carries nothing.
    private func endAtOnce(_ place: Int) -> PutStart? {
        let desk = agents[place].desk
        let call = desk.pointee.call
        guard call.outcome == .inserted, desk.pointee.dropped.isEmpty else { return nil }
        inserted += 1
        putOffWakes(desk)
        engine.kernel.changes.fire()
        agents[place].call = 0
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

    package var counts: BufferCounts { engine.kernel.counts }

    private var tooMany: CallRefusal { .tooManyCalls(limit: limit) }

    private func refuse(
        _ refusal: CallRefusal,
        _ whenDone: (PutOutcome) -> Void
    ) -> AgentCall? {
        if refusal != .stopping { refusals.tooManyCalls += 1 }
        whenDone(.refused(refusal))
        return nil
    }

    private func nextCall(_ place: Int) -> AgentCall {
        callNumber += 1
        agents[place].call = callNumber
        return AgentCall(agent: agents[place].id, number: callNumber)
    }

    /// What follows a call's first slice.
    ///
    /// - Returns: The call, unless it is over.
    private func goOn(
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

    // MARK: - Executing

    /// Executes the slices of all agents that may go on, and ends the calls whose time has come.
    package func run() {
        _ = parker.takePermit()
        wakeThreads()
        willWake = false
        for id in lookingAgain { engine.kernel.listAgain(id) }
        lookingAgain.removeAll(keepingCapacity: true)
        while let id = engine.kernel.nextReadyAgent() {
            guard let place = place(of: id), agents[place].call != 0 else { continue }
            goOn(place, after: engine.kernel.runSlice(of: id, length: sliceLength))
        }
        tellExecuted()
        ringAlarms()
        if isStopping { endAll() }
        askToLookAgain()
    }

    private func tellExecuted() {
        engine.shared.parcels.takeDone { parcel in whenExecuted.removeValue(forKey: parcel)?() }
    }

    /// Once for all that look again: asked for each, the host's calls would beget each other.
    private func askToLookAgain() {
        guard !lookingAgain.isEmpty else { return }
        let now = engine.kernel.clock.now
        guard lookTime.map({ now >= $0 }) ?? true else { return }
        lookTime = now + Microseconds(Agents.pauseOfLooking)
        host.wakeAfter(Agents.pauseOfLooking)
    }

    /// Takes no more calls, and tells those that wait that it is over.
    ///
    /// To be called when the engine has stopped: then every agent was let go and nobody moves.
    package func stop() {
        // What was finished in time is told before anybody is told that it is over.
        tellExecuted()
        isStopping = true
        run()
    }

    /// A broken program gets the chance to break.
    private var sliceLength: Int {
        engine.shared.hasLongSlices.load(ordering: .relaxed)
            ? KernelSettings.longestAgentSlice
            : Int.random(in: 1...KernelSettings.longestAgentSlice, using: &random)
    }

    /// Does what a slice left to do, tells the client, and goes on as the slice's end says.
    private func goOn(_ place: Int, after end: Kernel.SliceEnd, inAll: Microseconds? = nil) {
        let id = agents[place].id
        settle(place)
        switch end {
        case .used:
            lookingAgain.append(id)
        case .blocked(let deadline):
            agents[place].patienceEnd = deadline
            // Whom it waits for may be among those who still sleep.
            wakeThreads()
        case .needsJobs:
            rest(place)
            return
        case .cancelled:
            tellRefused(place)
            rest(place)
            return
        case .limitReached: tellRefused(place)
        case .held, .behind, .executing: break
        }
        if let inAll { agents[place].end = engine.kernel.clock.now + inAll }
        clients.set(agents[place].client, ofAgent: place + 1)
        setAlarm(place)
    }

    /// Replies and books; a job in a remote consumer's hand is told with its payload first.
    private func settle(_ place: Int) {
        let desk = agents[place].desk
        if !agents[place].isTold { tell(place, desk.pointee.call, desk.pointee.finished.elements) }
        putOffWakes(desk)
        engine.shared.settle(desk, of: agents[place].id)
    }

    // MARK: - Waking threads

    /// Whoever is to be woken is so after the event loop has written its replies, once for all of
    /// them; where jobs take no time, perhaps a moment later, because a wake costs more than a call.
    private func putOffWakes(_ desk: UnsafeMutablePointer<Desk>) {
        guard !desk.pointee.wakes.isEmpty, !desk.pointee.isStepping else { return }
        for other in desk.pointee.wakes.elements {
            if other.toOpaque() == Unmanaged.passUnretained(parker).toOpaque() {
                parker.unpark()
            } else {
                wakes.append(other)
            }
        }
        desk.pointee.wakes.removeAll()
        guard !willWake, !wakes.isEmpty else { return }
        willWake = true
        if engine.shared.collectsJobs {
            host.wakeAfter(Agents.collectingPause)
        } else {
            parker.unpark()
        }
    }

    private func wakeThreads() {
        guard !wakes.isEmpty else { return }
        for parker in wakes { parker._withUnsafeGuaranteedRef { $0.unpark() } }
        wakes.removeAll(keepingCapacity: true)
    }

    private func tell(
        _ place: Int,
        _ call: CallProgress,
        _ finished: UnsafeBufferPointer<FinishedJob>
    ) {
        switch call.outcome {
        case .pending, .withdrawn: return
        case .inserted:
            inserted += 1
            if let parcel = agents[place].parcel {
                whenExecuted[parcel] = agents[place].whenExecuted
            }
            answer(place, put: .inserted(id: call.job, depth: call.depth))
        case .taken:
            guard let job = finished.first else { return }
            taken += 1
            if agents[place].onTake == nil { refusals.undelivered += 1 }
            let payload = job.reply.parcel.flatMap(engine.shared.parcels.payload)
            answer(
                place,
                take: .taken(
                    TakenJob(
                        id: job.id,
                        device: job.device,
                        cpuTime: job.cpuTime,
                        payload: payload,
                        depth: call.depth
                    )
                )
            )
        case .noUnit: tellNoUnit(place)
        case .tooLarge:
            refusals.tooLarge += 1
            answer(place, take: .tooLarge)
        }
    }

    private func tellNoUnit(_ place: Int) {
        let isPut = agents[place].role == .producer
        switch (agents[place].onlyTries, isPut) {
        case (true, true): refusals.full += 1
        case (true, false): refusals.empty += 1
        case (false, _): refusals.timedOut += 1
        }
        forgetParcel(place)
        answer(
            place,
            put: agents[place].onlyTries ? .full : .timedOut,
            take: agents[place].onlyTries ? .empty : .timedOut
        )
    }

    private func tellRefused(_ place: Int) {
        guard !agents[place].isTold else { return }
        forgetParcel(place)
        answer(place, put: .refused(.stopping), take: .refused(.stopping))
    }

    private func answer(_ place: Int, put: PutOutcome? = nil, take: TakeOutcome? = nil) {
        let (onPut, onTake) = (agents[place].onPut, agents[place].onTake)
        agents[place].isTold = true
        agents[place].onPut = nil
        agents[place].onTake = nil
        if let put { onPut?(put) }
        if let take { onTake?(take) }
    }

    private func forgetParcel(_ place: Int) {
        guard let parcel = agents[place].parcel else { return }
        engine.shared.parcels.forget(parcel)
        agents[place].parcel = nil
    }

    // MARK: - Ends

    private enum Reason { case withdrawn, late }

    /// Ends a call from outside, unless it is too late for that.
    private func end(_ place: Int, as reason: Reason) {
        guard engine.kernel.withdraw(agents[place].id) else { return }
        forgetParcel(place)
        switch reason {
        case .withdrawn: refusals.withdrawn += 1
        case .late:
            refusals.late += 1
            answer(place, put: .late, take: .late)
        }
        settle(place)
        rest(place)
    }

    private func endAll() {
        for place in 0..<agentCount where agents[place].call != 0 {
            tellRefused(place)
            rest(place)
        }
        lookingAgain.removeAll()
    }

    // MARK: - Alarms

    private func setAlarm(_ place: Int) {
        let agent = agents[place]
        guard let time = [agent.end, agent.patienceEnd].compactMap({ $0 }).min() else { return }
        if alarms.set(time, for: place) { askToBeWoken() }
    }

    private func askToBeWoken() {
        guard let first = alarms.first, wakeTime.map({ first < $0 }) ?? true else { return }
        wakeTime = first
        host.wakeAfter((first - engine.kernel.clock.now).duration)
    }

    private func ringAlarms() {
        guard alarms.first != nil else { return }
        let now = engine.kernel.clock.now
        if let time = wakeTime, time <= now { wakeTime = nil }
        while let place = alarms.next(at: now) {
            guard agents[place].call != 0 else { continue }
            if let end = agents[place].end, now >= end {
                self.end(place, as: .late)
            } else if let patienceEnd = agents[place].patienceEnd, now >= patienceEnd {
                agents[place].patienceEnd = nil
                let id = agents[place].id
                goOn(place, after: engine.kernel.runSlice(of: id, length: sliceLength))
            } else {
                setAlarm(place)
            }
        }
        askToBeWoken()
    }

    // MARK: - Hiring

    private func hire(_ role: Program.Role, _ client: String) -> Int? {
        guard callsUnderWay < limit else { return nil }
        callsUnderWay += 1
        let rested = role == .producer ? restingProducers.popLast() : restingConsumers.popLast()
        let place = rested ?? add(role)
        if agents[place].client != client { agents[place].client = client }
        return place
    }

    private func add(_ role: Program.Role) -> Int {
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

    private func rest(_ place: Int) {
        callsUnderWay -= 1
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

    private func place(of id: ThreadID) -> Int? {
        Int(id.index) < places.count ? places[Int(id.index)] : nil
    }
}
