import Core

/// One device's report as a line of text.
enum ReportLine {
    /// Such as `3: 5 sent, 5 replied, 0 unanswered, reply time mean 0.8 ms, p99 1.2 ms`.
    static func text(_ report: DeviceReport, repliesAwaited: Bool) -> String {
        var parts = ["\(report.sent) sent"]
        if repliesAwaited {
            parts.append("\(report.replied) replied")
            parts.append("\(report.unanswered) unanswered")
        } else {
            parts.append("replies not awaited")
        }
        if report.failed > 0 { parts.append("\(report.failed) could not be sent") }
        if report.strayReplies > 0 { parts.append("\(report.strayReplies) stray replies") }
        if let mean = report.meanReplyTime, let p99 = report.p99ReplyTime {
            parts.append("reply time mean \(time(mean))")
            parts.append("p99 \(time(p99))")
        }
        return "\(report.id): \(parts.joined(separator: ", "))"
    }

    /// A time as people read it: `0.8 ms`, `2.5 s`.
    static func time(_ time: Microseconds) -> String {
        guard time.count < 1_000_000 else { return "\(Microseconds(time.count / 1000 * 1000)) s" }
        // A thousand times as many seconds are written with the digits of milliseconds.
        return "\(Microseconds(time.count * 1000)) ms"
    }
}
