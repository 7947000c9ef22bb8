/// What holds in every state of a correct program, as the textbook proves it.
extension EngineState {
    /// A rule that does not hold, with the numbers that show it.
    package enum Violation: Equatable, Sendable, CustomStringConvertible {
        case unitsDoNotAddUp(empty: Int, full: Int, inHand: Int, capacity: Int)
        case slotsDoNotMatchFull(occupied: Int, full: Int, inHand: Int)
        /// Those produced and those doubled, without the withdrawn, are consumed, lost or held.
        case jobsDoNotAddUp(came: UInt64, consumed: UInt64, lost: UInt64, held: Int)
        case jobTwice(id: UInt64)

        package var description: String {
            switch self {
            case .unitsDoNotAddUp(let empty, let full, let inHand, let capacity):
                "empty \(empty) + full \(full) + in hand \(inHand) is not \(capacity)"
            case .slotsDoNotMatchFull(let occupied, let full, let inHand):
                "\(occupied) slots are filled, but full \(full) + in hand \(inHand) says otherwise"
            case .jobsDoNotAddUp(let came, let consumed, let lost, let held):
                "\(came) jobs produced are not \(consumed) consumed + \(lost) lost + \(held) held"
            case .jobTwice(let id): "job \(id) is in two places"
            }
        }
    }

    /// Units taken and not yet given to the other semaphore: producers past `wait(empty)` and
    /// before `signal(full)`, consumers past `wait(full)` and before `signal(empty)`. Where there are no
    /// slots, receivers that are ready have given what they never had, so the number may be negative.
    package var unitsInHand: Int {
        threads.count { $0.holdsUnit } - threads.count { $0.lendsUnit }
    }

    /// The same apart: units that are had, and places that receivers have lent without having any.
    package var unitsHadAndLent: (had: Int, lent: Int) {
        (
            threads.count { $0.holdsUnit && !$0.lendsUnit },
            threads.count { $0.lendsUnit && !$0.holdsUnit }
        )
    }

    /// Jobs that were produced and not consumed: in the slots, and in the threads' hands.
    package var jobsHeld: Int { occupied + threads.count { $0.job != nil } }

    /// Whether the state shows every thread; a snapshot of very many does not.
    package var isComplete: Bool {
        threads.count == threadCount && slots.count == occupied
    }

    /// Every rule that is broken. In an incomplete state, what cannot be known is not accused.
    ///
    /// - Complexity: O(slots + threads).
    package func violations() -> [Violation] {
        guard threads.count == threadCount else { return [] }
        var found: [Violation] = []
        if programs.countsSlots { found += countViolations }
        let came = produced + doubled - withdrawn
        if came != consumed + lost + UInt64(jobsHeld) {
            found.append(
                .jobsDoNotAddUp(
                    came: came,
                    consumed: consumed,
                    lost: lost,
                    held: jobsHeld
                )
            )
        }
        if let twice = jobInTwoPlaces { found.append(.jobTwice(id: twice)) }
        return found
    }

    /// What the semaphores count must be what is in the slots.
    private var countViolations: [Violation] {
        var found: [Violation] = []
        let inHand = unitsInHand
        let (empty, full) = (self[.empty].value, self[.full].value)
        if empty + full + inHand != capacity {
            found.append(
                .unitsDoNotAddUp(empty: empty, full: full, inHand: inHand, capacity: capacity)
            )
        }
        // A producer in hand has inserted its job already when it has none; a consumer in hand has
        // not yet removed one, unless it keeps the slot of one that is done.
        let filledInHand = threads.count { $0.holdsUnit && $0.job == nil && $0.keptSlot == nil }
        if occupied != full + filledInHand {
            found.append(
                .slotsDoNotMatchFull(occupied: occupied, full: full, inHand: filledInHand)
            )
        }
        return found
    }

    private var jobInTwoPlaces: UInt64? {
        var seen: Set<UInt64> = []
        let jobs = slots.map(\.job) + threads.compactMap(\.job)
        return jobs.first { !seen.insert($0.id).inserted }?.id
    }
}
