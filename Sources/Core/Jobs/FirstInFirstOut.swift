/// Runs the jobs in the order in which they came.
///
/// Source: Silberschatz, Galvin and Gagne, *Operating System Concepts*, 10th ed., §5.3.1
/// (first-come, first-served).
package struct FirstInFirstOut: SchedulingPolicy {
    package init() {}
    package let name = "fifo"
    package let summary = "first in, first out"
    package let isOrderOfArrival = true

    package func rank(of job: Job) -> UInt64 { 0 }
}
