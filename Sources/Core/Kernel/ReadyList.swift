/// The agents that may execute a slice, the longest ready first, in memory allocated once.
struct ReadyList {
    private let ring: UnsafeMutableBufferPointer<ThreadID>
    private var first = 0
    private(set) var count = 0

    /// - Parameter capacity: How many agents there can be; each stands here at most once.
    init(capacity: Int) {
        ring = .allocate(capacity: capacity)
    }

    func deallocate() {
        ring.deallocate()
    }

    mutating func append(_ id: ThreadID) {
        precondition(count < ring.count, "an agent stands in the ready list twice")
        ring[(first + count) % ring.count] = id
        count += 1
    }

    mutating func popFirst() -> ThreadID? {
        guard count > 0 else { return nil }
        defer {
            first = (first + 1) % ring.count
            count -= 1
        }
        return ring[first]
    }
}
