import ArgumentParser
import TerminalUI

/// The flags about how the screen looks; every command with a screen has them.
struct LookOptions: ParsableArguments {
    @Flag(inversion: .prefixedNo, help: "Draw with ASCII characters only.")
    var ascii = false

    @Option(help: "The screen's colours: default, high-contrast, monochrome or colour-blind.")
    var theme = Theme.colour

    @Option(help: "At most so many frames a second, 1 to 60.")
    var fps = 30

    func validate() throws {
        try EngineOptions.check("--fps", fps, 1...60)
    }
}

extension Theme: ExpressibleByArgument {
    package init?(argument: String) {
        guard let theme = Theme.named(argument) else { return nil }
        self = theme
    }

    package static var allValueStrings: [String] { all.map(\.name) }

    package var defaultValueDescription: String { name }
}
