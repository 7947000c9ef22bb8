/// How much of an engine a snapshot shows.
struct SnapshotLimits {
    var slots: Int
    var waiters: Int
    var threads: Int

    /// For watching: a bounded cost.
    static let watching = SnapshotLimits(
        slots: EngineState.Limits.slots,
        waiters: EngineState.Limits.waiters,
        threads: EngineState.Limits.threads
    )
}

/// The memory that a snapshot is copied into, inside the kernel: allocated beforehand, at most
/// 8 KiB, without references.
struct SnapshotSpace {
    var number: UInt64 = 0
    var now = Microseconds.zero
    var isPaused = false
    var isCancelled = false
    var rate = Rate.normal
    var produced: UInt64 = 0
    var consumed: UInt64 = 0
    var lost: UInt64 = 0
    var doubled: UInt64 = 0
    var emptyTakes: UInt64 = 0
    var withdrawn: UInt64 = 0
    var programIndex = 0
    var occupied = 0
    var nextIn = 0
    var nextOut = 0
    var threadCount = 0
    var filledCount = 0
    var leftoverCount = 0

    struct Queue {
        var value = 0
        var count = 0
        var owner: ThreadID?
        var overtakes = 0
    }

    /// Laid out without gaps: there are 64 of them.
    struct Thread {
        var since: Microseconds
        var workDone: Microseconds
        var workSince: Microseconds
        var earlierWork: Microseconds
        var job: Job?
        var role: Program.Role
        var isAgent: Bool
        var line: UInt8
        var phase: ThreadControlBlock.Phase
        var place: WaitingPlace
        var holdsUnit: Bool
        var lendsUnit: Bool
        var timedOut: Bool
        var isSlow: Bool
        var wasKilled: Bool
        /// Whether the slot is one that it keeps.
        var keepsSlot: Bool
        var ordinal: Int32
        /// -1 stands for none.
        var slot: Int32
    }

    /// A filled slot's part that only programs have in which jobs take turns.
    struct Turn {
        var workDone: Microseconds
        var number: UInt64
    }

    struct Slot {
        var number: Int
        var job: Job
    }

    let limits: SnapshotLimits
    let queues: UnsafeMutableBufferPointer<Queue>
    let waiters: UnsafeMutableBufferPointer<ThreadID>
    let filled: UnsafeMutableBufferPointer<Slot>
    let turns: UnsafeMutableBufferPointer<Turn>
    let leftovers: UnsafeMutableBufferPointer<Slot>
    let threads: UnsafeMutableBufferPointer<Thread>

    /// How much a snapshot copies at most.
    static var byteCount: Int {
        let places = WaitingPlace.all.count
        return MemoryLayout<SnapshotSpace>.stride + places * MemoryLayout<Queue>.stride
            + places * EngineState.Limits.waiters * MemoryLayout<ThreadID>.stride
            + 2 * EngineState.Limits.slots * MemoryLayout<Slot>.stride
            + EngineState.Limits.slots * MemoryLayout<Turn>.stride
            + EngineState.Limits.threads * MemoryLayout<Thread>.stride
    }

    init(_ limits: SnapshotLimits) {
        self.limits = limits
        let places = WaitingPlace.all.count
        queues = .allocate(capacity: places)
        queues.initialize(repeating: Queue())
        waiters = .allocate(capacity: places * limits.waiters)
        waiters.initialize(repeating: ThreadID(0))
        filled = .allocate(capacity: limits.slots)
        turns = .allocate(capacity: limits.slots)
        leftovers = .allocate(capacity: limits.slots)
        threads = .allocate(capacity: limits.threads)
    }

    func deallocate() {
        queues.deallocate()
        waiters.deallocate()
        filled.deallocate()
        turns.deallocate()
        leftovers.deallocate()
        threads.deallocate()
    }
}

extension Kernel {
    /// To be called inside the kernel.
    func copySnapshot(into space: inout SnapshotSpace) {
        let state = self.state.pointee
        space.number = state.number
        space.now = state.now
        space.isPaused = state.isPaused
        space.isCancelled = state.isCancelled
        space.rate = state.rate
        space.produced = state.produced
        space.consumed = state.consumed
        space.lost = cold.pointee.lost
        space.doubled = cold.pointee.doubled
        space.emptyTakes = cold.pointee.emptyTakes
        space.withdrawn = cold.pointee.withdrawn
        space.programIndex = Int(state.programIndex)
        space.occupied = Int(state.places.occupied)
        space.nextIn = Int(state.places.nextIn)
        space.nextOut = Int(state.places.nextOut)
        space.threadCount = cold.pointee.threadCount
        copySlots(into: &space)
        for index in WaitingPlace.all.indices { copyQueue(index, into: space) }
        for index in 0..<min(cold.pointee.threadCount, space.limits.threads) {
            space.threads.initializeElement(at: index, to: copy(threads[index]))
        }
    }

