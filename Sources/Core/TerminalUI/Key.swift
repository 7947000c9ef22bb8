/// A key that was pressed, as far as a terminal tells.
package enum Key: Hashable, Sendable {
    /// A character, or a control character such as U+0001 for Control-A.
    case character(Character)
    case up, down, left, right
    case tab, backTab, enter, escape
    case home, end, pageUp, pageDown
    case backspace, delete, insert
    /// A function key, counted from one.
    case function(Int)

    /// The key's name for people: `space`, `tab`, `↑`, `F1`, `n`, `^A`.
    package var label: String {
        switch self {
        case .character(" "): "space"
        case .character(let character): Key.label(for: character)
        case .up: "↑"
        case .down: "↓"
        case .left: "←"
        case .right: "→"
        case .tab: "tab"
        case .backTab: "shift-tab"
        case .enter: "enter"
        case .escape: "esc"
        case .home: "home"
        case .end: "end"
        case .pageUp: "page up"
        case .pageDown: "page down"
        case .backspace: "backspace"
        case .delete: "delete"
        case .insert: "insert"
        case .function(let number): "F\(number)"
        }
    }

    private static func label(for character: Character) -> String {
        guard let value = character.asciiValue, value < 0x20 else { return String(character) }
        return "^" + String(Unicode.Scalar(value + 0x40))
    }
}
