import Synchronization

/// An atomic 32-bit word at a known address, alone on its cache lines, on which a thread can sleep.
///
/// `Synchronization.Atomic` has no public address, and futex(2) needs one; 128 bytes keep two hot
/// words from sharing a pair of cache lines. Whoever makes one calls `deallocate` when no thread
/// uses it any more.
package struct AlignedAtomic: @unchecked Sendable {
    // Sendable because the pointer never changes and what it points to is atomic.
    private let atomic: UnsafeMutablePointer<Atomic<UInt32>>

    package init(_ value: UInt32) {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 128, alignment: 128)
        atomic = memory.bindMemory(to: Atomic<UInt32>.self, capacity: 1)
        atomic.initialize(to: Atomic(value))
    }

    package func deallocate() {
        atomic.deinitialize(count: 1)
        UnsafeMutableRawPointer(atomic).deallocate()
    }

    package var word: UnsafePointer<Atomic<UInt32>> { UnsafePointer(atomic) }

    /// Where futex(2) looks.
    package var address: UnsafeRawPointer { UnsafeRawPointer(atomic) }
}
