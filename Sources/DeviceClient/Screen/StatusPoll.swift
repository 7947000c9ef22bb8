import Core

/// Asks the server for its status again and again, on a thread of its own.
final class StatusPoll: Sendable {
    private struct State {
        var isStopping = false
        var counts: BufferCounts?
    }

    private let state: Guarded<State>
    private let parker: Parker
    private let thread: SystemThread

    /// - Parameters:
    ///   - period: Between an answer and the next question.
    ///   - ask: Returns what the server tells, or `nil`; may take seconds.
    ///   - whenTold: Called after each answer, on the thread.
    init(
        every period: Duration,
        ask: @escaping @Sendable () -> BufferCounts?,
        whenTold: @escaping @Sendable () -> Void
    ) {
        let (state, parker) = (Guarded(State()), Parker())
        self.state = state
        self.parker = parker
        thread = SystemThread(name: "status") {
            while !state.withLock({ $0.isStopping }) {
                let counts = ask()
                state.withLock { $0.counts = counts }
                whenTold()
                if !state.withLock({ $0.isStopping }) { parker.park(atMost: period) }
            }
        }
    }

    /// What the server told last.
    var counts: BufferCounts? { state.withLock { $0.counts } }

    /// Ends the thread; must be called before it is forgotten.
    func stop() {
        state.withLock { $0.isStopping = true }
        parker.unpark()
        thread.join()
    }
}
