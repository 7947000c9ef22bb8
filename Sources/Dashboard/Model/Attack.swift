import Core

/// The adversary at work: it looks for an interleaving that breaks the program, then does it.
enum Attack: Equatable {
    case searching
    /// - Parameters:
    ///   - schedule: Whose statements come, in order.
    ///   - done: How many of them are done.
    ///   - forecast: How runs at random go instead.
    case driving(schedule: [ThreadID], done: Int, forecast: Adversary.Forecast)
}

extension Adversary.Forecast {
    /// Such as `random runs all right: 7 of 20`.
    var text: String { "random runs all right: \(runsAllRight) of \(runs)" }
}
