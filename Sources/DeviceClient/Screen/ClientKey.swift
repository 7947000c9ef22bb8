import TerminalUI

/// One row of the client's key table, which dispatch, the key line and the help all read.
struct ClientKey {
    enum Action: Equatable {
        case send, togglePause, faster, slower, burst, toggleHelp, quit
    }

    let keys: [Key]
    let action: Action
    /// What the help says; `nil` where the row before says it for this key too.
    let help: String?
    /// What the key line says, and for which keys; `nil` leaves it to the help.
    let hint: (keys: String, text: String)?

    static let all = [
        ClientKey(
            keys: [.enter, .character("n")],
            action: .send,
            help: "send a job now",
            hint: ("n", "send")
        ),
        ClientKey(
            keys: [.character(" ")],
            action: .togglePause,
            help: "pause planned jobs, or go on",
            hint: ("space", "pause")
        ),
        ClientKey(
            keys: [.character("+"), .character("=")],
            action: .faster,
            help: "shorter and longer pauses",
            hint: ("+ -", "pace")
        ),
        ClientKey(keys: [.character("-")], action: .slower, help: nil, hint: nil),
        ClientKey(
            keys: [.character("b")],
            action: .burst,
            help: "burst: ten jobs at once",
            hint: ("b", "burst")
        ),
        ClientKey(
            keys: [.character("?")],
            action: .toggleHelp,
            help: "this help",
            hint: ("?", "help")
        ),
        ClientKey(
            keys: [.character("q")],
            action: .quit,
            help: "quit, and print the report",
            hint: ("q", "quit")
        ),
    ]

    /// Which hints a narrow key line keeps: the first of these.
    static let importance: [Action] = [.quit, .send, .toggleHelp, .togglePause, .burst, .faster]

    static func action(for key: Key) -> Action? {
        all.first { $0.keys.contains(key) }?.action
    }

    /// The help's rows: keys that belong together, and what they do.
    static let helpRows: [(label: String, help: String)] = all.reduce(into: []) { rows, row in
        let label = row.keys.map(\.label).joined(separator: " ")
        if let help = row.help {
            rows.append((label, help))
        } else if let last = rows.popLast() {
            rows.append(("\(last.label) \(label)", last.help))
        }
    }
}
