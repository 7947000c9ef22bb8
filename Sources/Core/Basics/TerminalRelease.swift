import CLinux
import Glibc
import Synchronization

/// Frees a program that is to end from a terminal that takes nothing any more.
///
/// A write(2) to a terminal that Ctrl-S has stopped, or behind which nobody reads, waits for ever, and
/// the thread that waits there reads no signal. So a thread of this type's own hears of the end as
/// well, and then watches the terminals: one that takes nothing is started again, as by Ctrl-Q, and
/// where that does not help, what nobody has read is thrown away. Whatever the program still writes,
/// such as what restores the screen, has room then. Until the end nothing is touched: whoever stops
/// the screen to read it may take his time.
package final class TerminalRelease: Sendable {
    /// Readable while a signal to end is there that nobody has taken yet.
    package let interruption: Int32
    private let terminals: [Int32]
    private let news: Int32
    private let isOver = AtomicFlag()
    private let thread: SystemThread?

    private static let tick: Int32 = 50

    private final class AtomicFlag: Sendable {
        let value = Atomic(false)
    }

    /// Begins to watch standard output and standard error, until ``stop()``.
    ///
    /// - Parameter signals: Those that ask for the end. They are blocked for the calling thread.
    /// - Throws: Where the system has no more descriptors.
    package convenience init(signals: [Int32]) throws(SystemError) {
        try self.init(signals: signals, outputs: [STDOUT_FILENO, STDERR_FILENO])
    }

    /// - Parameters:
    ///   - signals: Those that ask for the end.
    ///   - outputs: Where the program writes; those that are terminals are watched.
    /// - Throws: Where the system has no more descriptors.
    init(signals: [Int32], outputs: [Int32]) throws(SystemError) {
        let interruption = try SystemError.check("signalfd") {
            clinux_signalfd(signals, Int32(signals.count))
        }
        let news = clinux_eventfd()
        guard news >= 0 else {
            let error = SystemError("eventfd")
            close(interruption)
            throw error
        }
        let terminals = Self.terminals(among: outputs)
        (self.interruption, self.news, self.terminals) = (interruption, news, terminals)
        guard !terminals.isEmpty else {
            thread = nil
            return
        }
        thread = SystemThread(name: "sb-terminal") { [isOver] in
            Self.allowControl()
            Self.wait(for: [interruption, news], atMost: -1)
            Self.watch(terminals, news: news, until: isOver)
        }
    }

    deinit {
        for descriptor in terminals + [interruption, news] { close(descriptor) }
    }

    /// From now on a terminal that takes nothing is freed; a signal to end means the same.
    ///
    /// Not for a program that ends by itself: whoever has stopped the screen to read it starts it again.
    package func endIsNear() {
        clinux_eventfd_notify(news)
    }

    /// Waits for the thread to end; to be called last of all, when everything has been written.
    package func stop() {
        isOver.value.store(true, ordering: .releasing)
        clinux_eventfd_notify(news)
        thread?.join()
    }

    /// Each terminal once, duplicated, because a screen puts something else in standard error's place.
    private static func terminals(among outputs: [Int32]) -> [Int32] {
        var devices: Set<dev_t> = []
        return outputs.filter { output in
            var status = stat()
            return isatty(output) == 1 && fstat(output, &status) == 0
                && devices.insert(status.st_rdev).inserted
        }
        .map { fcntl($0, F_DUPFD_CLOEXEC, 0) }.filter { $0 >= 0 }
    }

    // MARK: - The thread

    private static func watch(_ terminals: [Int32], news: Int32, until isOver: AtomicFlag) {
        var stalls = terminals.map { _ in TerminalStall(at: .now) }
        while true {
            for (place, terminal) in terminals.enumerated() {
                switch stalls[place].see(look(at: terminal), at: .now) {
                case .nothing: break
                case .start: start(terminal)
                case .flush:
                    tcflush(terminal, TCOFLUSH)
                    start(terminal)
                }
            }
            clinux_eventfd_drain(news)
            // Asked after that, so that no word of it is lost.
            if isOver.value.load(ordering: .acquiring) { return }
            wait(for: [news], atMost: tick)
        }
    }

    /// There is no room while another thread's write waits there; see tty_poll in the kernel.
    private static func look(at terminal: Int32) -> TerminalStall.Look {
        var request = pollfd(fd: terminal, events: Int16(POLLOUT), revents: 0)
        return TerminalStall.Look(
            hasRoom: poll(&request, 1, 0) != 0,
            unsent: Output.unsent(terminal)
        )
    }

    /// As Ctrl-Q does, and wakes whoever waits for room. What Ctrl-S has stopped, Linux only starts
    /// after a stop of this kind. See tcflow(3).
    private static func start(_ terminal: Int32) {
        tcflow(terminal, TCOOFF)
        tcflow(terminal, TCOON)
    }

    private static func wait(for descriptors: [Int32], atMost limit: Int32) {
        var requests = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        poll(&requests, nfds_t(requests.count), limit)
    }

    /// A program in the background would be stopped by SIGTTOU for what is done here.
    private static func allowControl() {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTTOU)
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }
}
