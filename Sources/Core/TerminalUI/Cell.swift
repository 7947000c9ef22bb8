/// One cell of the screen: a character and its meaning.
///
/// A wide character takes two cells: its own and a ``continuation`` to the right of it.
package struct Cell: Equatable, Sendable {
    /// A printable character with its combining marks; a continuation holds U+0000.
    package var character: Character
    package var style: Style

    /// The character in every continuation cell.
    static let continuation: Character = "\u{0}"

    package init(character: Character = " ", style: Style = .plain) {
        self.character = character
        self.style = style
    }

    /// Whether this is the right half of the wide character in the cell to the left.
    package var isContinuation: Bool { character == Cell.continuation }
}
