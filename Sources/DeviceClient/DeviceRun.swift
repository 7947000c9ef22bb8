import CLinux
import Core
import Glibc

/// A fleet of devices from its start to its report, with what the user sees of it.
struct DeviceRun {
    private static let interrupts = [SIGINT, SIGTERM]
    private static let progressPeriod: Int32 = 100

    let workload: Workload
    let server: SocketAddress
    let manner: DeviceSession.Manner

    /// Runs until all jobs are done or a signal comes.
    ///
    /// - Parameters:
    ///   - output: Gets the report, and a progress bar if it is a terminal.
    ///   - errors: Gets what went wrong with a device's last failed job.
    /// - Returns: 0, 1 when jobs were not sent or not answered, 128 + signal after a signal.
    /// - Throws: Where the system has no more descriptors.
    func perform(output: Output, errors: Output) throws -> Int32 {
        // Before the first thread starts, so that all of them leave the signals to this one.
        let signals = try SystemError.check("signalfd") {
            clinux_signalfd(Self.interrupts, Int32(Self.interrupts.count))
        }
        let done = try SystemError.check("eventfd") { clinux_eventfd() }
        defer {
            close(signals)
            close(done)
        }
        let fleet = DeviceFleet(
            workload,
            server: server,
            manner: manner,
            clock: SystemClock(),
            whenDone: { clinux_eventfd_notify(done) }
        )
        let signal = watch(fleet, signals: signals, done: done, output: output)
        fleet.stop()
        fleet.join()
        let reports = fleet.reports
        write(reports, output: output, errors: errors)
        if signal != 0 { return 128 + signal }
        return reports.contains { $0.unanswered + $0.failed > 0 } ? 1 : 0
    }

    /// Returns the signal that ended the wait, or 0 when all devices are done.
    private func watch(
        _ fleet: DeviceFleet,
        signals: Int32,
        done: Int32,
        output: Output
    ) -> Int32 {
        var bar = output.isTerminal ? ProgressBar(of: workload.jobs) : nil
        defer { if let bar { output.write(bar.erased) } }
        while true {
            if let text = bar?.text(finished: fleet.finishedJobs) { output.write(text) }
            var requests = [signals, done].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            poll(&requests, nfds_t(requests.count), bar == nil ? -1 : Self.progressPeriod)
            if requests[0].revents != 0 { return clinux_signalfd_read(signals) }
            if requests[1].revents != 0 { return 0 }
        }
    }

    private func write(_ reports: [DeviceReport], output: Output, errors: Output) {
        let awaited = manner.waitsForReplies
        for report in reports {
            output.write("device \(ReportLine.text(report, repliesAwaited: awaited))\n")
        }
        let total = ReportLine.text(.total(of: reports, id: "total"), repliesAwaited: awaited)
        output.write("\(total), seed \(workload.seed)\n")
        for report in reports {
            guard let error = report.lastError else { continue }
            errors.write("device \(report.id): \(sentence(error))\n")
        }
    }

    /// "Connection refused" sounds as if somebody had said no; there is nobody.
    func sentence(_ error: SystemError) -> String {
        error.number == ECONNREFUSED
            ? "no server answers at \(server.host) \(server.port)" : "\(error)"
    }
}
