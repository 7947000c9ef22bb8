import CNcurses

extension Key {
    /// The key that ncurses reports as a character.
    init?(curses character: wint_t) {
        switch character {
        case 0x0d, 0x0a: self = .enter
        case 0x09: self = .tab
        case 0x1b: self = .escape
        case 0x08, 0x7f: self = .backspace
        default:
            guard let scalar = Unicode.Scalar(character) else { return nil }
            self = .character(Character(scalar))
        }
    }

    /// The key that ncurses reports as a code of its own; `nil` for those that we have no name for.
    init?(cursesCode code: Int32) {
        let functions = sb_function_key(1)...sb_function_key(63)
        if functions.contains(code) {
            self = .function(Int(code - functions.lowerBound) + 1)
            return
        }
        guard let key = Key.codes[code] else { return nil }
        self = key
    }

    private static let codes: [Int32: Key] = [
        KEY_UP: .up, KEY_DOWN: .down, KEY_LEFT: .left, KEY_RIGHT: .right,
        KEY_HOME: .home, KEY_END: .end, KEY_PPAGE: .pageUp, KEY_NPAGE: .pageDown,
        // The same keys on a numeric pad.
        KEY_A1: .home, KEY_A3: .pageUp, KEY_C1: .end, KEY_C3: .pageDown,
        KEY_BTAB: .backTab, KEY_ENTER: .enter, KEY_BACKSPACE: .backspace,
        KEY_DC: .delete, KEY_IC: .insert,
    ]
}
