import ArgumentParser
import Core
import Foundation
import Glibc
import TerminalUI

/// The signal box: a server that makes interprocess communication visible.
@main
struct Signalbox: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signalbox",
        abstract: "Threads pass jobs through a bounded buffer, and you watch, stop and step them.",
        subcommands: [
            ServeCommand.self, DemoCommand.self, LaunchCommand.self, ReplayCommand.self,
            ExplainCommand.self, ExportCommand.self, CompareCommand.self, LessonCommand.self,
            StudentsCommand.self, WatchCommand.self, ConfigCommand.self,
        ],
        defaultSubcommand: ServeCommand.self
    )

    /// Exit codes: 0 done, 1 the run failed, 2 for what cannot be run as it was asked for.
    static func main() {
        // Before the first thread starts, so that all of them leave the signals to this one.
        Signals.block()
        signal(SIGPIPE, SIG_IGN)
        var source: String?
        do {
            let words = Array(CommandLine.arguments.dropFirst())
            let config = try Config(words, ProcessInfo.processInfo.environment)
            source = config.source
            var command = try parseAsRoot(config.arguments)
            if !(command is any EarlyStarter) { Signals.unblock() }
            try command.run()
        } catch let error as ConfigError {
            refuse(error)
        } catch let error as TransportError {
            refuse(error)
        } catch let error as StartError {
            refuse(error)
        } catch {
            let code = exitCode(for: error)
            var message = fullMessage(for: error)
            if code == .validationFailure, let source {
                message += "\n  Settings were also read from \(Sanitizer.sanitize(source))."
            }
            if !message.isEmpty {
                (code == .success ? Output.standard : Output.error).write(message + "\n")
            }
            Glibc.exit(code == .validationFailure ? 2 : code.rawValue)
        }
    }

    /// Says what is in the way, and nothing of flags, which are right.
    private static func refuse(_ error: any Error) -> Never {
        Output.error.write("Error: \(error)\n")
        Glibc.exit(2)
    }
}

/// A command whose threads start before it reads the signals. The others read them first, which blocks
/// them, or never: whatever those wait for, Ctrl-C ends them.
private protocol EarlyStarter {}

extension ServeCommand: EarlyStarter {}
extension DemoCommand: EarlyStarter {}
extension LaunchCommand: EarlyStarter {}
extension WatchCommand: EarlyStarter {}
