/// The semaphores of the bounded buffer.
///
/// Source: Silberschatz, Galvin and Gagne, *Operating System Concepts*, 10th ed., §7.1.1.
package enum SemaphoreName: UInt8, CaseIterable, Sendable {
    /// Counts the free slots; producers wait for it.
    case empty
    /// Counts the filled slots; consumers wait for it.
    case full
    /// Lets one thread at a time into the critical section.
    case mutex
}

/// The condition variables of the monitor variants; `mutex` is the monitor's lock.
package enum ConditionName: UInt8, CaseIterable, Sendable {
    case notFull
    case notEmpty
    /// One condition variable for both, as in the broken variant.
    case changed
}

/// Where a thread can stand in a queue.
package enum WaitingPlace: Hashable, Sendable {
    case semaphore(SemaphoreName)
    case condition(ConditionName)

    /// All places, in the order of their `index`.
    package static let all: [WaitingPlace] =
        SemaphoreName.allCases.map { .semaphore($0) }
        + ConditionName.allCases.map { .condition($0) }

    /// A small number for tables: the semaphores first.
    package var index: Int {
        switch self {
        case .semaphore(let name): Int(name.rawValue)
        case .condition(let name): SemaphoreName.allCases.count + Int(name.rawValue)
        }
    }

    package var name: String {
        switch self {
        case .semaphore(let name): "\(name)"
        case .condition(let name): "\(name)"
        }
    }
}
