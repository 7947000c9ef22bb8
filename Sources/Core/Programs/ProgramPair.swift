/// A producer's and a consumer's program that belong together, under the name a user types.
package struct ProgramPair: Hashable, Sendable {
    package let name: String
    package let summary: String
    package let producer: Program
    package let consumer: Program
    /// Whether the pair keeps every promise, so that slices may be long and a broken invariant is
    /// a fault of the engine.
    package let isCorrect: Bool
    /// Whether it may insert into a full buffer or remove from an empty one.
    ///
    /// Only a ring of slots can bear that: an overwritten job, a job taken twice.
    package let misplacesJobs: Bool

    package init(
        name: String,
        summary: String,
        producer: Program,
        consumer: Program,
        isCorrect: Bool,
        misplacesJobs: Bool = false
    ) {
        precondition(producer.role == .producer && consumer.role == .consumer, "roles are swapped")
        precondition(!isCorrect || !misplacesJobs, "a correct program misplaces no job")
        self.name = name
        self.summary = summary
        self.producer = producer
        self.consumer = consumer
        self.isCorrect = isCorrect
        self.misplacesJobs = misplacesJobs
    }

    package func program(for role: Program.Role) -> Program {
        switch role {
        case .producer: producer
        case .consumer: consumer
        }
    }

    /// Where its threads can have to wait, in the order of all places.
    package var places: [WaitingPlace] {
        let used = Set((producer.statements + consumer.statements).compactMap(\.place))
        return WaitingPlace.all.filter(used.contains)
    }

    /// Whether a consumer keeps the slot of the job that it took, because it may put the job back.
    package var keepsSlots: Bool { consumer.statements.contains(.putBack) }

    /// Whether a consumer says that it is ready before it waits: only then a buffer without slots
    /// can ever pass a job on.
    package var announcesReceivers: Bool {
        consumer.statements.first { $0.place != nil } == .signal(.empty)
    }

    /// Whether `empty` and `full` count its slots; a monitor looks at the buffer itself.
    package var countsSlots: Bool {
        places.contains(.semaphore(.empty)) && places.contains(.semaphore(.full))
    }
}

extension Statement {
    /// The semaphore or condition that it is about.
    package var place: WaitingPlace? {
        switch self {
        case .wait(let name, _), .signal(let name): .semaphore(name)
        case .waitCondition(let name), .notify(let name): .condition(name)
        case .produce, .insert, .remove, .execute, .executeFor, .putBack, .insertPart,
            .removePart, .jumpIf, .jump:
            nil
        }
    }

    /// Whether it runs the job in hand.
    package var isExecution: Bool {
        switch self {
        case .execute, .executeFor: true
        default: false
        }
    }

    /// The line where it jumps to, if it is a jump.
    var target: Int? {
        switch self {
        case .jump(let line), .jumpIf(_, let line): line
        default: nil
        }
    }
}
