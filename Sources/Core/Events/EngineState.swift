/// The whole engine at one moment, as people see it.
///
/// It comes from two places that must agree, and a test holds them to it: the kernel's snapshot,
/// and the fold of all events from the first. A snapshot is bounded (`Limits`); a state folded
/// from the first event is complete.
package struct EngineState: Equatable, Sendable {
    /// How many events led here.
    package var number: UInt64 = 0
    /// When the last of them happened.
    package var time = Microseconds.zero
    /// 0 is the rendezvous: there are no slots, and what is being handed over lies on a table.
    package let capacity: Int
    /// What the threads execute.
    package var programs: ProgramPair
    /// What they can be told to execute instead.
    package let library: [ProgramPair]
    package var semaphores: [SemaphoreState]
    package var conditions: [ConditionState]
    /// The filled slots, by their numbers; at most `Limits.slots` of them in a snapshot.
    package var slots: [FilledSlot] = []
    /// How many slots are filled, also beyond the limit.
    package var occupied = 0
    /// What lies in slots that are empty, by their numbers, as many as `slots`. Only a program that
    /// misplaces jobs can come across it; for others nothing is kept.
    package var leftovers: [FilledSlot] = []
    /// The slot that the next job goes into, and the one that the next comes out of; where slots are
    /// no ring, those after the last used.
    package var nextIn = 0
    package var nextOut = 0
    /// Threads and agents, by their numbers; at most `Limits.threads` of them in a snapshot.
    package var threads: [ThreadActivity] = []
    package var threadCount = 0
    package var isPaused = false
    package var isCancelled = false
    package var rate: Rate
    /// Jobs that producers took from the senders.
    package var produced: UInt64 = 0
    /// Jobs that consumers have executed.
    package var consumed: UInt64 = 0
    /// Jobs that were overwritten in their slots.
    package var lost: UInt64 = 0
    /// Jobs that were taken again after their slot had been emptied.
    package var doubled: UInt64 = 0
    /// How often a thread took from an empty slot, whatever it found there.
    package var emptyTakes: UInt64 = 0
    /// Jobs that were taken back: by remote producers before they were inserted, and out of the hands
    /// of threads that were killed.
    package var withdrawn: UInt64 = 0

    /// How much a snapshot copies, so that its cost has a bound.
    package enum Limits {
        package static let slots = 32
        package static let waiters = 16
        package static let threads = 64
    }

    /// An engine that has not begun: all slots free, nobody there.
    package init(
        capacity: Int,
        programs: ProgramPair,
        rate: Rate,
        library: [ProgramPair] = ProgramCatalog.all
    ) {
        self.capacity = capacity
        self.programs = programs
        self.library = library
        self.rate = rate
        semaphores = SemaphoreName.allCases.map { name in
            switch name {
            case .empty: SemaphoreState(name: name, value: capacity)
            case .full: SemaphoreState(name: name, value: 0)
            case .mutex: SemaphoreState(name: name, value: 1)
            }
        }
        conditions = ConditionName.allCases.map { ConditionState(name: $0) }
    }

    package subscript(name: SemaphoreName) -> SemaphoreState {
        get { semaphores[Int(name.rawValue)] }
        set { semaphores[Int(name.rawValue)] = newValue }
    }

    package subscript(name: ConditionName) -> ConditionState {
        get { conditions[Int(name.rawValue)] }
        set { conditions[Int(name.rawValue)] = newValue }
    }

    /// `nil` for a thread beyond a snapshot's limit.
    package subscript(id: ThreadID) -> ThreadActivity? {
        let index = Int(id.index)
        return index < threads.count ? threads[index] : nil
    }

    /// P1, C2; a number where the thread is beyond the limit.
    package func name(of id: ThreadID) -> String {
        self[id]?.name ?? "thread \(id.index)"
    }
}

package struct SemaphoreState: Equatable, Sendable {
    package let name: SemaphoreName
    package var value: Int
    /// Who waits, the longest first; at most `Limits.waiters` in a snapshot.
    package var waiters: [ThreadID] = []
    /// How many wait, also beyond the limit.
    package var waiterCount = 0
    /// Who is in the critical section; only `mutex` has one.
    package var owner: ThreadID?
    /// How often others took a unit since the longest waiter came to the head of the queue.
    package var overtakes = 0
}

package struct ConditionState: Equatable, Sendable {
    package let name: ConditionName
    package var waiters: [ThreadID] = []
    package var waiterCount = 0
}

package struct FilledSlot: Equatable, Sendable {
    package let number: Int
    package let job: Job
    /// What the job has had of its CPU time, where jobs take turns.
    package var workDone = Microseconds.zero
    /// The number of the event that put it here; known while a program runs in which jobs take turns.
    package var turn: UInt64 = 0

    package init(
        number: Int,
        job: Job,
        workDone: Microseconds = .zero,
        turn: UInt64 = 0
    ) {
        self.number = number
        self.job = job
        self.workDone = workDone
        self.turn = turn
    }
}

/// What one thread is doing.
package struct ThreadActivity: Equatable, Sendable {
    package let id: ThreadID
    package let role: Program.Role
    package let ordinal: Int
    package let isAgent: Bool
    /// The statement it is at, or executes, or waits in; counts from 0.
    package var line = 0
    package var phase = Phase.ready
    /// When `phase` last became something else than `ready`.
    package var since = Microseconds.zero
    package var job: Job?
    /// Whether it took a unit of `empty` or `full` and has not yet given one to the other.
    package var holdsUnit = false
    /// Whether it is a receiver that has said that it is ready, where there are no slots, and has not
    /// yet removed its message: it gave a unit that it never had.
    package var lendsUnit = false
    /// Whether its last `wait` gave up.
    package var timedOut = false
    /// Its own copy of an index into the slots, between the parts of `insert` or `remove`.
    package var slot: Int?
    /// The slot that it keeps for the job that it took, where jobs take turns.
    package var keptSlot: Int?
    /// What its job had of its CPU time when it last began, where jobs take turns.
    package var workDone = Microseconds.zero
    /// Whether it was slowed on purpose.
    package var isSlow = false
    /// Whether it has ended because it was killed, and can be revived.
    package var wasKilled = false

    package enum Phase: Equatable, Sendable {
        case ready
        case blocked(WaitingPlace)
        /// Its job had done `workDone` of its CPU time at the moment `at`.
        case executing(workDone: Microseconds, at: Microseconds)
        /// A producer whom no sender has sent a job.
        case awaitingJobs
        case ended
    }

    package var name: String {
        isAgent ? "A\(ordinal)" : "\(role.letter)\(ordinal)"
    }

    /// Whether it is an agent without a call: nobody stands behind it.
    package var isResting: Bool { isAgent && phase == .awaitingJobs }

    package init(id: ThreadID, role: Program.Role, ordinal: Int, isAgent: Bool) {
        self.id = id
        self.role = role
        self.ordinal = ordinal
        self.isAgent = isAgent
    }
}
