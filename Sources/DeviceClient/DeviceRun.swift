import Core
import Glibc

/// A fleet of devices from its start to its report, with what the user sees of it.
struct DeviceRun {
    private static let progressPeriod: Int32 = 100

    let workload: Workload
    let server: SocketAddress
    let manner: DeviceSession.Manner
    /// What a device does before each job; `nil` leaves it at the planned time.
    var work: GrabWork?

    /// Runs until all jobs are done or a signal comes.
    ///
    /// - Parameters:
    ///   - output: Gets the report, and a progress bar if it is a terminal.
    ///   - errors: Gets what went wrong with a device's last failed job.
    /// - Returns: 0, 1 when jobs were not sent or not answered, 128 + signal after a signal.
    /// - Throws: Where the system has no more descriptors.
    func perform(output: Output, errors: Output) throws -> Int32 {
        let interruption = try Interruption()
        defer { interruption.stop() }
        let fleet = start(clock: SystemClock(), whenDone: { interruption.workIsDone() })
        let signal = watch(fleet, interruption, output: output)
        stop(fleet)
        let reports = fleet.reports
        write(reports, output: output, errors: errors)
        if signal != 0 { return 128 + signal }
        return reports.contains { $0.unanswered + $0.failed > 0 } ? 1 : 0
    }

    /// Starts the devices.
    ///
    /// - Parameters:
    ///   - clock: Times pauses and replies.
    ///   - control: As the fleet's.
    ///   - whenDone: As the fleet's.
    /// - Returns: What has to be stopped.
    func start(
        clock: any EngineClock,
        control: DeviceControl? = nil,
        whenDone: @escaping @Sendable () -> Void
    ) -> DeviceFleet {
        DeviceFleet(
            workload,
            server: server,
            manner: manner,
            clock: clock,
            control: control,
            work: { [work] job in work.map { $0.perform() } ?? job.cpuTime },
            whenDone: whenDone
        )
    }

    /// Stops the devices in the middle of whatever they do.
    func stop(_ fleet: DeviceFleet) {
        fleet.stop()
        work?.cancel()
        fleet.join()
    }

    /// Returns the signal that ended the wait, or 0 when all devices are done.
    private func watch(
        _ fleet: DeviceFleet,
        _ interruption: Interruption,
        output: Output
    ) -> Int32 {
        var bar = output.isTerminal ? ProgressBar(of: workload.jobs) : nil
        defer { if let bar { output.write(bar.erased) } }
        return interruption.wait(every: bar == nil ? -1 : Self.progressPeriod) {
            if let text = bar?.text(finished: fleet.finishedJobs) { output.write(text) }
        }
    }

    /// Prints each device's report and the total, and what went wrong last.
    ///
    /// - Parameters:
    ///   - reports: In the order of the devices.
    ///   - output: Gets the reports.
    ///   - errors: Gets what went wrong.
    func write(_ reports: [DeviceReport], output: Output, errors: Output) {
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
