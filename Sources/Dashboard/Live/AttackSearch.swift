import Core
import Synchronization

/// The adversary's search on a thread of its own, so that the screen goes on meanwhile.
final class AttackSearch: Sendable {
    private let state: Guarded<(Adversary.Outcome, Adversary.Forecast)?>
    private let thread: SystemThread
    private let isGivenUp: GivenUp

    private final class GivenUp: Sendable {
        let value = Atomic(false)
    }

    /// - Parameters:
    ///   - start: Where the search begins; complete.
    ///   - whenDone: Called on the search's thread.
    init(from start: EngineState, whenDone: @escaping @Sendable () -> Void) {
        let state = Guarded<(Adversary.Outcome, Adversary.Forecast)?>(nil)
        let isGivenUp = GivenUp()
        self.state = state
        self.isGivenUp = isGivenUp
        thread = SystemThread(name: "sb-adversary") {
            var limits = Adversary.Limits()
            limits.isGivenUp = { isGivenUp.value.load(ordering: .relaxed) }
            let adversary = Adversary(breaking: start, limits: limits)
            let found = (adversary.search(), adversary.forecast())
            state.withLock { $0 = found }
            whenDone()
        }
    }

    /// What was found; `nil` while the search goes on.
    var result: (Adversary.Outcome, Adversary.Forecast)? { state.withLock { $0 } }

    /// Waits for the thread, which gives up soon if it is not done.
    func end() {
        isGivenUp.value.store(true, ordering: .relaxed)
        thread.join()
    }
}
