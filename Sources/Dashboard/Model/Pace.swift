/// How fast slow motion is: statements a second.
struct Pace: Equatable {
    private let index: Int

    private static let perSecond = [0.5, 1, 2, 4, 8, 16, 32]

    /// Slow enough to say aloud what happens.
    static let usual = Pace(index: 2)
    /// For whoever knows where it leads.
    static let brisk = Pace(index: 3)

    /// The next one; `nil` at the end.
    func next(faster: Bool) -> Pace? {
        let next = index + (faster ? 1 : -1)
        return Self.perSecond.indices.contains(next) ? Pace(index: next) : nil
    }

    /// The time between two statements.
    var interval: Duration { .seconds(1 / Self.perSecond[index]) }

    /// Such as `2/s`.
    var text: String {
        let rate = Self.perSecond[index]
        return rate < 1 ? "\(rate)/s" : "\(Int(rate))/s"
    }
}
