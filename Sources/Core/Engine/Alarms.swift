import HeapModule

/// When to look after which agent: a heap of times.
///
/// An agent's time may come too early, never too late: then it is set again. So a call that is over
/// before its time leaves nothing to be searched for, and an agent has few entries.
struct Alarms {
    private struct Entry: Comparable {
        let time: Microseconds
        let place: Int

        static func < (left: Entry, right: Entry) -> Bool { left.time < right.time }
    }

    private var heap = Heap<Entry>()
    /// The earliest entry of each agent.
    private var earliest: [Int: Microseconds] = [:]

    var first: Microseconds? { heap.min?.time }

    /// - Returns: Whether this is now the first of all, so that whoever wakes us must know.
    mutating func set(_ time: Microseconds, for place: Int) -> Bool {
        if let known = earliest[place], known <= time { return false }
        earliest[place] = time
        let isFirst = first.map { time < $0 } ?? true
        heap.insert(Entry(time: time, place: place))
        return isFirst
    }

    /// The agent whose time has come the longest ago; `nil` when nobody's has.
    mutating func next(at now: Microseconds) -> Int? {
        while let entry = heap.min, entry.time <= now {
            heap.removeMin()
            // An earlier entry of the same agent has been served, and set again what was left.
            guard earliest[entry.place] == entry.time else { continue }
            earliest[entry.place] = nil
            return entry.place
        }
        return nil
    }
}
