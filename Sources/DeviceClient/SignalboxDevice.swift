import ArgumentParser
import Core
import Glibc
import TerminalUI

/// Devices that send jobs to a signalbox, or to any server that speaks the text dialect.
@main
struct SignalboxDevice: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signalbox-device",
        abstract: "Devices that send jobs to a signalbox.",
        subcommands: [
            RunCommand.self, ProduceCommand.self, ConsumeCommand.self, CallCommand.self,
            GrabCommand.self, DiscoverCommand.self,
        ],
        defaultSubcommand: RunCommand.self
    )

    /// Exit codes: 0 done, 1 jobs without a reply, 2 for what cannot be run as it was asked for.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let error as TransportError {
            refuse(error)
        } catch let error as MulticastError {
            refuse(error)
        } catch let error as TerminalError {
            refuse(error)
        } catch let error as SecretError {
            refuse(error)
        } catch {
            let code = exitCode(for: error)
            let message = message(for: error)
            if !message.isEmpty {
                (code == .success ? Output.standard : Output.error).write(message + "\n")
            }
            leave(code == .validationFailure ? 2 : code.rawValue)
        }
    }

    /// What the user reads; the help that shows no option goes on with that of the usual command.
    static func message(for error: any Error) -> String {
        let message = fullMessage(for: error)
        guard message == helpMessage() else { return message }
        return message + "\n\nWithout a subcommand it is 'run':\n\n"
            + helpMessage(for: RunCommand.self)
    }

    /// Says what is in the way, and nothing of flags, which are right.
    private static func refuse(_ error: any Error) -> Never {
        Output.error.write("Error: \(error)\n")
        leave(2)
    }

    private static func leave(_ code: Int32) -> Never {
        Glibc.exit(code)
    }
}
