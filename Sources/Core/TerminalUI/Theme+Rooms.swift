// Themes for eyes and rooms that the default theme does not suit.

extension Theme {
    /// For weak projectors and bright rooms: nothing dim, all values bold, colours only as filled
    /// blocks, because thin coloured letters vanish first.
    package static let highContrast = Theme(name: "high-contrast") { style in
        switch style {
        case .plain, .value, .bar, .history, .good, .running, .borderFocused: Look(bold: true)
        case .label, .faint, .border, .barEmpty: Look()
        case .title, .strong, .key: Look(bold: true, underline: true)
        case .titleRunning: Look(.green, bold: true, reverse: true)
        case .titlePaused: Look(.yellow, bold: true, reverse: true)
        case .alarm: Look(.red, bold: true, reverse: true, underline: true)
        case .waiting: Look(underline: true)
        case .critical: Look(.magenta, bold: true, reverse: true)
        case .selected: Look(reverse: true)
        }
    }

    /// For people who do not tell red from green: blue against yellow, and emphasis for the rest.
    ///
    /// Of the palette of Okabe and Ito (*Color Universal Design*, 2008) the eight colours of a
    /// terminal have blue, sky blue (cyan) and yellow, which also stands for orange. Each meaning
    /// that matters has an emphasis of its own too.
    package static let colourBlind = Theme(name: "colour-blind") { style in
        switch style {
        case .plain, .value: Look()
        case .label: Look(.cyan)
        case .faint, .border, .barEmpty: Look(dim: true)
        case .title, .strong: Look(bold: true)
        case .titleRunning: Look(.blue, bold: true, reverse: true)
        case .titlePaused: Look(.yellow, bold: true, reverse: true)
        case .borderFocused: Look(.cyan, bold: true)
        case .good: Look(.cyan)
        case .alarm: Look(.yellow, bold: true, reverse: true, underline: true)
        case .waiting: Look(.yellow, underline: true)
        case .running: Look(.cyan, bold: true)
        case .critical: Look(.blue, bold: true, reverse: true)
        case .bar: Look(.cyan)
        case .history: Look(.blue)
        case .key: Look(.cyan, bold: true)
        case .selected: Look(reverse: true)
        }
    }
}
