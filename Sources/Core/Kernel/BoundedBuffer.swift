/// N slots, and the order in which their jobs leave.
///
/// First in, first out is a ring of slots. Any other policy keeps a list of free slots and a heap
/// of filled ones: insert and remove cost O(log N). Nothing is allocated after the start. It does
/// not know semaphores and does what it is told, so a broken program can overwrite a slot of the
/// ring or empty it twice, which is a lost or a doubled job, never undefined behaviour.
///
/// This value never changes; what does is in `Places`, which lies beside the semaphores.
struct BoundedBuffer {
    let capacity: Int
    private let policy: any SchedulingPolicy
    private let isRing: Bool
    private let slots: UnsafeMutableBufferPointer<QueuedJob>
    private let freeSlots: UnsafeMutableBufferPointer<Int32>
    private let heap: SlotHeap

    /// Where the next job goes, whence the next comes, and how many slots are filled.
    struct Places {
        fileprivate var nextIn: UInt16 = 0
        fileprivate var nextOut: UInt16 = 0
        /// Also after a slot was overwritten.
        fileprivate(set) var occupied: Int32 = 0
    }

    private static let nothing = QueuedJob(Job(device: .other, cpuTime: .zero), arrival: .zero)

    init(capacity: Int, policy: any SchedulingPolicy) {
        precondition((1...65_536).contains(capacity), "a buffer has 1 to 65536 slots")
        self.capacity = capacity
        self.policy = policy
        isRing = policy.isOrderOfArrival
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: Self.nothing)
        freeSlots = .allocate(capacity: capacity)
        for slot in 0..<capacity { freeSlots[slot] = Int32(capacity - 1 - slot) }
        heap = SlotHeap(capacity: capacity)
    }

    func deallocate() {
        slots.deallocate()
        freeSlots.deallocate()
        heap.deallocate()
    }

    /// - Returns: The slot that the job went into.
    @inline(__always)
    func insert(_ queued: QueuedJob, _ places: inout Places) -> Int {
        guard isRing else { return insertByRank(queued, &places) }
        let slot = Int(places.nextIn)
        places.nextIn = slot + 1 == capacity ? 0 : UInt16(slot + 1)
        slots[slot] = queued
        places.occupied += 1
        return slot
    }

    /// - Returns: The job whose turn it is, and its slot. From a ring slot that is empty, which only
    ///   a broken program asks for, the job that was there last.
    @inline(__always)
    func remove(_ places: inout Places) -> (QueuedJob, slot: Int) {
        guard isRing else { return removeByRank(&places) }
        let slot = Int(places.nextOut)
        places.nextOut = slot + 1 == capacity ? 0 : UInt16(slot + 1)
        places.occupied -= 1
        return (slots[slot], slot)
    }

    private func insertByRank(_ queued: QueuedJob, _ places: inout Places) -> Int {
        let filled = Int(places.occupied)
        precondition(filled < capacity, "a program inserted into a full buffer that is no ring")
        let slot = Int(freeSlots[capacity - filled - 1])
        slots[slot] = queued
        let rank = policy.rank(of: queued.job)
        heap.insert(SlotHeap.Entry(rank: rank, id: queued.job.id, slot: slot), count: filled)
        places.occupied += 1
        return slot
    }

    private func removeByRank(_ places: inout Places) -> (QueuedJob, slot: Int) {
        let filled = Int(places.occupied)
        precondition(filled > 0, "a program removed from an empty buffer that is no ring")
        let slot = heap.removeFirst(count: filled).slot
        places.occupied -= 1
        freeSlots[capacity - filled] = Int32(slot)
        return (slots[slot], slot)
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
