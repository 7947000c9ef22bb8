import CLinux
import Glibc
import Synchronization

/// The place where one thread really sleeps, and the one permit that lets it go on.
///
/// `unpark` leaves a permit; `park` takes it, or sleeps until there is one. Permits do not add up,
/// and a thread may be let go for no reason: so a thread parks in a loop and looks again at what it
/// waits for. A permit given before the thread parks is never lost. The idea is that of
/// `java.util.concurrent.locks.LockSupport`.
package final class Parker: Sendable {
    private static let empty: UInt32 = 0
    private static let permit: UInt32 = 1
    private static let asleep: UInt32 = 2

    /// A hand-over through sleep costs some 550 times one through a spinning loop, so a thread that
    /// expects to go on soon looks a few times before it sleeps: after 1, 2, 4, 8, 8 … pauses.
    /// Longer pauses let 15 slots run full or empty meanwhile; at one pause each, looking takes the
    /// cache line from the thread that is about to write it.
    private static let spinSteps = 24
    private static let longestPause: Int32 = 8
    private static let yields = 8

    private let state = AlignedAtomic(Parker.empty)
    private let whenUnparked: (@Sendable () -> Void)?

    package init() {
        whenUnparked = nil
    }

    /// For a thread that sleeps elsewhere, as an event loop does.
    ///
    /// - Parameter whenUnparked: Lets that thread go. Called by whoever leaves a permit where there
    ///   was none, so not again before the permit is taken.
    package init(whenUnparked: @escaping @Sendable () -> Void) {
        self.whenUnparked = whenUnparked
    }

    deinit {
        state.deallocate()
    }

    /// Returns when there is a permit, at the time limit, or for no reason at all.
    ///
    /// - Parameters:
    ///   - limit: The longest sleep; `nil` means no limit.
    ///   - spinning: Whether to look for a bounded moment (some 180 pauses, 8 yields) before sleeping.
    package func park(atMost limit: Duration? = nil, spinning: Bool = false) {
        if takePermit() { return }
        if spinning && spinForPermit() { return }
        let (exchanged, _) = state.word.pointee.compareExchange(
            expected: Parker.empty,
            desired: Parker.asleep,
            ordering: .acquiringAndReleasing
        )
        if exchanged {
            let nanoseconds = limit.map { $0.nanoseconds } ?? -1
            _ = clinux_futex_wait(state.address, Parker.asleep, nanoseconds)
        }
        _ = state.word.pointee.exchange(Parker.empty, ordering: .acquiring)
    }

    /// Lets the thread go on, now or the next time that it parks. Any thread may call it.
    package func unpark() {
        let before = state.word.pointee.exchange(Parker.permit, ordering: .acquiringAndReleasing)
        if before == Parker.asleep {
            clinux_futex_wake(state.address, 1)
        } else if before == Parker.empty, let whenUnparked {
            whenUnparked()
        }
    }

    /// Takes the permit if there is one; does not wait.
    package func takePermit() -> Bool {
        state.word.pointee.load(ordering: .relaxed) == Parker.permit
            && state.word.pointee.exchange(Parker.empty, ordering: .acquiring) == Parker.permit
    }

    private func spinForPermit() -> Bool {
        var pause: Int32 = 1
        for _ in 0..<Parker.spinSteps {
            clinux_pause(pause)
            if takePermit() { return true }
            pause = min(2 * pause, Parker.longestPause)
        }
        for _ in 0..<Parker.yields {
            sched_yield()
            if takePermit() { return true }
        }
        return false
    }
}

extension Duration {
    /// Whole nanoseconds, at least zero, at most 292 years.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let limit: Int64 = 9_000_000_000
        return max(0, min(seconds, limit) * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
