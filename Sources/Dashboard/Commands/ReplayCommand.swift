import ArgumentParser
import Core
import Glibc
import TerminalUI

/// `signalbox replay FILE`: a recorded run in the dashboard, at any speed.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Show a recorded run in the dashboard, at any speed, back and forth.",
        discussion: "What went wrong is marked: [ and ] go from one mark to the next."
    )

    @Argument(help: "What --record wrote.")
    var file: String

    @OptionGroup var looks: LookOptions

    func run() throws {
        let recording = try Recording(file)
        if let caution = recording.caution { Output.error.write(caution + "\n") }
        let signals = try SignalSource()
        let release = try TerminalRelease(signals: Signals.terminating)
        defer { release.stop() }
        let screen: NcursesTerminal
        do {
            screen = try NcursesTerminal(
                input: STDIN_FILENO,
                output: STDOUT_FILENO,
                theme: looks.theme,
                ascii: looks.ascii
            )
        } catch {
            throw StartError("replay needs a terminal: \(error)")
        }
        var model = DashboardModel(
            replaying: recording.film,
            setup: recording.setup,
            marks: recording.film.faultMarks()
        )
        model.notice = recording.caution
        let session = TerminalSession(terminal: screen, signals: signals)
        var loop = ReplayLoop(model, session: session, framesPerSecond: looks.fps)
        loop.run()
        release.endIsNear()
        screen.close()
    }
}
