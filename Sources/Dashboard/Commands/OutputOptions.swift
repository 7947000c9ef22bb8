import ArgumentParser
import Core
import Foundation
import Glibc
import TerminalUI

/// The flags about what the user sees.
struct OutputOptions: ParsableArguments {
    @Flag(inversion: .prefixedNo, help: "No screen: one sentence per event on standard output.")
    var headless = false

    @Option(name: .customLong("log-format"), help: "The log's lines: text, json or none.")
    var logFormat = LogFormat.text

    @Option(help: "Write the log to this file as well.")
    var log: String?

    @OptionGroup var looks: LookOptions

    @Option(
        help: ArgumentHelp(
            "How many events are kept to go back to, 16 bytes each; 0 keeps none."
                + " (default: 262144 with a screen, else 0)"
        )
    )
    var history: Int?

    @Option(
        help: ArgumentHelp(
            "Write every event to this file, to be replayed, explained or exported; of the default"
                + " mailbox where there are several."
        )
    )
    var record: String?

    /// Whether there will be a dashboard, as far as can be known before it is tried.
    var wantsScreen: Bool { !headless && isatty(STDOUT_FILENO) == 1 }

    /// Tells the engine how many of its events are kept.
    func apply(to settings: inout KernelSettings) {
        settings.history = history ?? (wantsScreen ? 262_144 : 0)
        settings.isDrained = record != nil
    }

    func validate() throws {
        if let history {
            try EngineOptions.check("--history", history, 0...KernelSettings.longestHistory)
        }
        if let log, let record, Self.file(log) == Self.file(record) {
            throw ValidationError("--log and --record cannot write the same file.")
        }
    }

    private static func file(_ path: String) -> URL {
        URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath()
    }
}

enum LogFormat: String, CaseIterable, ExpressibleByArgument {
    case text
    case json
    /// Only the first line and the summary.
    case none
}
