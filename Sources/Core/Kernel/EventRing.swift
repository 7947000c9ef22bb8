/// The last events, in memory allocated once: 16 bytes each, the oldest overwritten.
///
/// An event's place follows from its number. How many of them are without a gap the kernel knows.
struct EventRing {
    private let events: UnsafeMutableBufferPointer<Event>
    private let mask: UInt64

    /// The capacity is a power of two.
    init(capacity: Int) {
        precondition(capacity.nonzeroBitCount == 1, "a ring's capacity is a power of two")
        events = .allocate(capacity: capacity)
        events.initialize(repeating: Event(.paused, by: nil, at: .zero))
        mask = UInt64(capacity - 1)
    }

    func deallocate() {
        events.deallocate()
    }

    var capacity: Int { events.count }

    @inline(__always)
    func put(_ event: Event, number: UInt64) {
        events[Int(truncatingIfNeeded: number & mask)] = event
    }

    /// Copies the events after this number.
    func copy(after number: UInt64, count: Int, into target: UnsafeMutableBufferPointer<Event>) {
        for position in 0..<count {
            let index = (number + 1 + UInt64(position)) & mask
            target[position] = events[Int(truncatingIfNeeded: index)]
        }
    }
}