    private func copySlots(into space: inout SnapshotSpace) {
        var (filled, leftovers) = (0, 0)
        let keepsSlots = state.pointee.keepsSlots
        let (filledSpace, turns, leftoverSpace) = (space.filled, space.turns, space.leftovers)
        func note(_ slot: Int, _ queued: QueuedJob) {
            filledSpace[filled] = SnapshotSpace.Slot(number: slot, job: queued.job)
            let progress = buffer.progress(of: slot)
            turns[filled] = SnapshotSpace.Turn(
                workDone: progress.workDone,
                number: keepsSlots ? progress.turn : 0
            )
            filled += 1
        }
        if state.pointee.misplacesJobs {
            buffer.visitAll(atMost: space.limits.slots, filled: note) { slot, queued in
                leftoverSpace[leftovers] = SnapshotSpace.Slot(number: slot, job: queued.job)
                leftovers += 1
            }
        } else {
            buffer.visitFilled(state.pointee.places, atMost: space.limits.slots, note)
        }
        space.filledCount = filled
        space.leftoverCount = leftovers
    }

    private func copyQueue(_ index: Int, into space: SnapshotSpace) {
        let queue = queues[index]
        space.queues[index] = SnapshotSpace.Queue(
            value: Int(queue.value),
            count: Int(queue.count),
            owner: queue.owner,
            overtakes: Int(queue.overtakes)
        )
        var waiter = queue.first
        var position = index * space.limits.waiters
        let end = position + space.limits.waiters
        while let id = waiter, position < end {
            space.waiters[position] = id
            position += 1
            waiter = thread(id).pointee.next
        }
    }

    private func copy(_ thread: ThreadPointer) -> SnapshotSpace.Thread {
        SnapshotSpace.Thread(
            since: thread.pointee.since,
            workDone: thread.pointee.workDone,
            workSince: thread.pointee.workSince,
            earlierWork: thread.pointee.progress.workDone,
            job: thread.pointee.hasJob ? thread.pointee.queued.job : nil,
            role: thread.pointee.role,
            isAgent: thread.pointee.isAgent,
            line: thread.pointee.line,
            phase: thread.pointee.phase,
            place: thread.pointee.place,
            holdsUnit: thread.pointee.holdsUnit,
            lendsUnit: thread.pointee.lendsUnit,
            timedOut: thread.pointee.timedOut,
            isSlow: thread.pointee.isSlow,
            wasKilled: thread.pointee.wasKilled,
            keepsSlot: thread.pointee.keptSlot != nil,
            ordinal: Int32(thread.pointee.ordinal),
            slot: thread.pointee.keptSlot ?? thread.pointee.slot ?? -1
        )
    }
}

extension SnapshotSpace {
    /// To be called outside the kernel.
    func makeState(capacity: Int, library: [ProgramPair]) -> EngineState {
        var state = EngineState(
            capacity: capacity,
            programs: library[programIndex],
            rate: rate,
            library: library
        )
        state.number = number
        state.time = now
        state.isPaused = isPaused
        state.isCancelled = isCancelled
        state.produced = produced
        state.consumed = consumed
        state.lost = lost
        state.doubled = doubled
        state.emptyTakes = emptyTakes
        state.withdrawn = withdrawn
        state.occupied = occupied
        state.nextIn = nextIn
        state.nextOut = nextOut
        state.slots = (0..<filledCount).map(filledSlot).sorted { $0.number < $1.number }
        state.leftovers = leftovers[..<leftoverCount].map { slot in
            FilledSlot(number: slot.number, job: slot.job)
        }
        state.threadCount = threadCount
        state.threads = (0..<min(threadCount, limits.threads)).map(activity)
        for name in SemaphoreName.allCases { fill(&state[name]) }
        for name in ConditionName.allCases { fill(&state[name]) }
        return state
    }

    private func filledSlot(_ place: Int) -> FilledSlot {
        FilledSlot(
            number: filled[place].number,
            job: filled[place].job,
            workDone: turns[place].workDone,
            turn: turns[place].number
        )
    }

    private func fill(_ semaphore: inout SemaphoreState) {
        let index = WaitingPlace.semaphore(semaphore.name).index
        semaphore.value = queues[index].value
        semaphore.owner = queues[index].owner
        semaphore.overtakes = queues[index].overtakes
        semaphore.waiterCount = queues[index].count
        semaphore.waiters = waiters(at: index)
    }

    private func fill(_ condition: inout ConditionState) {
        let index = WaitingPlace.condition(condition.name).index
        condition.waiterCount = queues[index].count
        condition.waiters = waiters(at: index)
    }

    private func waiters(at index: Int) -> [ThreadID] {
        let start = index * limits.waiters
        let count = min(queues[index].count, limits.waiters)
        return Array(waiters[start..<start + count])
    }

    private func activity(_ index: Int) -> ThreadActivity {
        let thread = threads[index]
        var activity = ThreadActivity(
            id: ThreadID(index),
            role: thread.role,
            ordinal: Int(thread.ordinal),
            isAgent: thread.isAgent
        )
        activity.line = Int(thread.line)
        activity.since = thread.since
        activity.job = thread.job
        activity.holdsUnit = thread.holdsUnit
        activity.lendsUnit = thread.lendsUnit
        activity.timedOut = thread.timedOut
        let slot = thread.slot < 0 ? nil : Int(thread.slot)
        (activity.slot, activity.keptSlot) = thread.keepsSlot ? (nil, slot) : (slot, nil)
        activity.workDone = thread.earlierWork
        activity.isSlow = thread.isSlow
        activity.wasKilled = thread.wasKilled
        activity.phase =
            switch thread.phase {
            case .ready: .ready
            case .blocked: .blocked(thread.place)
            case .executing: .executing(workDone: thread.workDone, at: thread.workSince)
            case .awaitingJobs: .awaitingJobs
            case .ended: .ended
            }
        return activity
    }
}
