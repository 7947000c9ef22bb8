/// The programs that the engine can run: the textbook's, and how each of its rules can be broken.
///
/// A broken one differs from a correct one in as few lines as possible.
///
/// Source: Silberschatz, Galvin and Gagne, *Operating System Concepts*, 10th ed., §7.1.1, figures
/// 7.1 and 7.2 (the bounded buffer), §6.6.3 (how semaphores are misused); Arpaci-Dusseau,
/// *Operating Systems: Three Easy Pieces*, ch. 30 (one condition, `if` for `while`).
package enum ProgramCatalog {
    /// The bounded buffer with semaphores, as every textbook has it.
    package static let correct = ProgramPair(
        name: "correct",
        summary: "wait for a slot, then for the mutex",
        producer: Program(
            .producer,
            [.produce, .wait(.empty), .wait(.mutex), .insert, .signal(.mutex), .signal(.full)]
        ),
        consumer: Program(
            .consumer,
            [.wait(.full), .wait(.mutex), .remove, .signal(.mutex), .signal(.empty), .execute]
        ),
        isCorrect: true
    )

    /// `insert` and `remove` fall apart into the statements that they consist of.
    static let noMutex = ProgramPair(
        name: "no-mutex",
        summary: "no mutual exclusion: jobs are overwritten and taken twice",
        producer: Program(
            .producer,
            [
                .produce, .wait(.empty), .insertPart(.readIndex), .insertPart(.useSlot),
                .insertPart(.moveIndex), .signal(.full),
            ]
        ),
        consumer: Program(
            .consumer,
            [
                .wait(.full), .removePart(.readIndex), .removePart(.useSlot),
                .removePart(.moveIndex), .signal(.empty), .execute,
            ]
        ),
        isCorrect: false,
        misplacesJobs: true
    )

    static let swappedWaits = ProgramPair(
        name: "swapped-waits",
        summary: "the producer takes the mutex first, and waits for a slot inside",
        producer: Program(
            .producer,
            [.produce, .wait(.mutex), .wait(.empty), .insert, .signal(.mutex), .signal(.full)]
        ),
        consumer: correct.consumer,
        isCorrect: false
    )

    static let forgottenSignal = ProgramPair(
        name: "forgotten-signal",
        summary: "the consumer never gives its slot back",
        producer: correct.producer,
        consumer: Program(
            .consumer,
            [.wait(.full), .wait(.mutex), .remove, .signal(.mutex), .execute]
        ),
        isCorrect: false
    )

    static let extraSignal = ProgramPair(
        name: "extra-signal",
        summary: "the consumer gives every slot back twice",
        producer: correct.producer,
        consumer: Program(
            .consumer,
            [
                .wait(.full), .wait(.mutex), .remove, .signal(.mutex), .signal(.empty),
                .signal(.empty), .execute,
            ]
        ),
        isCorrect: false,
        misplacesJobs: true
    )

    static let sleepInCriticalSection = ProgramPair(
        name: "sleep-in-critical-section",
        summary: "the consumer executes its job while it holds the mutex",
        producer: correct.producer,
        consumer: Program(
            .consumer,
            [.wait(.full), .wait(.mutex), .remove, .execute, .signal(.mutex), .signal(.empty)]
        ),
        isCorrect: false
    )

    /// Correct but for the waste: whoever cannot go on looks again and again.
    static let busyWait = ProgramPair(
        name: "busy-wait",
        summary: "threads look again and again instead of waiting",
        producer: Program(
            .producer,
            [
                .produce, .wait(.mutex), .jumpIf(.slotFree, to: 5), .signal(.mutex), .jump(to: 1),
                .insert, .signal(.mutex),
            ]
        ),
        consumer: Program(
            .consumer,
            [
                .wait(.mutex), .jumpIf(.jobThere, to: 4), .signal(.mutex), .jump(to: 0), .remove,
                .signal(.mutex), .execute,
            ]
        ),
        isCorrect: false
    )

    /// The bounded buffer as a monitor, with a condition for each side.
    package static let monitor = ProgramPair(
        name: "monitor",
        summary: "correct, with two condition variables in a monitor",
        producer: producer(waitingFor: .notFull, notifying: .notEmpty),
        consumer: consumer(waitingFor: .notEmpty, notifying: .notFull),
        isCorrect: true
    )

    /// Free of deadlock exactly when 2·N ≥ P + C.
    static let oneCondition = ProgramPair(
        name: "one-condition",
        summary: "one condition for both sides: the wrong one is notified",
        producer: producer(waitingFor: .changed, notifying: .changed),
        consumer: consumer(waitingFor: .changed, notifying: .changed),
        isCorrect: false
    )

    static let ifNotWhile = ProgramPair(
        name: "if-not-while",
        summary: "who was notified does not look again",
        producer: producer(waitingFor: .notFull, notifying: .notEmpty, looksAgain: false),
        consumer: consumer(waitingFor: .notEmpty, notifying: .notFull, looksAgain: false),
        isCorrect: false,
        misplacesJobs: true
    )

    /// A consumer executes a job for a quantum and puts it back behind the others until it is done.
    ///
    /// The slot stays taken all the while: `empty` is signalled when the job is done, so that
    /// there is always a place to put it back. It needs a buffer that hands out jobs in turns.
    ///
    /// Source: Silberschatz, Galvin and Gagne, *Operating System Concepts*, 10th ed., §5.3.3.
    ///
    /// The quantum is more than zero.
    package static func roundRobin(quantum: Microseconds) -> ProgramPair {
        ProgramPair(
            name: "round-robin",
            summary: "execute a job for a quantum of \(quantum) s, then put it back",
            producer: correct.producer,
            consumer: Program(
                .consumer,
                [
                    .wait(.full), .wait(.mutex), .remove, .signal(.mutex), .executeFor(quantum),
                    .jumpIf(.jobDone, to: 11), .wait(.mutex), .putBack, .signal(.mutex),
                    .signal(.full), .jump(to: 0), .signal(.empty),
                ]
            ),
            isCorrect: true
        )
    }

    /// Sender and receiver meet at every message: the program of a buffer without slots.
    ///
    /// It differs from the textbook in the place of one line: the consumer's `signal(empty)` has
    /// moved from the end to the top. `empty` begins at zero and counts the receivers that are ready,
    /// so a sender waits for a receiver, and a receiver for a sender.
    ///
    /// Source: Silberschatz, Galvin and Gagne, *Operating System Concepts*, 10th ed., §3.6.2
    /// (blocking send and receive), §3.6.3 (zero capacity).
    package static let rendezvous = ProgramPair(
        name: "rendezvous",
        summary: "no slots: sender and receiver meet at every message",
        producer: correct.producer,
        consumer: Program(
            .consumer,
            [.signal(.empty), .wait(.full), .wait(.mutex), .remove, .signal(.mutex), .execute]
        ),
        isCorrect: true
    )

    /// In the order in which the dashboard offers them.
    package static let all = [
        correct, noMutex, swappedWaits, forgottenSignal, extraSignal, sleepInCriticalSection,
        busyWait, oneCondition, ifNotWhile, monitor,
    ]

    package static func named(_ name: String) -> ProgramPair? {
        all.first { $0.name == name }
    }
}

