/// The last events, in memory allocated once: 16 bytes each, the oldest overwritten.
///
/// An event's place follows from its number. How many of them are without a gap the kernel knows.
struct EventRing {
    private let events: UnsafeMutableBufferPointer<Event>
    private let mask: UInt64

    /// The capacity is a power of two.
    init(capacity: Int) {
        precondition(capacity.nonzeroBitCount == 1, "a ring's capacity is a power of two")
        // Not initialized: an event is written before it is read, and memory not yet touched costs
        // nothing, however long the ring.
        events = .allocate(capacity: capacity)
        mask = UInt64(capacity - 1)
    }

    func deallocate() {
        events.deallocate()
    }

    var capacity: Int { events.count }

    @inline(__always)
    func put(_ event: Event, number: UInt64) {
        events.initializeElement(at: Int(truncatingIfNeeded: number & mask), to: event)
    }

    /// Copies the events after this number.
    func copy(after number: UInt64, count: Int, into target: UnsafeMutableBufferPointer<Event>) {
        guard count > 0 else { return }
        let start = Int(truncatingIfNeeded: (number + 1) & mask)
        let first = min(count, events.count - start)
        _ = target[..<first].update(fromContentsOf: events[start..<start + first])
        _ = target[first..<count].update(fromContentsOf: events[..<(count - first)])
    }
}
