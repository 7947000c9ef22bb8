import CLinux
import Glibc

/// The blocked signals as a descriptor for `poll`. See signalfd(2).
///
/// Works without a terminal as well. Sendable, for it holds nothing but the descriptor.
package final class SignalSource: Sendable {
    /// Readable when a signal has come.
    package let descriptor: Int32

    /// Opens the descriptor, and blocks the signals for the calling thread if that was not done.
    package init() throws(TerminalError) {
        let signals = Signals.all
        descriptor = clinux_signalfd(signals, Int32(signals.count))
        guard descriptor >= 0 else { throw .systemCall("signalfd", number: errno) }
    }

    deinit {
        close(descriptor)
    }

    /// The next signal that asks the program to end, or `nil` when there is none. Never blocks.
    ///
    /// Ctrl-Z stops the process in here, and it goes on here. For programs without a screen; with
    /// one, ``TerminalSession`` restores the terminal first.
    package func next() -> Int32? {
        while let signal = take() {
            if signal == SIGTSTP { clinux_stop_process() }
            if Signals.terminating.contains(signal) { return signal }
        }
        return nil
    }

    /// The next signal of any kind, or `nil` when there is none.
    func take() -> Int32? {
        let signal = clinux_signalfd_read(descriptor)
        return signal == 0 ? nil : signal
    }
}
