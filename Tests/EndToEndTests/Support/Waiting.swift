/// What a test waited for did not come.
struct NotInTime: Error, CustomStringConvertible {
    let awaited: String
    let instead: String

    var description: String { "waited in vain for \(awaited); instead there was:\n\(instead)" }
}

enum Waiting {
    /// As long as a loaded machine may take for anything; a test that passes never waits that long.
    static let limit = Duration.seconds(60)
    private static let pause = Duration.milliseconds(15)

    /// Asks again and again until there is an answer.
    ///
    /// - Parameters:
    ///   - awaited: Completes "waited in vain for".
    ///   - limit: After which the wait is given up.
    ///   - instead: What to show then.
    ///   - ask: `nil` means not yet.
    /// - Returns: The first answer.
    /// - Throws: ``NotInTime``.
    static func until<Answer>(
        _ awaited: String,
        within limit: Duration = limit,
        instead: () -> String = { "nothing" },
        ask: () async throws -> Answer?
    ) async throws -> Answer {
        let deadline = ContinuousClock.now + limit
        while true {
            // The clock is read before the question, so that the last question is a late one.
            let isLast = ContinuousClock.now >= deadline
            if let answer = try await ask() { return answer }
            if isLast { throw NotInTime(awaited: awaited, instead: instead()) }
            try await Task.sleep(for: pause)
        }
    }
}
