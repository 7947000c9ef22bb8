import CLinux
import Glibc
import Synchronization

/// Mutual exclusion for state that is held for well under a microsecond.
///
/// It spins with growing pauses, then yields, and sleeps where even that does not help: the holder
/// may have lost its processor. `Synchronization.Mutex` is not used on the hot path because it
/// collapses with more threads than processors.
///
/// Source: U. Drepper, *Futexes Are Tricky*, section 6 (the three states).
package final class SpinLock: Sendable {
    private static let free: UInt32 = 0
    private static let held: UInt32 = 1
    private static let heldWithSleepers: UInt32 = 2

    /// The lock is held for some 300 ns at a time: longer pauses than four would sleep through its
    /// being free, shorter ones take the cache line from the holder.
    private static let spinSteps = 24
    private static let longestPause: Int32 = 4
    private static let yields = 16

    private let state = AlignedAtomic(SpinLock.free)

    package init() {}

    deinit {
        state.deallocate()
    }

    /// Not recursive: a thread that holds the lock must not ask again.
    @inline(__always)
    package func lock() {
        let (exchanged, _) = state.word.pointee.compareExchange(
            expected: SpinLock.free,
            desired: SpinLock.held,
            ordering: .acquiring
        )
        if !exchanged { lockSlowly() }
    }

    @inline(__always)
    package func unlock() {
        let before = state.word.pointee.exchange(SpinLock.free, ordering: .releasing)
        if before == SpinLock.heldWithSleepers { clinux_futex_wake(state.address, 1) }
    }

    package func withLock<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        lock()
        defer { unlock() }
        return try body()
    }

    @inline(never)
    private func lockSlowly() {
        var pause: Int32 = 1
        for _ in 0..<SpinLock.spinSteps {
            clinux_pause(pause)
            if tryLock() { return }
            pause = min(2 * pause, SpinLock.longestPause)
        }
        for _ in 0..<SpinLock.yields {
            sched_yield()
            if tryLock() { return }
        }
        while state.word.pointee.exchange(SpinLock.heldWithSleepers, ordering: .acquiring)
            != SpinLock.free
        {
            _ = clinux_futex_wait(state.address, SpinLock.heldWithSleepers, -1)
        }
    }

    private func tryLock() -> Bool {
        state.word.pointee.load(ordering: .relaxed) == SpinLock.free
            && state.word.pointee.compareExchange(
                expected: SpinLock.free,
                desired: SpinLock.held,
                ordering: .acquiring
            ).exchanged
    }
}
