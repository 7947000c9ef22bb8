/// N slots, and the order in which their jobs leave.
///
/// First in, first out is a ring of slots. Any other policy keeps a list of free slots and a heap
/// of filled ones: insert and remove cost O(log N). Nothing is allocated after the start. It does
/// not know semaphores and does what it is told. For a program that misplaces jobs a ring notes which
/// slots are filled (`fill`, `drain`): a slot overwritten or emptied twice is a lost or a doubled
/// job, never undefined behaviour.
///
/// Without slots it is a table: a ring with a place for every message that is being handed over.
///
/// This value never changes; what does is in `Places`, which lies beside the semaphores.
struct BoundedBuffer {
    let capacity: Int
    private let policy: any SchedulingPolicy
    let isRing: Bool
    let isInTurns: Bool
    private let isTable: Bool
    private let slots: UnsafeMutableBufferPointer<QueuedJob>
    private let freeSlots: UnsafeMutableBufferPointer<Int32>
    private let heap: SlotHeap
    /// What the jobs in the slots have had of their time; empty unless jobs take turns.
    private let progress: UnsafeMutableBufferPointer<JobProgress>
    private let turns: UnsafeMutablePointer<Turns>
    /// Known only where a program misplaces jobs.
    private let isFilled: UnsafeMutableBufferPointer<Bool>

    /// Where the next job goes, whence the next comes, and how many slots are filled.
    ///
    /// Where slots are no ring, the first two are the slots after the last used.
    struct Places {
        var nextIn: UInt16 = 0
        var nextOut: UInt16 = 0
        fileprivate(set) var occupied: Int32 = 0
    }

    /// What is to be known of jobs that take turns.
    private struct Turns {
        /// Slots that are empty and not free: consumers keep them for the jobs that they took.
        var keptSlots = 0
        /// Jobs in the slots that were executed for a while.
        var begunJobs = 0
    }

    private static let nothing = QueuedJob(Job(device: .other, cpuTime: .zero), arrival: .zero)

    /// - Parameters:
    ///   - capacity: Its slots; 0 makes it a table: a place for every message that is just being
    ///     handed over.
    ///   - policy: In which order jobs leave; those on a table as they came.
    init(capacity: Int, policy: any SchedulingPolicy) {
        precondition((0...65_536).contains(capacity), "a buffer has 0 to 65536 slots")
        precondition(capacity > 0 || policy.isOrderOfArrival, "a rendezvous has no policy")
        isTable = capacity == 0
        let capacity = isTable ? EngineState.tablePlaces : capacity
        self.capacity = capacity
        self.policy = policy
        isRing = policy.isOrderOfArrival
        isInTurns = policy.isInTurns
        slots = .allocate(capacity: capacity)
        // A table's places are written before they are read, and memory not touched costs nothing.
        if !isTable { slots.initialize(repeating: Self.nothing) }
        freeSlots = .allocate(capacity: isRing ? 0 : capacity)
        for slot in freeSlots.indices { freeSlots[slot] = Int32(capacity - 1 - slot) }
        heap = SlotHeap(capacity: capacity)
        progress = .allocate(capacity: isInTurns ? capacity : 0)
        progress.initialize(repeating: JobProgress())
        turns = .allocate(capacity: 1)
        turns.initialize(to: Turns())
        isFilled = .allocate(capacity: isTable ? 0 : capacity)
        isFilled.initialize(repeating: false)
    }

    func deallocate() {
        slots.deallocate()
        freeSlots.deallocate()
        heap.deallocate()
        progress.deallocate()
        turns.deallocate()
        isFilled.deallocate()
    }

    func slot(after slot: Int) -> UInt16 {
        slot + 1 == capacity ? 0 : UInt16(slot + 1)
    }

    /// - Parameters:
    ///   - queued: What goes in.
    ///   - places: Where it stands, and then what has come of it.
    ///   - number: That of the event which it will be: its turn, where jobs take turns.
    /// - Returns: The slot that the job went into.
    @inline(__always)
    func insert(_ queued: QueuedJob, _ places: inout Places, number: UInt64) -> Int {
        guard isRing else { return insertByRank(queued, &places, number) }
        let slot = Int(places.nextIn)
        places.nextIn = self.slot(after: slot)
        slots[slot] = queued
        places.occupied += 1
        return slot
    }

    /// - Returns: The job whose turn it is, and its slot.
    @inline(__always)
    func remove(_ places: inout Places) -> (QueuedJob, slot: Int) {
        guard isRing else { return removeByRank(&places) }
        let slot = Int(places.nextOut)
        places.nextOut = self.slot(after: slot)
        places.occupied -= 1
        // A table that is clear is used from its first place again, so little of it is ever touched.
        if isTable, places.occupied == 0 { (places.nextIn, places.nextOut) = (0, 0) }
        return (slots[slot], slot)
    }

    /// The job that would be removed next, from a buffer that is not empty.
    func next(_ places: Places) -> QueuedJob {
        slots[isRing ? Int(places.nextOut) : heap[0].slot]
    }

    private func insertByRank(
        _ queued: QueuedJob,
        _ places: inout Places,
        _ number: UInt64
    ) -> Int {
        let free = freeCount(places)
        precondition(free > 0, "a program inserted into a full buffer that is no ring")
        let slot = Int(freeSlots[free - 1])
        fill(slot, with: queued, JobProgress(), &places, number)
        places.nextIn = self.slot(after: slot)
        return slot
    }

    private func freeCount(_ places: Places) -> Int {
        capacity - Int(places.occupied) - turns.pointee.keptSlots
    }

