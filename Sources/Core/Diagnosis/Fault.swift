/// Something that is wrong, with what is needed to explain it.
package struct Fault: Equatable, Sendable {
    package let kind: Kind
    /// The event after which it was first seen.
    package var number: UInt64
    /// Who is in it, or did it; empty where only the sums tell.
    package var threads: [ThreadID] = []
    /// Jobs lost or taken again, units missing or too many, looks or overtakings in a row,
    /// hand-overs in a row.
    package var count = 0
    /// The slot that was misused.
    package var slot: Int?
    /// The job that was overwritten, or taken again.
    package var job: UInt64?
    /// The semaphore of a starvation or convoy.
    package var semaphore: SemaphoreName?

    /// What can be wrong, the most serious first.
    package enum Kind: UInt8, CaseIterable, Sendable {
        case deadlock
        case lostWakeUp
        case jobLost
        case jobDoubled
        case twoInCriticalSection
        case unitLost
        case unitTooMany
        case sleepInCriticalSection
        case starvation
        case busyWaiting
        case convoy

        /// How it is headed: "Lost wake-up".
        package var title: String {
            switch self {
            case .deadlock: "Deadlock"
            case .lostWakeUp: "Lost wake-up"
            case .jobLost: "Lost job"
            case .jobDoubled: "Job taken again"
            case .twoInCriticalSection: "Two in the critical section"
            case .unitLost: "Lost unit"
            case .unitTooMany: "Too many units"
            case .sleepInCriticalSection: "Sleep in the critical section"
            case .starvation: "Starvation"
            case .busyWaiting: "Busy waiting"
            case .convoy: "Convoy"
            }
        }
    }

    init(_ kind: Kind, in state: EngineState, threads: [ThreadID], count: Int = 0) {
        self.kind = kind
        number = state.number
        self.threads = threads
        self.count = count
    }
}
