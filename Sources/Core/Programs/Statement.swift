/// One line of a program: what the engine executes and the screen prints.
///
/// A statement is indivisible: a thread is at one, or past it, never inside. Lines count from 1 for
/// people and from 0 here.
package enum Statement: Hashable, Sendable {
    /// Takes the next job that a device sent.
    case produce
    /// Puts the job in hand into a free slot.
    case insert
    /// Takes the next job, by the scheduling policy, out of its slot.
    case remove
    /// Runs the job in hand for as long as it asks.
    case execute
    /// Runs the job in hand for so much CPU time at most; what is left of it is for another time.
    case executeFor(Microseconds)
    /// Puts the job in hand, which is not done, back into its slot, behind all others.
    case putBack
    /// One of the three smaller statements that `insert` consists of.
    case insertPart(Part)
    /// One of the three smaller statements that `remove` consists of.
    case removePart(Part)
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
    /// Leaves the monitor and stands in the condition's queue; goes on at the next line when
    /// notified, outside the monitor: it must wait for `mutex` again, as Mesa has it.
    ///
    /// Source: Lampson and Redell, *Experience with Processes and Monitors in Mesa*, 1980.
    case waitCondition(ConditionName)
    /// Lets the condition's longest waiter go on; nothing if nobody waits.
    case notify(ConditionName)

    /// The parts of `insert` and `remove`, where no mutex makes one of them.
    ///
    /// All threads share the indices `in` and `out`; each has a `slot` of its own. Between two parts
    /// another thread can come, and that is how jobs are lost.
    package enum Part: UInt8, CaseIterable, Sendable {
        /// Reads the shared index into the thread's own `slot`.
        case readIndex
        /// Puts the job into that slot, or takes it out.
        case useSlot
        /// Sets the shared index to the slot after it.
        case moveIndex
    }

    /// What `jumpIf` can look at.
    package enum Test: UInt8, CaseIterable, Sendable {
        case bufferFull
        case bufferEmpty
        case slotFree
        case jobThere
        /// Whether this thread's last `wait` gave up.
        case timedOut
        /// Whether this thread has executed its job to the end.
        case jobDone
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
        case .executeFor(let quantum): "execute(\(quantum) s)"
        case .putBack: "put back"
        case .insertPart(.readIndex): "slot = in"
        case .insertPart(.useSlot): "buffer[slot] = job"
        case .insertPart(.moveIndex): "in = slot + 1"
        case .removePart(.readIndex): "slot = out"
        case .removePart(.useSlot): "job = buffer[slot]"
        case .removePart(.moveIndex): "out = slot + 1"
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
        case .slotFree: "a slot is free"
        case .jobThere: "a job is there"
        case .timedOut: "timed out"
        case .jobDone: "job done"
        }
    }
}
