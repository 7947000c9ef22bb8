/// The order in which jobs leave the buffer.
///
/// A policy is an ordering and nothing else: it ranks a job once, when the job is inserted. Lower
/// ranks leave first; ties go to the older job. It must not change its mind about a job that waits.
package protocol SchedulingPolicy: Sendable {
    /// What the user types and the screen shows, such as `sjf`.
    var name: String { get }
    /// One line for people who do not know the name.
    var summary: String { get }
    /// Whether the order is that of arrival, so that the buffer needs no heap.
    var isOrderOfArrival: Bool { get }
    /// Whether jobs leave in the order in which they were put into their slots, and may come back.
    var isInTurns: Bool { get }
    /// The devices whose names it knows; the device table gives them the numbers 1, 2, 3 ….
    var deviceNames: [String] { get }
    /// Called inside the kernel, once a job: no allocation, no waiting.
    func rank(of job: Job) -> UInt64
}

extension SchedulingPolicy {
    package var isOrderOfArrival: Bool { false }
    package var isInTurns: Bool { false }
    package var deviceNames: [String] { [] }
}

/// Every policy there is; the command line, the help and the tests read this list.
package enum PolicyCatalog {
    package static let all: [any SchedulingPolicy] = [
        FirstInFirstOut(), ShortestJobFirst(), LongestJobFirst(), PriorityFirst(), RoundRobin(),
    ]

    package static func policy(named name: String) -> (any SchedulingPolicy)? {
        all.first { $0.name == name }
    }
}
