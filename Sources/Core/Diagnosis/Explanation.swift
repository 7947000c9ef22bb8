/// What is wrong, in words that a newcomer understands, and what to change.
package struct Explanation: Equatable, Sendable {
    /// "Deadlock".
    package let title: String
    /// Who, where, and why it had to come so.
    package let sentence: String
    /// What to change in the program's text; empty where nothing is known.
    package let advice: String
    /// Who waits for whom, a line each, of at most 76 columns; empty where that is not the point.
    package let drawing: [String]

    /// All of it but the drawing, as one text.
    package var text: String {
        ["\(title).", sentence, advice].filter { !$0.isEmpty }.joined(separator: " ")
    }
}
