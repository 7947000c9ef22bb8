import ArgumentParser
import TerminalUI

/// The flags about how the screen looks.
struct LookOptions: ParsableArguments {
    @Flag(inversion: .prefixedNo, help: "Draw with ASCII characters only.")
    var ascii = false

    @Option(help: "Its colours: default, high-contrast, monochrome or colour-blind.")
    var theme = Theme.colour
}

extension Theme: ExpressibleByArgument {
    package init?(argument: String) {
        guard let theme = Theme.named(argument) else { return nil }
        self = theme
    }

    package static var allValueStrings: [String] { all.map(\.name) }

    package var defaultValueDescription: String { name }
}
