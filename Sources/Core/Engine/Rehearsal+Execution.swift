/// What threads do in a rehearsal, one slice after the other, and how jobs come to them.
extension Rehearsal {
    /// One slice, and what it leaves to do.
    func act(_ place: Int) {
        let id = actors[place].id
        if kernel.thread(id).pointee.phase == .awaitingJobs { return fetch(place) }
        switch kernel.runSlice(of: id, length: sliceLength) {
        case .needsJobs:
            settle(place)
            fetch(place)
            // A step that was permitted is still to be done.
            if kernel.thread(id).pointee.permits > 0 {
                _ = kernel.runSlice(of: id, length: 1)
            }
        case .executing: goOnExecuting(place)
        case .used, .blocked, .held, .behind, .limitReached, .cancelled, .killed: break
        }
        settle(place)
    }

    private var sliceLength: Int {
        kernel.isOfCorrectProgram
            ? kernel.settings.sliceLength : Int.random(in: 1...24, using: &random)
    }

    private func goOnExecuting(_ place: Int) {
        switch kernel.continueExecution(of: actors[place].id) {
        case .goOn(let deadline): actors[place].due = deadline
        case .finished, .cancelled, .killed: actors[place].due = nil
        }
    }

    private func settle(_ place: Int) {
        let (id, desk) = (actors[place].id, actors[place].desk)
        desk.pointee.wakes.removeAll()
        desk.pointee.inserted.removeAll()
        desk.pointee.dropped.removeAll()
        desk.pointee.doubled.removeAll()
        if !desk.pointee.finished.isEmpty {
            ledger.book(desk.pointee.finished.elements)
            finished += desk.pointee.finished.elements
            desk.pointee.finished.removeAll()
        }
        if desk.pointee.isStepping { kernel.endStep(of: id) }
        if keepsEvents, kernel.eventNumber - eventsTaken >= Self.eventsAtMost { collectEvents() }
    }

    func collectEvents() {
        guard keepsEvents, let new = kernel.events(after: eventsTaken) else { return }
        events += new
        eventsTaken += UInt64(new.count)
    }

    // MARK: - Jobs

    /// Takes a job for the producer, or lets it wait for one.
    func fetch(_ place: Int) {
        let (id, desk) = (actors[place].id, actors[place].desk)
        let isAwaiting = kernel.thread(id).pointee.phase == .awaitingJobs
        guard !waiting.isEmpty else {
            if !isAwaiting { kernel.noteAwaiting(id) }
            return
        }
        desk.pointee.batch.initializeElement(at: 0, to: waiting.removeFirst())
        desk.pointee.batchNext = 0
        desk.pointee.batchCount = 1
        if isAwaiting { kernel.noteArrival(id) }
    }

    /// Lets the jobs in whose time has come.
    func deliver() {
        while nextArrival < arrivals.count, arrivals[nextArrival].time <= clock.now {
            let arrival = arrivals[nextArrival]
            nextArrival += 1
            if turnsAwayWhenFull {
                exhaustMoment()
                guard kernel.counts.empty > 0 else {
                    turnedAway += 1
                    continue
                }
            }
            waiting.append(QueuedJob(arrival.job, arrival: arrival.time))
            letProducersKnow()
        }
        if nextArrival > 1024, nextArrival * 2 > arrivals.count {
            arrivals.removeFirst(nextArrival)
            nextArrival = 0
        }
    }

    /// Even while it is paused a producer that waits for a job learns that one is there.
    func letProducersKnow() {
        for place in actors.indices where !waiting.isEmpty {
            if kernel.thread(actors[place].id).pointee.phase == .awaitingJobs { fetch(place) }
        }
    }
}
