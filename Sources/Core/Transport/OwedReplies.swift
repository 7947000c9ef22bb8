/// The acknowledgements that a text client is owed, one for each of its jobs and in their order,
/// whatever the order in which the jobs become due.
struct OwedReplies {
    private var isDue: [Bool] = []
    /// The number of the first job in `isDue`.
    private var first = 0
    private var start = 0

    /// How many are owed.
    var count: Int { isDue.count - start }

    /// Owes one more.
    ///
    /// - Returns: Its number.
    mutating func add() -> Int {
        isDue.append(false)
        return first + isDue.count - 1
    }

    /// This one is due.
    ///
    /// - Returns: How many can be sent now: those at the front that are due.
    mutating func makeDue(_ number: Int) -> Int {
        isDue[number - first] = true
        let before = start
        while start < isDue.count && isDue[start] { start += 1 }
        let ready = start - before
        // Moves the rest only when at least as many have left, which costs each of them one move.
        if start * 2 >= isDue.count {
            isDue.removeSubrange(..<start)
            first += start
            start = 0
        }
        return ready
    }
}
