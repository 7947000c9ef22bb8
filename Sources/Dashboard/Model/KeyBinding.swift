import TerminalUI

/// One row of the key table, which dispatch, the key line and the help all read.
struct KeyBinding {
    let keys: [Key]
    let action: Action
    /// What the help says.
    let help: String
    /// What the key line says; `nil` leaves it to the help.
    var hint: String?
    /// The keys as the key line names them, where the hint is about another binding as well.
    var hintKeys: String?

    enum Action {
        case togglePause, step, faster, slower, freeze
        case nextPane, previousPane, down, up, first, last
        case toggleHelp, quit
    }

    static let all = [
        KeyBinding(
            keys: [.character(" ")],
            action: .togglePause,
            help: "pause or resume the engine; a pause freezes running jobs too",
            hint: "pause"
        ),
        KeyBinding(
            keys: [.character("n")],
            action: .step,
            help: "step: one statement of one thread (pauses first)",
            hint: "step"
        ),
        KeyBinding(
            keys: [.character("+"), .character("=")],
            action: .faster,
            help: "faster: jobs take less time, in the end none",
            hint: "rate",
            hintKeys: "+ -"
        ),
        KeyBinding(
            keys: [.character("-")],
            action: .slower,
            help: "slower: jobs take more time"
        ),
        KeyBinding(
            keys: [.character("f")],
            action: .freeze,
            help: "freeze the picture; the engine runs on",
            hint: "freeze"
        ),
        KeyBinding(keys: [.tab], action: .nextPane, help: "next pane", hint: "pane"),
        KeyBinding(keys: [.backTab], action: .previousPane, help: "previous pane"),
        KeyBinding(keys: [.down, .character("j")], action: .down, help: "down in the pane"),
        KeyBinding(keys: [.up, .character("k")], action: .up, help: "up in the pane"),
        KeyBinding(
            keys: [.character("g"), .home],
            action: .first,
            help: "to the pane's first row"
        ),
        KeyBinding(keys: [.character("G"), .end], action: .last, help: "to the pane's last row"),
        KeyBinding(
            keys: [.character("?")],
            action: .toggleHelp,
            help: "this help",
            hint: "help"
        ),
        KeyBinding(
            keys: [.character("q")],
            action: .quit,
            help: "quit, and print the summary",
            hint: "quit"
        ),
    ]

    /// Which hints a narrow key line keeps: the first of these.
    static let importance: [Action] = [
        .togglePause, .quit, .toggleHelp, .step, .freeze, .faster, .nextPane,
    ]

    static func binding(for key: Key) -> KeyBinding? {
        all.first { $0.keys.contains(key) }
    }

    /// The keys as the help writes them.
    var label: String { keys.map(\.label).joined(separator: " ") }
}
