/// What a cell of the screen means; how that looks is the business of a ``Theme``.
package enum Style: UInt8, CaseIterable, Sendable {
    /// Ordinary text.
    case plain
    /// Text that steps back: time stamps, units, hints.
    case faint
    /// The title line of the program and of a pane.
    case title
    /// The engine's state in the title line while it runs.
    case titleRunning
    /// The engine's state in the title line while it is paused.
    case titlePaused
    /// The frame of a pane.
    case border
    /// The frame of the pane that the keys move in.
    case borderFocused
    /// The name of something whose value stands beside it.
    case label
    /// A value.
    case value
    /// Text to be noticed, without being good or bad.
    case strong
    /// Something is as it should be.
    case good
    /// Something is wrong, or at its limit.
    case alarm
    /// A thread that waits.
    case waiting
    /// A thread that runs.
    case running
    /// A thread inside its critical section.
    case critical
    /// The filled part of a bar.
    case bar
    /// The empty part of a bar.
    case barEmpty
    /// A history, drawn as a row of small columns.
    case history
    /// A key in the key line and in the help.
    case key
    /// The selected row.
    case selected
}
