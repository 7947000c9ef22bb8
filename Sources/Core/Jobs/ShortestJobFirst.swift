/// Runs the job that needs the least CPU time; ties go to the oldest.
///
/// Source: Silberschatz, Galvin and Gagne, *Operating System Concepts*, 10th ed., §5.3.2.
package struct ShortestJobFirst: SchedulingPolicy {
    package init() {}
    package let name = "sjf"
    package let summary = "shortest job first"

    package func rank(of job: Job) -> UInt64 { job.cpuTime.count }
}
