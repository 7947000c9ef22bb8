/// What is wrong, ready for the screen: it appears by itself.
struct Verdict: Equatable {
    /// Such as `Deadlock`.
    let title: String
    /// Who holds what, who waits for what, at which line, and what to change.
    let text: String
    /// Who waits for whom, a line each.
    let drawing: [String]
    /// The event with which it began.
    var since: UInt64?
}
