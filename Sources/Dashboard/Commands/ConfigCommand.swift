import ArgumentParser
import Core
import Foundation

/// `signalbox config`: the defaults as a config file, and where that file belongs.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print all settings with their defaults, as a config file to save and edit.",
        discussion: """
              mkdir -p ~/.config/signalbox
              signalbox config > ~/.config/signalbox/config

            Servers (serve, demo, launch) read the keys that are among their options; everything \
            with a screen reads fps, ascii and theme. The command line wins.
            """
    )

    @Flag(help: "Print only where the file is read from.")
    var path = false

    func run() throws {
        let location = ConfigLocation(ProcessInfo.processInfo.environment)
        guard path else {
            Output.standard.write(ConfigTemplate.text(for: location?.path))
            return
        }
        guard let location else {
            throw StartError("no config file is read: SIGNALBOX_CONFIG is empty, or HOME not set")
        }
        Output.standard.write(location.path + "\n")
    }
}