// MARK: - Monitors

extension ProgramCatalog {
    private static func producer(
        waitingFor condition: ConditionName,
        notifying other: ConditionName,
        looksAgain: Bool = true
    ) -> Program {
        let wait = waiting(until: .slotFree, condition, from: 1, looksAgain: looksAgain)
        return Program(.producer, [.produce] + wait + [.insert, .notify(other), .signal(.mutex)])
    }

    private static func consumer(
        waitingFor condition: ConditionName,
        notifying other: ConditionName,
        looksAgain: Bool = true
    ) -> Program {
        let wait = waiting(until: .jobThere, condition, from: 0, looksAgain: looksAgain)
        return Program(.consumer, wait + [.remove, .notify(other), .signal(.mutex), .execute])
    }

    /// Enters the monitor and waits there; the line `go to` makes it a `while`, its absence an `if`.
    private static func waiting(
        until test: Statement.Test,
        _ condition: ConditionName,
        from line: Int,
        looksAgain: Bool
    ) -> [Statement] {
        let loop: [Statement] = looksAgain ? [.jump(to: line + 1)] : []
        let entry: [Statement] = [
            .wait(.mutex), .jumpIf(test, to: line + 4 + loop.count), .waitCondition(condition),
            .wait(.mutex),
        ]
        return entry + loop
    }
}
