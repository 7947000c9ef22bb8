import Core
import TerminalUI

/// A text that a device's name or a line of the log must contain to be shown, in any case.
struct Filter: Equatable {
    private(set) var text = ""
    /// Whether keys go into the text.
    private(set) var isTyping = true
    /// The text in small letters, as it is looked for.
    private var wanted: [UInt8] = []

    /// More does not fit into a title.
    private static let longest = 40

    enum Outcome {
        /// It goes on.
        case typing
        case kept
        case cleared
    }

    init(_ text: String = "") {
        set(text)
    }

    /// Whether everything is shown.
    var isEmpty: Bool { wanted.isEmpty }

    /// Takes a key while it is typed.
    mutating func press(_ key: Key) -> Outcome {
        switch key {
        case .character(let character): set(text + String(character))
        case .backspace, .delete:
            guard !text.isEmpty else { return .cleared }
            set(String(text.dropLast()))
        case .enter:
            isTyping = false
            return isEmpty ? .cleared : .kept
        case .escape: return .cleared
        default: break
        }
        return .typing
    }

    /// Goes on typing where it was left.
    mutating func resume() {
        isTyping = true
    }

    func matches(_ line: String) -> Bool {
        guard !isEmpty else { return true }
        let bytes = Array(line.lowercased().utf8)
        guard bytes.count >= wanted.count else { return false }
        return (0...bytes.count - wanted.count).contains { bytes[$0...].starts(with: wanted) }
    }

    /// What does not belong on a screen does not come in.
    private mutating func set(_ text: String) {
        self.text = String(Sanitizer.sanitize(text).prefix(Self.longest))
        wanted = Array(self.text.lowercased().utf8)
    }
}
