import Core
import Glibc
import TerminalUI

/// A fleet of devices with a screen, until the user quits.
struct ScreenRun {
    private static let statusPeriod = Duration.seconds(1)

    let run: DeviceRun
    /// Whether the planned jobs have no end worth a bar.
    let isEndless: Bool
    /// Asks the server for its buffer; `nil` where it does not tell.
    let status: @Sendable () -> BufferCounts?

    /// Runs until the user quits or a signal comes, restores the terminal, and reports.
    ///
    /// - Parameters:
    ///   - output: Gets the report.
    ///   - errors: Gets what went wrong with a device's last failed job.
    /// - Returns: 0, or 128 + signal after a signal.
    /// - Throws: Where there can be no screen.
    func perform(output: Output, errors: Output) throws -> Int32 {
        // Before the first thread starts, so that all of them leave the signals to this one.
        Signals.block()
        let signals = try SignalSource()
        let release = try TerminalRelease(signals: Signals.terminating)
        defer { release.stop() }
        let screen = try NcursesTerminal(
            input: STDIN_FILENO,
            output: STDOUT_FILENO,
            theme: .colour,
            ascii: false
        )
        let changes = ChangeSignal()
        let control = DeviceControl(whenChanged: { changes.fire() })
        let clock = SystemClock()
        let fleet = run.start(clock: clock, control: control, whenDone: {})
        let poll = StatusPoll(
            every: Self.statusPeriod,
            ask: status,
            whenTold: { changes.fire() }
        )
        var loop = ClientLoop(
            setup,
            control: control,
            changes: changes,
            session: TerminalSession(terminal: screen, signals: signals),
            clock: clock,
            counts: { poll.counts }
        )
        let signal = loop.run()
        release.endIsNear()
        screen.close()
        run.stop(fleet)
        poll.stop()
        run.write(fleet.reports, output: output, errors: errors)
        return signal == 0 ? 0 : 128 + signal
    }

    private var setup: ClientModel.Setup {
        ClientModel.Setup(
            endpoint: "\(run.server) \(run.manner.transport.rawValue)",
            plannedJobs: isEndless ? nil : run.workload.jobs,
            waitsForReplies: run.manner.waitsForReplies
        )
    }
}
