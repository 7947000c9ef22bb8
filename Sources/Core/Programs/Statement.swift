/// One line of a program: what the engine executes and the screen prints.
///
/// A statement is indivisible: a thread is at one, or past it, never inside. Lines count from 1 for
/// people and from 0 here.
package enum Statement: Equatable, Sendable {
    /// Takes the next job that a device sent.
    case produce
    /// Puts the job in hand into a free slot.
    case insert
    /// Takes the next job, by the scheduling policy, out of its slot.
    case remove
    /// Runs the job in hand for as long as it asks.
    case execute
    /// Takes a unit of the semaphore (Dijkstra's P), or stands in its queue until there is one.
    ///
    /// With a time-out the thread gives up after that long and goes on all the same, with the test
    /// `timedOut` true. A time-out of zero never queues: that is `tryWait`.
    case wait(SemaphoreName, timeOut: Microseconds? = nil)
    /// Gives a unit to the semaphore (Dijkstra's V).
    case signal(SemaphoreName)
    /// Goes on at another line if the test holds, else at the next.
    case jumpIf(Test, to: Int)
    case jump(to: Int)
    /// Leaves the monitor and stands in the condition's queue; goes on when notified and inside again.
    case waitCondition(ConditionName)
    /// Sends the condition's longest waiter to the queue of `mutex`; nothing if nobody waits.
    case notify(ConditionName)

    /// What `jumpIf` can look at.
    package enum Test: UInt8, CaseIterable, Sendable {
        case bufferFull
        case bufferEmpty
        /// Whether this thread's last `wait` gave up.
        case timedOut
    }

    package static func tryWait(_ name: SemaphoreName) -> Statement {
        .wait(name, timeOut: .zero)
    }
}

extension Statement: CustomStringConvertible {
    /// The line as the textbook writes it.
    package var description: String {
        switch self {
        case .produce: "produce"
        case .insert: "insert"
        case .remove: "remove"
        case .execute: "execute"
        case .wait(let name, nil): "wait(\(name))"
        case .wait(let name, Microseconds.zero?): "tryWait(\(name))"
        case .wait(let name, let limit?): "wait(\(name), \(limit) s)"
        case .signal(let name): "signal(\(name))"
        case .jumpIf(let test, let line): "if \(test): go to \(line + 1)"
        case .jump(let line): "go to \(line + 1)"
        case .waitCondition(let name): "waitCondition(\(name))"
        case .notify(let name): "notify(\(name))"
        }
    }
}

extension Statement.Test: CustomStringConvertible {
    package var description: String {
        switch self {
        case .bufferFull: "buffer full"
        case .bufferEmpty: "buffer empty"
        case .timedOut: "timed out"
        }
    }
}
