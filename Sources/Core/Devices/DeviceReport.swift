import Histogram

/// What became of one device's jobs.
package struct DeviceReport: Sendable {
    package let id: String
    package internal(set) var sent = 0
    package internal(set) var replied = 0
    /// Sent, and no reply in time; 0 when nobody waits for replies.
    package internal(set) var unanswered = 0
    /// Could not be sent at all.
    package internal(set) var failed = 0
    /// Datagrams that were not the reply waited for.
    package internal(set) var strayReplies = 0
    /// Why the last job failed or was not answered, where the system said so.
    package internal(set) var lastError: SystemError?

    private var replyTimes = Histogram<UInt32>(numberOfSignificantValueDigits: .three)

    package init(id: String) {
        self.id = id
    }

    package var meanReplyTime: Microseconds? {
        replied > 0 ? Microseconds(UInt64(replyTimes.mean.rounded())) : nil
    }

    /// The reply time that 99 of 100 jobs kept below.
    package var p99ReplyTime: Microseconds? {
        replied > 0 ? Microseconds(replyTimes.valueAtPercentile(99)) : nil
    }

    mutating func recordReply(after time: Microseconds) {
        replied += 1
        replyTimes.record(time.count)
    }

    /// Everything together, under another name.
    package static func total(of reports: [DeviceReport], id: String) -> DeviceReport {
        var total = DeviceReport(id: id)
        for report in reports { total.add(report) }
        return total
    }

    private mutating func add(_ other: DeviceReport) {
        sent += other.sent
        replied += other.replied
        unanswered += other.unanswered
        failed += other.failed
        strayReplies += other.strayReplies
        lastError = other.lastError ?? lastError
        for value in other.replyTimes.recordedValues() {
            replyTimes.record(value.value, count: value.count)
        }
    }
}
