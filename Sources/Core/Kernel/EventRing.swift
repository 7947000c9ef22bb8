/// The last events, in memory allocated once: 16 bytes each, the oldest overwritten.
///
/// It holds one run of consecutive numbers. Once something happened that was not recorded, the run
/// is over, and a new one begins where somebody asks for it.
struct EventRing {
    private let events: UnsafeMutableBufferPointer<Event>
    private let mask: UInt64
    /// The number of the last event before the run.
    private(set) var before: UInt64 = 0
    /// The number of the run's last event.
    private(set) var last: UInt64 = 0

    /// - Parameter capacity: A power of two.
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
    mutating func append(_ event: Event) {
        last &+= 1
        events[Int(truncatingIfNeeded: last & mask)] = event
    }

    /// Begins an empty run: the next event appended has the number after this one.
    mutating func restart(after number: UInt64) {
        before = number
        last = number
    }

    /// Whether everything after this number, up to the run's end, is still here.
    func holdsAll(after number: UInt64) -> Bool {
        number >= before && last - number <= UInt64(events.count) && number <= last
    }

    /// Copies the oldest events after this number, as many as there is room for.
    ///
    /// - Returns: How many.
    func copy(after number: UInt64, into target: UnsafeMutableBufferPointer<Event>) -> Int {
        let count = min(Int(last - number), target.count)
        for position in 0..<count {
            let index = (number + 1 + UInt64(position)) & mask
            target[position] = events[Int(truncatingIfNeeded: index)]
        }
        return count
    }
}
