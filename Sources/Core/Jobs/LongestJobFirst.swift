/// Runs the job that needs the most CPU time; ties go to the oldest.
///
/// The courses teach it as the mirror of shortest job first: it shows how badly an order can do.
package struct LongestJobFirst: SchedulingPolicy {
    package init() {}
    package let name = "ljf"
    package let summary = "longest job first"

    package func rank(of job: Job) -> UInt64 { UInt64.max - job.cpuTime.count }
}