    private func fill(
        _ slot: Int,
        with queued: QueuedJob,
        _ done: JobProgress,
        _ places: inout Places,
        _ number: UInt64
    ) {
        slots[slot] = queued
        let rank = isInTurns ? number : policy.rank(of: queued.job)
        heap.insert(
            SlotHeap.Entry(rank: rank, id: queued.job.id, slot: slot),
            count: Int(places.occupied)
        )
        places.occupied += 1
        guard isInTurns else { return }
        progress[slot] = done
        progress[slot].turn = number
        if done.start != nil { turns.pointee.begunJobs += 1 }
    }

    private func removeByRank(_ places: inout Places) -> (QueuedJob, slot: Int) {
        let filled = Int(places.occupied)
        precondition(filled > 0, "a program removed from an empty buffer that is no ring")
        let slot = heap.removeFirst(count: filled).slot
        freeSlots[freeCount(places)] = Int32(slot)
        places.occupied -= 1
        places.nextOut = self.slot(after: slot)
        if isInTurns, progress[slot].start != nil { turns.pointee.begunJobs -= 1 }
        return (slots[slot], slot)
    }

    /// Whether a job waits that was executed for a while.
    var hasBegunJobs: Bool { turns.pointee.begunJobs > 0 }

    /// What the job in this slot has had of its time, and its turn.
    func progress(of slot: Int) -> JobProgress {
        progress.isEmpty ? JobProgress() : progress[slot]
    }

    /// Visits at most `limit` filled slots: the next to be removed first, and in a heap after it
    /// some of those that follow.
    func visitFilled(
        _ places: Places,
        atMost limit: Int,
        _ visit: (_ slot: Int, QueuedJob) -> Void
    ) {
        for position in 0..<max(0, min(limit, Int(places.occupied), capacity)) {
            let slot =
                isRing ? (Int(places.nextOut) + position) % capacity : heap[position].slot
            visit(slot, slots[slot])
        }
    }
}

// MARK: - Programs that put jobs back

extension BoundedBuffer {
    /// Keeps a slot, of which the job was just removed, from being free.
    func keep(_ slot: Int, _ places: Places) {
        precondition(Int(freeSlots[freeCount(places) - 1]) == slot, "slot \(slot) is not free")
        turns.pointee.keptSlots += 1
    }

    /// Puts the job back into the slot that was kept for it.
    func putBack(
        _ queued: QueuedJob,
        _ done: JobProgress,
        into slot: Int,
        _ places: inout Places,
        number: UInt64
    ) {
        fill(slot, with: queued, done, &places, number)
        turns.pointee.keptSlots -= 1
    }

    /// A slot that was kept is free.
    func release(_ slot: Int, _ places: Places) {
        freeSlots[freeCount(places)] = Int32(slot)
        turns.pointee.keptSlots -= 1
    }

    /// Nobody keeps the turns of the jobs in the slots in mind any more, only their order.
    func forgetTurns() {
        for slot in progress.indices { progress[slot].turn = 0 }
    }
}

// MARK: - Programs that misplace jobs

extension BoundedBuffer {
    /// Puts a job into this slot of a ring, whatever is there.
    ///
    /// - Returns: The job that was overwritten.
    func fill(_ slot: Int, with queued: QueuedJob, _ places: inout Places) -> QueuedJob? {
        let overwritten = isFilled[slot] ? slots[slot] : nil
        slots[slot] = queued
        isFilled[slot] = true
        if overwritten == nil { places.occupied += 1 }
        return overwritten
    }

    /// Takes what lies in this slot of a ring, also when it is empty: then the job that was there
    /// last, or none.
    func drain(_ slot: Int, _ places: inout Places) -> (queued: QueuedJob?, wasFilled: Bool) {
        guard isFilled[slot] else { return (slots[slot].job.id == 0 ? nil : slots[slot], false) }
        isFilled[slot] = false
        places.occupied -= 1
        return (slots[slot], true)
    }

    /// Visits at most `limit` filled slots and as many leftovers in empty ones, by their numbers.
    func visitAll(
        atMost limit: Int,
        filled: (_ slot: Int, QueuedJob) -> Void,
        leftover: (_ slot: Int, QueuedJob) -> Void
    ) {
        var (filledLeft, leftoversLeft) = (limit, limit)
        for slot in 0..<capacity where slots[slot].job.id != 0 {
            if isFilled[slot], filledLeft > 0 {
                filledLeft -= 1
                filled(slot, slots[slot])
            } else if !isFilled[slot], leftoversLeft > 0 {
                leftoversLeft -= 1
                leftover(slot, slots[slot])
            }
            if filledLeft == 0 && leftoversLeft == 0 { return }
        }
    }

    /// Moves a ring's filled slots together, the next to be removed into slot 0, and empties the
    /// others. It takes memory for a moment.
    ///
    /// - Parameters:
    ///   - places: Where they are, and then where they have come to.
    ///   - knowsFilled: Whether the program so far was one that misplaces jobs.
    func compact(_ places: inout Places, knowsFilled: Bool) {
        let inOrder = (0..<capacity).map { (Int(places.nextOut) + $0) % capacity }
        let filled =
            knowsFilled
            ? inOrder.filter { isFilled[$0] } : Array(inOrder.prefix(Int(places.occupied)))
        let jobs = filled.map { slots[$0] }
        for slot in 0..<capacity {
            slots[slot] = slot < jobs.count ? jobs[slot] : Self.nothing
            isFilled[slot] = slot < jobs.count
        }
        places.nextOut = 0
        places.nextIn = jobs.count == capacity ? 0 : UInt16(jobs.count)
    }
}
