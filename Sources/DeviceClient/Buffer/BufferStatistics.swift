/// What one producer or consumer of the buffer server achieved.
struct BufferStatistics: Equatable {
    /// So many items are as good as no end, and are not named.
    static let endless = 1_000_000

    let planned: Int
    /// Items put or taken.
    var done = 0
    /// How often the buffer was full or empty, or the server said no otherwise.
    var refused = 0
    /// How often an operation was tried again.
    var retries = 0
    /// How often no server could be reached.
    var unreachable = 0
    /// Operations of which nobody knows whether they happened: the reply did not come.
    var unanswered = 0

    init(planned: Int) {
        self.planned = planned
    }

    var isComplete: Bool { done == planned }

    /// Such as `4 of 5 done, 6 refused, 5 retries`.
    var text: String {
        var parts = [
            planned == Self.endless ? "\(done) done" : "\(done) of \(planned) done",
            "\(refused) refused",
            "\(retries) \(retries == 1 ? "retry" : "retries")",
        ]
        if unreachable > 0 { parts.append("\(unreachable) times no server") }
        if unanswered > 0 { parts.append("\(unanswered) unanswered") }
        return parts.joined(separator: ", ")
    }
}
