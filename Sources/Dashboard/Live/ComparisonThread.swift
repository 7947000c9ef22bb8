import Core
import Synchronization

/// Rehearses the executed jobs under every policy on a thread of its own, so that the screen goes on
/// meanwhile.
final class ComparisonThread: Sendable {
    private let state: Guarded<ScheduleComparison?>
    private let thread: SystemThread
    private let isGivenUp: GivenUp

    private final class GivenUp: Sendable {
        let value = Atomic(false)
    }

    /// - Parameters:
    ///   - shape: What executed the jobs.
    ///   - jobs: Asked on the thread: how they fared.
    ///   - whenDone: Called on the thread.
    init(
        _ shape: ScheduleComparison.Shape,
        jobs: @escaping @Sendable () -> [ScheduledJob],
        whenDone: @escaping @Sendable () -> Void
    ) {
        let state = Guarded<ScheduleComparison?>(nil)
        let isGivenUp = GivenUp()
        self.state = state
        self.isGivenUp = isGivenUp
        thread = SystemThread(name: "sb-comparison") {
            let comparison = ScheduleComparison(jobs(), on: shape) {
                isGivenUp.value.load(ordering: .relaxed)
            }
            state.withLock { $0 = comparison }
            whenDone()
        }
    }

    /// What came of it; `nil` while it goes on.
    var result: ScheduleComparison? { state.withLock { $0 } }

    /// Waits for the thread, which gives up after the policy that it is at.
    func end() {
        isGivenUp.value.store(true, ordering: .relaxed)
        thread.join()
    }
}
