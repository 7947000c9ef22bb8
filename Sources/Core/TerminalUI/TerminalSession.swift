import CLinux
import Glibc

/// The terminal and the signals in one place: a program waits here for whatever comes next.
///
/// Main thread only. Create it after ``Signals/block()``.
package final class TerminalSession {
    private let terminal: NcursesTerminal
    private let signals: SignalSource
    private var inputIsOpen = true
    /// Whether the end of the input has been seen and not been told.
    private var inputIsGone = false
    /// Whether `poll` promised keys that have not all been read.
    private var hasInput = true
    /// Whether `poll` promised signals that have not all been read.
    private var hasSignal = true
    /// The size that the caller knows of.
    private var knownSize: (width: Int, height: Int)
    /// Signals that came while the process was stopped.
    private var delayed: [Int32] = []

    package init(terminal: NcursesTerminal, signals: SignalSource) {
        self.terminal = terminal
        self.signals = signals
        knownSize = terminal.size
    }

    /// The cells that the screen has.
    package var size: (width: Int, height: Int) { terminal.size }

    /// Shows the frame; see ``NcursesTerminal/present(_:)``.
    package func present(_ frame: CellBuffer) {
        terminal.present(frame)
    }

    /// Restores the terminal. A second call does nothing.
    package func close() {
        terminal.close()
    }

    /// Waits for a key, a signal, another size of the window or the waking descriptor.
    ///
    /// Keys that have come together are returned one by one without a system call between them.
    ///
    /// - Parameters:
    ///   - waking: An event descriptor (see eventfd(2)) by which another thread ends the wait.
    ///   - limit: The longest wait; `nil` waits without limit, zero only looks.
    /// - Returns: What came first.
    package func nextEvent(waking: Int32?, atMost limit: Duration?) -> TerminalEvent {
        let deadline = limit.map { ContinuousClock.now + $0 }
        while true {
            if let event = pendingEvent() { return event }
            let remaining = deadline.map { $0 - ContinuousClock.now }
            let ready = poll(waking: waking, atMost: remaining)
            if ready.waking, let waking {
                clinux_eventfd_drain(waking)
                // Signals and keys are not lost by being told after it.
                return .woken
            }
            if ready.count == 0, let deadline, deadline <= ContinuousClock.now { return .timeout }
        }
    }

    /// What can be told without waiting.
    private func pendingEvent() -> TerminalEvent? {
        if let event = signalEvent() { return event }
        if hasInput, inputIsOpen {
            if let key = terminal.readKey() { return .key(key) }
            hasInput = false
        }
        if inputIsGone {
            inputIsGone = false
            return .inputClosed
        }
        guard terminal.size == knownSize else {
            knownSize = terminal.size
            return .resized(width: knownSize.width, height: knownSize.height)
        }
        return nil
    }

    private func signalEvent() -> TerminalEvent? {
        guard hasSignal || !delayed.isEmpty else { return nil }
        while let signal = delayed.isEmpty ? signals.take() : delayed.removeFirst() {
            switch signal {
            case SIGTSTP:
                stop()
                return .resumed
            case SIGCONT:
                // Stopped by somebody else: the shell has used the terminal since.
                terminal.suspend()
                terminal.resume()
                return .resumed
            case SIGWINCH:
                terminal.updateSize()
            default:
                return .terminate(signal: signal)
            }
        }
        hasSignal = false
        return nil
    }

    /// Gives the terminal back, stops the process, and takes the terminal over when it goes on.
    private func stop() {
        terminal.suspend()
        clinux_stop_process()
        terminal.resume()
        while let signal = signals.take() {
            if signal != SIGCONT && signal != SIGTSTP { delayed.append(signal) }
        }
    }

    private func poll(
        waking: Int32?,
        atMost limit: Duration?
    ) -> (count: Int32, waking: Bool) {
        // A descriptor below zero is left out by poll(2).
        let keys = inputIsOpen ? terminal.input : -1
        var entries = [keys, signals.descriptor, waking ?? -1].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        let count = Glibc.poll(&entries, nfds_t(entries.count), TerminalSession.timeout(limit))
        guard count > 0 else { return (count, false) }
        hasSignal = entries[1].revents != 0
        noteInput(entries[0].revents)
        return (count, entries[2].revents != 0)
    }

    /// A terminal that was closed is readable for ever: it is not polled again.
    private func noteInput(_ events: Int16) {
        guard events != 0 else { return }
        var waiting: Int32 = 0
        let readable =
            events & Int16(POLLIN) != 0 && ioctl(terminal.input, UInt(FIONREAD), &waiting) == 0
        hasInput = readable && waiting > 0
        guard !hasInput else { return }
        inputIsOpen = false
        inputIsGone = true
    }

    /// Whole milliseconds for poll(2), rounded up, so that a wait never ends early.
    private static func timeout(_ limit: Duration?) -> Int32 {
        guard let limit else { return -1 }
        guard limit > .zero else { return 0 }
        let (seconds, attoseconds) = limit.components
        let million: Int64 = 1_000_000
        let milliseconds = (attoseconds + 999 * million * million) / (1000 * million * million)
        return Int32(clamping: min(seconds, million) * 1000 + milliseconds)
    }
}
