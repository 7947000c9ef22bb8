/// A job that a consumer has executed, as the ledger books it.
package struct FinishedJob: Equatable, Sendable {
    package let id: UInt64
    package let device: DeviceID
    /// Whom to answer now, where replies mean *done*.
    package let reply: ReplyTicket
    /// What the ledger gets.
    package let cpuTime: Microseconds
    package let arrival: Microseconds
    package let start: Microseconds
    package let finish: Microseconds
    /// How long it was executed, which is less than from start to finish if it was put back.
    package let executed: Microseconds

    package init(
        _ queued: QueuedJob,
        cpuTime: Microseconds,
        start: Microseconds,
        finish: Microseconds,
        executed: Microseconds? = nil
    ) {
        id = queued.job.id
        device = queued.job.device
        reply = queued.reply
        self.cpuTime = cpuTime
        arrival = queued.arrival
        self.start = start
        self.finish = finish
        self.executed = executed ?? finish - start
    }
}
