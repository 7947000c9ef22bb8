/// The looks of all meanings; the only place that knows colours.
package struct Theme: Sendable {
    /// What a user types to choose the theme.
    package let name: String
    /// One look for each style, in the order of their raw values.
    private let looks: [Look]

    init(name: String, _ look: (Style) -> Look) {
        self.name = name
        looks = Style.allCases.map(look)
    }

    package func look(for style: Style) -> Look {
        looks[Int(style.rawValue)]
    }

    package static let all = [colour, highContrast, monochrome, colourBlind]

    /// The theme of this name.
    package static func named(_ name: String) -> Theme? {
        all.first { $0.name == name }
    }

    /// Colours beside emphasis, on the terminal's own background, light or dark.
    package static let colour = Theme(name: "default") { style in
        switch style {
        case .plain, .value: Look()
        case .label: Look(.cyan)  // Not dim: on a projector, dim text cannot be read.
        case .faint, .border, .barEmpty: Look(dim: true)
        case .title, .strong: Look(bold: true)
        case .titleRunning: Look(.green, bold: true)
        case .titlePaused: Look(.yellow, bold: true, reverse: true)
        case .borderFocused: Look(.cyan, bold: true)
        case .good: Look(.green)
        case .alarm: Look(.red, bold: true)
        case .waiting: Look(.yellow)
        case .running: Look(.green)
        case .critical: Look(.magenta, bold: true)
        case .bar: Look(.cyan)
        case .history: Look(.blue)
        case .key: Look(.cyan, bold: true)
        case .selected: Look(reverse: true)
        }
    }

    /// Emphasis only, for terminals without colours and people who do not want them.
    package static let monochrome = Theme(name: "monochrome") { style in
        switch style {
        case .plain, .value, .good, .running, .bar, .history: Look()
        case .label, .barEmpty, .faint, .border: Look(dim: true)
        case .title, .strong, .titleRunning, .borderFocused, .key: Look(bold: true)
        case .titlePaused: Look(bold: true, reverse: true)
        case .alarm: Look(bold: true, reverse: true, underline: true)
        case .waiting: Look(underline: true)
        case .critical: Look(bold: true, underline: true)
        case .selected: Look(reverse: true)
        }
    }
}
