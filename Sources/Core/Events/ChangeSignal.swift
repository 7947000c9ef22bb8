import CLinux
import Glibc
import Synchronization

/// Wakes one observer who sleeps in poll(2) until the engine does something.
///
/// As long as nobody sleeps, `fire` costs an engine thread one relaxed load. The observer arms it,
/// looks once more whether something happened meanwhile, and only then sleeps.
package final class ChangeSignal: Sendable {
    private let isArmed = Atomic(false)
    /// Becomes readable.
    package let descriptor: Int32

    package init() {
        descriptor = clinux_eventfd()
        precondition(descriptor >= 0, "the system gives no eventfd: \(SystemError("eventfd"))")
    }

    deinit {
        close(descriptor)
    }

    /// From now on the next change makes the descriptor readable.
    package func arm() {
        clinux_eventfd_drain(descriptor)
        isArmed.store(true, ordering: .sequentiallyConsistent)
    }

    /// Something changed. To be called after leaving the kernel.
    @inline(__always)
    package func fire() {
        guard isArmed.load(ordering: .relaxed) else { return }
        wake()
    }

    /// Makes the descriptor readable, armed or not.
    package func wake() {
        isArmed.store(false, ordering: .sequentiallyConsistent)
        clinux_eventfd_notify(descriptor)
    }
}
