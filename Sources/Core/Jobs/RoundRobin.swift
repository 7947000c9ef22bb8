/// Jobs take turns: whoever was put into its slot first leaves first, also when it comes back.
///
/// That is only the order. What sends a job back after its quantum is a program of its own,
/// `ProgramCatalog.roundRobin`.
///
/// Source: Silberschatz, Galvin and Gagne, *Operating System Concepts*, 10th ed., §5.3.3.
package struct RoundRobin: SchedulingPolicy {
    package init() {}
    package let name = "rr"
    package let summary = "round robin: a quantum each, in turns"
    package let isInTurns = true

    /// Not asked: a job's turn is its rank.
    package func rank(of job: Job) -> UInt64 { 0 }
}
