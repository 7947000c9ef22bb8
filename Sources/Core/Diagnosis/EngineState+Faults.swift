/// Faults that can be seen in a state alone.
extension EngineState {
    /// All of them, the most serious first. Every misplaced job counts, if the present program can
    /// have misplaced it.
    ///
    /// Busy waiting, convoys and the starvation of who looks again and again need the events:
    /// `FaultWatch` finds them.
    package var faults: [Fault] {
        let found = [
            standstill, lostJobs(since: .none), doubledJobs(since: .none), crowd, unitFault,
            sleeper, overtaken,
        ]
        return found.compactMap { $0 }
    }

    /// Deadlock or lost wake-up.
    package var standstill: Fault? {
        guard let deadlock = Deadlock.find(in: self) else { return nil }
        guard deadlock.lostWakeUps.isEmpty else {
            return Fault(.lostWakeUp, in: self, threads: deadlock.lostWakeUps)
        }
        return Fault(.deadlock, in: self, threads: deadlock.threads)
    }

    func lostJobs(since before: Misplaced) -> Fault? {
        guard programs.misplacesJobs, lost > before.lost else { return nil }
        return Fault(.jobLost, in: self, threads: [], count: Int(lost - before.lost))
    }

    func doubledJobs(since before: Misplaced) -> Fault? {
        guard programs.misplacesJobs, emptyTakes > before.emptyTakes else { return nil }
        return Fault(.jobDoubled, in: self, threads: [], count: Int(emptyTakes - before.emptyTakes))
    }

    /// Two threads between `wait(mutex)` and `signal(mutex)` by the text, or two of a role between
    /// the first and the last part of `insert` or `remove`.
    var crowd: Fault? {
        crowd(texts: Program.Role.allCases.map { ProgramText(programs.program(for: $0)) })
    }

    func crowd(texts: [ProgramText]) -> Fault? {
        let inside = threads.filter { texts[Int($0.role.rawValue)].holdsMutex($0) }
        if inside.count > 1 {
            return Fault(.twoInCriticalSection, in: self, threads: inside.map(\.id))
        }
        for role in Program.Role.allCases {
            let between = threads.filter {
                $0.role == role && $0.slot != nil && $0.phase != .ended
            }
            guard between.count > 1 else { continue }
            return Fault(.twoInCriticalSection, in: self, threads: between.map(\.id))
        }
        return nil
    }

    /// A signal was forgotten, or one was given too many.
    var unitFault: Fault? {
        guard canBeJudged, programs.countsSlots else { return nil }
        let units = self[.empty].value + self[.full].value + unitsInHand
        guard units != capacity else { return nil }
        return Fault(
            units < capacity ? .unitLost : .unitTooMany,
            in: self,
            threads: [],
            count: abs(units - capacity)
        )
    }

    /// The mutex's owner is at `execute` while others wait for the mutex.
    var sleeper: Fault? {
        guard self[.mutex].waiterCount > 0, let owner = self[.mutex].owner,
            let thread = self[owner], programs.statement(of: thread).isExecution
        else { return nil }
        return Fault(.sleepInCriticalSection, in: self, threads: [owner])
    }

    /// A waiter who was overtaken more often than the kernel lets it happen.
    ///
    /// Units that were there already when the bound was reached may still be taken, so it is later
    /// for a semaphore that counts slots.
    var overtaken: Fault? {
        for semaphore in semaphores {
            let units = semaphore.name == .mutex ? 1 : capacity
            guard semaphore.overtakes >= KernelSettings.overtakingBound + units,
                let first = semaphore.waiters.first
            else { continue }
            var fault = Fault(.starvation, in: self, threads: [first], count: semaphore.overtakes)
            fault.semaphore = semaphore.name
            return fault
        }
        return nil
    }
}

/// How many jobs had been misplaced at a moment, so that later ones can be told from them.
struct Misplaced {
    let lost: UInt64
    let emptyTakes: UInt64

    static let none = Misplaced(lost: 0, emptyTakes: 0)

    init(lost: UInt64, emptyTakes: UInt64) {
        self.lost = lost
        self.emptyTakes = emptyTakes
    }

    init(in state: EngineState) {
        self.init(lost: state.lost, emptyTakes: state.emptyTakes)
    }
}
