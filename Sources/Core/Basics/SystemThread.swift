import CLinux
import Glibc

/// One thread of the operating system, with a small stack, that whoever starts it also joins.
///
/// It inherits the starting thread's signal mask. Write the body in a non-isolated function or type:
/// a closure in a `main.swift` belongs to the main actor and traps on another thread.
package final class SystemThread: Sendable {
    /// Enough for every loop of ours; the system's default is 8 MB a thread.
    private static let stackSize = 256 * 1024

    private let thread: pthread_t
    private let joined = Guarded(false)

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - name: As the system's tools show it; cut to 15 bytes.
    ///   - body: What it runs, to its end.
    package init(name: String, _ body: @escaping @Sendable () -> Void) {
        let start = Unmanaged.passRetained(ThreadStart(name: name, body: body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, SystemThread.stackSize)
        var thread = pthread_t()
        let error = pthread_create(&thread, &attributes, runThread, start.toOpaque())
        precondition(error == 0, "\(SystemError("pthread_create", number: error))")
        self.thread = thread
    }

    deinit {
        precondition(joined.withLock { $0 }, "a thread is joined before it is forgotten")
    }

    /// Waits until the body has returned; further calls return at once.
    ///
    /// A thread must not join itself.
    package func join() {
        joined.withLock { joined in
            guard !joined else { return }
            pthread_join(thread, nil)
            joined = true
        }
    }
}

private final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

private func runThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    let start = Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()
    clinux_name_thread(start.name)
    start.body()
    return nil
}
