import ArgumentParser
import Core
import TerminalUI

/// The flags about what the user sees.
struct OutputOptions: ParsableArguments {
    @Flag(help: "No screen: one sentence per event on standard output.")
    var headless = false

    @Option(name: .customLong("log-format"), help: "The log's lines: text, json or none.")
    var logFormat = LogFormat.text

    @Option(help: "Write the log to this file as well.")
    var log: String?

    @Option(help: "At most so many frames a second, 1 to 60.")
    var fps = 30

    @Flag(help: "Draw with ASCII characters only.")
    var ascii = false

    func validate() throws {
        try EngineOptions.check("--fps", fps, 1...60)
    }
}

enum LogFormat: String, CaseIterable, ExpressibleByArgument {
    case text
    case json
    /// Only the first line and the summary.
    case none
}
