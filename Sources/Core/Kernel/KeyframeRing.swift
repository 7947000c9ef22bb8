/// Snapshots that the kernel takes of itself on the way, the oldest overwritten, so that events kept
/// in its ring have a state before them.
///
/// They are so far apart that eight fit the ring of events: at most an eighth of the events kept lies
/// before the oldest snapshot. Memory that no snapshot needed is never touched.
struct KeyframeRing {
    private let spaces: UnsafeMutableBufferPointer<SnapshotSpace>
    /// How many events lie between two of them at least.
    let spacing: UInt64

    /// Eight fit the ring of events, one may be due, and one is being read.
    private static let count = 10

    /// Copying as much takes some 50 µs inside the kernel.
    private static func limits(_ settings: KernelSettings) -> SnapshotLimits {
        SnapshotLimits(
            slots: min(settings.isRendezvous ? settings.threadLimit : settings.capacity, 1024),
            waiters: min(settings.threadLimit, 256),
            threads: min(settings.threadLimit, 1024)
        )
    }

    /// Without history it is empty.
    init(_ settings: KernelSettings) {
        spacing = UInt64(settings.ringCapacity / 8)
        spaces = .allocate(capacity: settings.history > 0 ? Self.count : 0)
        for index in spaces.indices {
            spaces.initializeElement(at: index, to: SnapshotSpace(Self.limits(settings)))
        }
    }

    func deallocate() {
        for space in spaces { space.deallocate() }
        spaces.deallocate()
    }

    var isEmpty: Bool { spaces.isEmpty }

    /// Where the next one goes, after so many were taken.
    func next(after taken: Int) -> UnsafeMutablePointer<SnapshotSpace>? {
        spaces.baseAddress.map { $0 + taken % spaces.count }
    }

    /// The oldest whose number is at least the first and at most the last, of so many taken.
    func oldest(
        from first: UInt64,
        upTo last: UInt64,
        taken: Int
    ) -> UnsafeMutablePointer<SnapshotSpace>? {
        (max(0, taken - spaces.count)..<taken).lazy.compactMap { next(after: $0) }
            .first { (first...last).contains($0.pointee.number) }
    }
}
