import Core

/// The adversary at work: it looks for an interleaving that breaks the program, then does it.
enum Attack: Equatable {
    case searching
    /// - Parameters:
    ///   - schedule: Whose statements come, in order.
    ///   - done: How many of them are done.
    case driving(schedule: [ThreadID], done: Int)

    /// What the search brought.
    enum Plan: Equatable {
        /// These threads' statements lead to what goes wrong.
        case breaks([ThreadID])
        /// No interleaving does; all these situations were looked at.
        case isSafe(situations: Int)
        /// None was found in so many situations.
        case notFound(situations: Int)
    }

    /// How 20 random interleavings would go, which is what testing by luck sees.
    struct Forecast: Equatable {
        let runs: Int
        let allRight: Int

        /// Such as `runs all right: 11 of 20`.
        var text: String { "runs all right: \(allRight) of \(runs)" }
    }
}
