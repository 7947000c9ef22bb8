import Core
import Glibc
import TerminalUI

/// Follows the engine without a screen: one sentence per event on standard output.
///
/// Between two looks it sleeps until something happens. Main thread.
struct HeadlessLoop {
    /// How many events may happen between two looks before some go unrecorded.
    static let budget = 4096
    /// Between two looks: long enough for many events to share one write.
    private static let pause: Int32 = 20

    let watched: Watched
    let signals: SignalSource
    /// Standard output comes first: when nobody reads it any more, the run is over. A log file that
    /// cannot be written is only left behind.
    var writers: [LogWriter]
    /// Whether somebody else says that it is over, such as the demo's devices.
    let isOver: () -> Bool
    private let observer: Observer
    /// Whether a signal has asked for the end.
    private var isHurried = false

    init(
        _ watched: Watched,
        signals: SignalSource,
        writers: [LogWriter],
        isOver: @escaping () -> Bool
    ) {
        self.watched = watched
        self.signals = signals
        self.writers = writers
        self.isOver = isOver
        // Events that nobody writes need not be followed one by one.
        let isSilent = writers.allSatisfy(\.isSilent)
        observer = Observer(watched.engine, budget: isSilent ? 0 : Self.budget)
    }

    /// Returns when the engine is complete, a signal came, or nobody reads any more.
    ///
    /// - Returns: Whether a signal asked for the end.
    mutating func run() -> Bool {
        let changes = watched.engine.changes
        while true {
            // Armed before the look, so that what happens after it wakes the poll.
            changes.arm()
            let isEnd = watched.engine.isComplete || isOver()
            guard write(), !isEnd else { return false }
            if isToEnd(waking: changes.descriptor) { return isHurried }
        }
    }

    /// Writes what has happened since the last time; once more after the engine has stopped.
    ///
    /// - Returns: Whether somebody still reads it.
    @discardableResult
    mutating func write() -> Bool {
        let missed = observer.look { event, state in
            for index in writers.indices { writers[index].add(event, before: state) }
        }
        let remarks = watched.takeRemarks()
        for index in writers.indices {
            for text in remarks { writers[index].add(remark: text, at: watched.clock.now) }
            if missed > 0 { writers[index].addGap(missed, to: observer.state) }
            writers[index].flush()
        }
        return writers.first?.isIntact ?? true
    }

    /// Waits for a change or for a reason to end; says whether it was the latter.
    private mutating func isToEnd(waking descriptor: Int32) -> Bool {
        var requests = [signals.descriptor, descriptor].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        // Asked for nothing, it still tells that its reader has gone, when there is nothing to write
        // that would show it. A run without a reader would otherwise wait for the next event.
        requests.append(pollfd(fd: STDOUT_FILENO, events: 0, revents: 0))
        poll(&requests, nfds_t(requests.count), -1)
        if takeSignal() || requests[2].revents != 0 { return true }
        poll(&requests, 1, Self.pause)
        return takeSignal()
    }

    /// Whether a signal asked for the end. Once taken it interrupts no write any more, and what
    /// follows must not wait for a reader for ever.
    private mutating func takeSignal() -> Bool {
        guard signals.next() != nil else { return false }
        isHurried = true
        for index in writers.indices { writers[index].hurry() }
        return true
    }
}
