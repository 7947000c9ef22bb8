/// A clock that stands still until somebody moves it: what makes tests of time deterministic.
///
/// Threads that park on it with a deadline really sleep, and are let go by the `advance` that
/// reaches their deadline.
package final class ManualClock: EngineClock {
    private struct State {
        var time = Microseconds.zero
        var sleepers: [Sleeper] = []
    }

    private struct Sleeper {
        let deadline: Microseconds
        let parker: Parker
    }

    private let state = Guarded(State())

    package init() {}

    package var now: Microseconds {
        state.withLock { $0.time }
    }

    package func park(_ parker: Parker, until deadline: Microseconds?, spinning: Bool) {
        guard let deadline else { return parker.park(spinning: spinning) }
        let waits = state.withLock { state in
            guard deadline > state.time else { return false }
            state.sleepers.append(Sleeper(deadline: deadline, parker: parker))
            return true
        }
        guard waits else { return }
        parker.park()
        state.withLock { state in
            state.sleepers.removeAll { $0.parker === parker }
        }
    }

    /// Moves the time on and lets go of everybody whose deadline has come.
    package func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.time += Microseconds(duration)
            return state.sleepers.filter { $0.deadline <= state.time }
        }
        for sleeper in due { sleeper.parker.unpark() }
    }
}
