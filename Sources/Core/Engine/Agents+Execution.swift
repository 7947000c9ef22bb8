/// Executing the agents: slices, wake-ups, and the times at which calls must be looked at.
extension Agents {
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

    func tellExecuted() {
        engine.shared.parcels.takeDone { parcel in whenExecuted.removeValue(forKey: parcel)?() }
    }

    /// Once for all that look again: asked for each, the host's calls would beget each other.
    func askToLookAgain() {
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
    var sliceLength: Int {
        engine.shared.hasLongSlices.load(ordering: .relaxed)
            ? KernelSettings.longestAgentSlice
            : Int.random(in: 1...KernelSettings.longestAgentSlice, using: &random)
    }

    /// Does what a slice left to do, tells the client, and goes on as the slice's end says.
    func goOn(_ place: Int, after end: Kernel.SliceEnd, inAll: Microseconds? = nil) {
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
        case .held, .behind, .executing, .killed: break
        }
        if let inAll { agents[place].end = engine.kernel.clock.now + inAll }
        clients.set(agents[place].client, ofAgent: place + 1)
        setAlarm(place)
    }

    /// Replies and books; a job in a remote consumer's hand is told with its payload first.
    func settle(_ place: Int) {
        let desk = agents[place].desk
        if !agents[place].isTold { tell(place, desk.pointee.call, desk.pointee.finished.elements) }
        putOffWakes(desk)
        engine.shared.settle(desk, of: agents[place].id)
    }

    // MARK: - Waking threads

    /// Whoever is to be woken is so after the event loop has written its replies, once for all of
    /// them; where jobs take no time, perhaps a moment later, because a wake costs more than a call.
    func putOffWakes(_ desk: UnsafeMutablePointer<Desk>) {
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

    func wakeThreads() {
        guard !wakes.isEmpty else { return }
        for parker in wakes { parker._withUnsafeGuaranteedRef { $0.unpark() } }
        wakes.removeAll(keepingCapacity: true)
    }

    // MARK: - Alarms

    func setAlarm(_ place: Int) {
        let agent = agents[place]
        guard let time = [agent.end, agent.patienceEnd].compactMap({ $0 }).min() else { return }
        if alarms.set(time, for: place) { askToBeWoken() }
    }

    func askToBeWoken() {
        guard let first = alarms.first, wakeTime.map({ first < $0 }) ?? true else { return }
        wakeTime = first
        host.wakeAfter((first - engine.kernel.clock.now).duration)
    }

    func ringAlarms() {
        guard alarms.first != nil else { return }
        let now = engine.kernel.clock.now
        if let time = wakeTime, time <= now { wakeTime = nil }
        while let place = alarms.next(at: now) {
            guard agents[place].call != 0 else { continue }
            // Who waited for a unit in vain, to the last moment, is told that and not that it is late.
            if let patienceEnd = agents[place].patienceEnd, now >= patienceEnd {
                agents[place].patienceEnd = nil
                let id = agents[place].id
                goOn(place, after: engine.kernel.runSlice(of: id, length: sliceLength))
            } else if let end = agents[place].end, now >= end {
                self.end(place, as: .late)
            } else {
                setAlarm(place)
            }
        }
        askToBeWoken()
    }
}
