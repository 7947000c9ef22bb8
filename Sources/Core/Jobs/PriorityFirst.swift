/// Runs the job whose device has the lowest number as its priority; ties go to the oldest.
///
/// Source: Silberschatz, Galvin and Gagne, *Operating System Concepts*, 10th ed., §5.3.4 (where low
/// numbers are high priorities too).
package struct PriorityFirst: SchedulingPolicy {
    package let name = "priority"
    package let summary = "the device with the lowest number as its priority first"
    /// Of devices by name.
    package let priorities: [(device: String, priority: Int)]
    /// By the devices' numbers; those beyond have the usual one.
    private let ranks: [UInt64]

    package static let usual = 0
    package static let limits = -1000...1000

    /// - Parameter priorities: Of devices by name, within `limits`; all others have `usual`.
    package init(_ priorities: [(device: String, priority: Int)] = []) {
        self.priorities = priorities
        ranks = [Self.rank(Self.usual)] + priorities.map { Self.rank($0.priority) }
    }

    package var deviceNames: [String] { priorities.map(\.device) }

    /// As it is read: `3=5,urgent=-1`.
    package var text: String {
        priorities.map { "\($0.device)=\($0.priority)" }.joined(separator: ",")
    }

    private static func rank(_ priority: Int) -> UInt64 {
        precondition(limits.contains(priority), "a priority is one of \(limits), not \(priority)")
        return UInt64(priority - limits.lowerBound)
    }

    package func rank(of job: Job) -> UInt64 {
        let index = Int(job.device.index)
        return index < ranks.count ? ranks[index] : ranks[0]
    }
}
