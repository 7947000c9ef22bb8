import Core

/// The adversary at work: it looks for an interleaving that breaks the program, then does it.
enum Attack: Equatable {
    case searching
    /// - Parameters:
    ///   - schedule: Whose statements come, in order.
    ///   - done: How many of them are done.
    case driving(schedule: [ThreadID], done: Int)
}
