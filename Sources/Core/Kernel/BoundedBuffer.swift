/// N slots, and the order in which their jobs leave.
///
/// First in, first out is a ring of slots. Any other policy keeps a list of free slots and a heap
/// of filled ones: insert and remove cost O(log N). Nothing is allocated after the start. It does
/// not know semaphores and does what it is told, so a broken program can overwrite a slot of the
/// ring or empty it twice, which is a lost or a doubled job, never undefined behaviour.
struct BoundedBuffer {
    let capacity: Int
    private let policy: any SchedulingPolicy
    private let isRing: Bool
    private let slots: UnsafeMutableBufferPointer<QueuedJob>
    private var nextIn = 0
    private var nextOut = 0
    /// Filled slots, also after a slot was overwritten.
    private(set) var occupied = 0
    private let freeSlots: UnsafeMutableBufferPointer<Int32>
    private var heap: SlotHeap

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
    mutating func insert(_ queued: QueuedJob) -> Int {
        guard isRing else { return insertByRank(queued) }
        let slot = nextIn
        nextIn = slot + 1 == capacity ? 0 : slot + 1
        slots[slot] = queued
        occupied += 1
        return slot
    }

    /// - Returns: The job whose turn it is, and its slot. From a ring slot that is empty, which only
    ///   a broken program asks for, the job that was there last.
    @inline(__always)
    mutating func remove() -> (QueuedJob, slot: Int) {
        guard isRing else { return removeByRank() }
        let slot = nextOut
        nextOut = slot + 1 == capacity ? 0 : slot + 1
        occupied -= 1
        return (slots[slot], slot)
    }

    private mutating func insertByRank(_ queued: QueuedJob) -> Int {
        precondition(occupied < capacity, "a program inserted into a full buffer that is no ring")
        let slot = Int(freeSlots[capacity - occupied - 1])
        occupied += 1
        slots[slot] = queued
        heap.insert(
            SlotHeap.Entry(rank: policy.rank(of: queued.job), id: queued.job.id, slot: slot)
        )
        return slot
    }

    private mutating func removeByRank() -> (QueuedJob, slot: Int) {
        precondition(occupied > 0, "a program removed from an empty buffer that is no ring")
        let slot = heap.removeFirst().slot
        occupied -= 1
        freeSlots[capacity - occupied - 1] = Int32(slot)
        return (slots[slot], slot)
    }

    /// Visits at most `limit` filled slots: the next to be removed first, and in a heap after it
    /// some of those that follow.
    func visitFilled(atMost limit: Int, _ visit: (_ slot: Int, QueuedJob) -> Void) {
        for position in 0..<max(0, min(limit, occupied)) {
            let slot = isRing ? (nextOut + position) % capacity : heap[position].slot
            visit(slot, slots[slot])
        }
    }
}
