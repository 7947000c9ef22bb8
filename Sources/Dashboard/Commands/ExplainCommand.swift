import ArgumentParser
import Core

/// `signalbox explain FILE`: what went wrong in a recorded run, and why its threads wait.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what went wrong in a recorded run, where, why, and what to change.",
        discussion: """
            Exit code 0 when nothing went wrong, 3 when something did, 2 when the file is no \
            recording or cannot be read.
            """
    )

    @Argument(help: "What --record wrote.")
    var file: String

    func run() throws {
        let recording = try Recording(file)
        if let caution = recording.caution { Output.error.write(caution + "\n") }
        let report = Report(recording)
        Output.standard.write(report.text)
        if report.findsFault { throw ExitCode(3) }
    }
}
