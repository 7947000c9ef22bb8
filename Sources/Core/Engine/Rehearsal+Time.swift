/// How time passes in a rehearsal: whoever can move does, and only then the clock moves.
extension Rehearsal {
    /// Goes on until this time, or for no longer than something can happen.
    package func run(until limit: Microseconds) {
        slicesLeft = slicesAtMost
        while slicesLeft > 0 {
            deliver()
            exhaustMoment()
            guard let moment = nextMoment, moment <= limit else { break }
            advance(to: moment)
        }
        advance(to: limit)
    }

    /// Goes on until nothing can happen any more.
    package func run() {
        slicesLeft = slicesAtMost
        while slicesLeft > 0 {
            deliver()
            exhaustMoment()
            guard let moment = nextMoment else { return }
            advance(to: moment)
        }
    }

    private func advance(to time: Microseconds) {
        let now = clock.now
        if time > now { clock.advance(by: (time - now).duration) }
    }

    /// When something can happen that nobody has to bring about.
    private var nextMoment: Microseconds? {
        let now = clock.now
        var moment = nextArrival < arrivals.count ? arrivals[nextArrival].time : nil
        guard !kernel.state.pointee.isPaused else { return moment }
        for actor in actors {
            let thread = kernel.thread(actor.id)
            let due = thread.pointee.phase == .executing ? actor.due : thread.pointee.deadline
            if let due, due > now { moment = min(moment ?? due, due) }
        }
        return moment
    }

    /// Whoever can move does, until nobody can, or nothing comes of it.
    func exhaustMoment() {
        guard !kernel.state.pointee.isPaused else { return }
        var idle = 0
        let limit = Self.idleSlices * max(1, actors.count)
        while idle < limit, slicesLeft > 0, let place = nextMover() {
            slicesLeft -= 1
            let before = progress
            act(place)
            idle = progress == before ? idle + 1 : 0
        }
    }

    /// What changes when something comes of what threads do.
    private struct Progress: Equatable {
        let produced: UInt64
        let consumed: UInt64
        let turns: UInt64
        let occupied: Int32
    }

    private var progress: Progress {
        let state = kernel.state.pointee
        return Progress(
            produced: state.produced,
            consumed: state.consumed,
            turns: kernel.cold.pointee.turns,
            occupied: state.places.occupied
        )
    }

    private func nextMover() -> Int? {
        let now = clock.now
        guard kernel.isOfCorrectProgram else {
            let movers = actors.indices.filter { canMove(actors[$0], at: now) }
            return movers.randomElement(using: &random)
        }
        return actors.firstIndex { canMove($0, at: now) }
    }

    private func canMove(_ actor: Actor, at now: Microseconds) -> Bool {
        let thread = kernel.thread(actor.id)
        switch thread.pointee.phase {
        case .ready: return !kernel.isAtTheEnd(thread)
        case .executing: return actor.due.map { $0 <= now } ?? true
        case .blocked:
            return thread.pointee.isWoken || thread.pointee.deadline.map { $0 <= now } ?? false
        case .awaitingJobs: return !waiting.isEmpty
        case .ended: return false
        }
    }
}
