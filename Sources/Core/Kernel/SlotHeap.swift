/// Slot numbers ordered by rank, then by age: a binary heap in memory allocated once.
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
    private(set) var count = 0

    init(capacity: Int) {
        entries = .allocate(capacity: capacity)
    }

    func deallocate() {
        entries.deallocate()
    }

    subscript(position: Int) -> Entry { entries[position] }

    /// - Complexity: O(log n)
    mutating func insert(_ entry: Entry) {
        precondition(count < entries.count, "the heap has room for \(entries.count) slots")
        var hole = count
        count += 1
        while hole > 0 {
            let parent = (hole - 1) / 2
            guard entry < entries[parent] else { break }
            entries[hole] = entries[parent]
            hole = parent
        }
        entries[hole] = entry
    }

    /// - Complexity: O(log n)
    mutating func removeFirst() -> Entry {
        precondition(count > 0, "the heap is empty")
        let first = entries[0]
        count -= 1
        if count > 0 { sink(entries[count]) }
        return first
    }

    private func sink(_ entry: Entry) {
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
