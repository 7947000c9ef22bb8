/// State that can be reached only by whoever holds its lock.
///
/// Meant for state that is held briefly; where it is held for longer, the others sleep. The state
/// lies in memory of its own, because the run-time exclusivity checks of a class's properties cost
/// more than the work. Used in place of `Synchronization.Mutex`, which collapses under contention
/// and whose waiting the thread sanitizer cannot see, so that it reports races that are none.
package final class Guarded<State>: @unchecked Sendable {
    // Sendable because the state is touched only inside `lock`.
    private let lock = SpinLock()
    private let state: UnsafeMutablePointer<State>

    package init(_ initial: State) {
        state = .allocate(capacity: 1)
        state.initialize(to: initial)
    }

    deinit {
        state.deinitialize(count: 1)
        state.deallocate()
    }

    @inline(__always)
    package func withLock<Result>(_ body: (inout State) -> Result) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return body(&state.pointee)
    }
}
