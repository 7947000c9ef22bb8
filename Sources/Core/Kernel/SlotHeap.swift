/// Slot numbers ordered by rank, then by age: a binary heap in memory allocated once.
///
/// How many entries there are is known to the buffer, and given to each call.
///
/// `Heap` of swift-collections may allocate when it grows; inside the kernel nothing may.
///
/// Source: J. W. J. Williams, *Algorithm 232: Heapsort*, Communications of the ACM 7(6), 1964.
struct SlotHeap {
    struct Entry {
        let rank: UInt64
        /// The job's: smaller is older.
        let id: UInt64
        let slot: Int

        static func < (left: Entry, right: Entry) -> Bool {
            left.rank == right.rank ? left.id < right.id : left.rank < right.rank
        }
    }

    private let entries: UnsafeMutableBufferPointer<Entry>

    init(capacity: Int) {
        entries = .allocate(capacity: capacity)
    }

    func deallocate() {
        entries.deallocate()
    }

    subscript(position: Int) -> Entry { entries[position] }

    /// Adds to a heap of `count` entries.
    ///
    /// - Complexity: O(log n)
    func insert(_ entry: Entry, count: Int) {
        precondition(count < entries.count, "the heap has room for \(entries.count) slots")
        var hole = count
        while hole > 0 {
            let parent = (hole - 1) / 2
            guard entry < entries[parent] else { break }
            entries[hole] = entries[parent]
            hole = parent
        }
        entries[hole] = entry
    }

    /// Takes the first of `count` entries.
    ///
    /// - Complexity: O(log n)
    func removeFirst(count: Int) -> Entry {
        precondition(count > 0, "the heap is empty")
        let first = entries[0]
        if count > 1 { sink(entries[count - 1], count: count - 1) }
        return first
    }

    private func sink(_ entry: Entry, count: Int) {
        var hole = 0
        while true {
            var child = 2 * hole + 1
            guard child < count else { break }
            if child + 1 < count && entries[child + 1] < entries[child] { child += 1 }
            guard entries[child] < entry else { break }
            entries[hole] = entries[child]
            hole = child
        }
        entries[hole] = entry
    }
}
