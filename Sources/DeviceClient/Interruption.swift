import CLinux
import Core
import Glibc

/// Where the main thread waits until the work of other threads is done or a signal ends it.
///
/// Create it before the first thread starts, so that all of them leave the signals to this one.
final class Interruption: Sendable {
    private static let interrupts = [SIGINT, SIGTERM]

    private let done: Int32
    /// The terminal may take nothing when a signal comes.
    private let release: TerminalRelease

    /// - Throws: Where the system has no more descriptors.
    init() throws {
        done = try SystemError.check("eventfd") { clinux_eventfd() }
        do {
            release = try TerminalRelease(signals: Self.interrupts)
        } catch {
            close(done)
            throw error
        }
    }

    deinit { close(done) }

    /// To be called last of all, when everything has been written.
    func stop() { release.stop() }

    /// Tells the waiting thread that the work is done; any thread may.
    func workIsDone() { clinux_eventfd_notify(done) }

    /// Waits for the end.
    ///
    /// - Parameters:
    ///   - period: How often to do something meanwhile, in milliseconds; -1 for never.
    ///   - body: What to do.
    /// - Returns: The signal that ended the wait, or 0 when the work is done.
    func wait(every period: Int32 = -1, _ body: () -> Void = {}) -> Int32 {
        while true {
            body()
            let signals = release.interruption
            var requests = [signals, done].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            poll(&requests, nfds_t(requests.count), period)
            if requests[0].revents != 0 {
                release.endIsNear()
                return clinux_signalfd_read(signals)
            }
            if requests[1].revents != 0 { return 0 }
        }
    }
}
