/// A run as it went, of which every moment can be asked for.
///
/// It holds a state to begin with, the events after it without a gap, and now and then a whole state
/// (a keyframe), so that any moment is found by folding a few thousand events at most. Numbers are
/// those of the events; a moment is the state after the event of that number, and the first moment
/// is that before all events. Numbers outside the timeline mean its nearest end.
package struct Timeline: Sendable {
    private(set) var events: [Event] = []
    private var keyframes: [Keyframe]
    /// The last moment.
    private var tip: Keyframe
    private var nextKeyframe: UInt64
    var accounts: AccountFrames
    var occupancy: OccupancyIndex

    /// A moment that somebody, or something, pointed out.
    package struct Mark: Hashable, Sendable {
        package let number: UInt64
        package let label: String

        package init(number: UInt64, label: String) {
            self.number = number
            self.label = label
        }
    }

    /// A timeline that goes on from a moment.
    ///
    /// - Parameters:
    ///   - base: The first moment.
    ///   - ledger: The devices' CPU time up to then.
    ///   - events: What happened after it, without a gap.
    package init(from base: EngineState, ledger: [Ledger.Entry] = [], events: [Event] = []) {
        tip = Keyframe(base)
        keyframes = [tip]
        nextKeyframe = base.number + Self.spacing(base)
        accounts = AccountFrames(ledger)
        occupancy = OccupancyIndex(tip)
        append(contentsOf: events)
    }

    /// Goes on by these events.
    package mutating func append(contentsOf more: some Collection<Event>) {
        events.reserveCapacity(events.count + more.count)
        for event in more { append(event) }
    }

    package mutating func append(_ event: Event) {
        events.append(event)
        tip.apply(event)
        accounts.note(event)
        occupancy.note(tip)
        guard tip.state.number >= nextKeyframe else { return }
        keyframes.append(tip)
        nextKeyframe = tip.state.number + Self.spacing(tip.state)
    }

    /// A state of many threads is large: then keyframes are further apart, so that all of them
    /// together stay in proportion to the events.
    private static func spacing(_ state: EngineState) -> UInt64 {
        UInt64(max(1000, 8 * (state.threads.count + state.slots.count)))
    }
}

// MARK: - Moments

extension Timeline {
    /// The first moment's; the first event's is one more.
    package var firstNumber: UInt64 { keyframes[0].state.number }

    /// The last event's.
    package var lastNumber: UInt64 { tip.state.number }

    package var lastState: EngineState { tip.state }

    /// The state after the event of this number.
    ///
    /// - Complexity: Folds 1000 events at most, in a very large engine more.
    package func state(at number: UInt64) -> EngineState {
        moment(number).state
    }

    /// The event of this number; `nil` where the timeline has none.
    package func event(_ number: UInt64) -> Event? {
        guard number > firstNumber && number <= lastNumber else { return nil }
        return events[Int(number - firstNumber) - 1]
    }

    /// The events with these numbers, as far as the timeline has them.
    package func events(in numbers: ClosedRange<UInt64>) -> ArraySlice<Event> {
        let first = position(max(numbers.lowerBound, 1) - 1)
        return events[first..<max(first, position(numbers.upperBound))]
    }

    /// When the event of this number happened.
    package func time(of number: UInt64) -> Microseconds {
        let position = position(number)
        return position == 0 ? keyframes[0].state.time : events[position - 1].time
    }

    /// The last event that had happened by then.
    ///
    /// - Complexity: O(log n). Times never go back, because the kernel reads its clock inside its
    ///   lock; in a file where they do, the answer is one of several.
    package func number(at time: Microseconds) -> UInt64 {
        var (low, high) = (0, events.count)
        while low < high {
            let middle = (low + high) / 2
            if events[middle].time <= time { low = middle + 1 } else { high = middle }
        }
        return firstNumber + UInt64(low)
    }

    /// Passes through the events with these numbers, both included, as far as there are any.
    ///
    /// - Parameters:
    ///   - first: The first event's number.
    ///   - last: The last event's.
    ///   - visit: Called for each event in order, with the state before it.
    package func walk(
        from first: UInt64,
        to last: UInt64,
        _ visit: (Event, _ before: EngineState) -> Void
    ) {
        let start = clamp(max(first, 1) - 1)
        guard start < clamp(last) else { return }
        var state = self.state(at: start)
        for event in events[position(start)..<position(last)] {
            visit(event, state)
            state.apply(event)
        }
    }

    /// The state after the event of this number, and what the second so far was like.
    func moment(_ number: UInt64) -> Keyframe {
        let number = clamp(number)
        guard number < lastNumber else { return tip }
        var moment = keyframes[keyframe(before: number)]
        for event in events[position(moment.state.number)..<position(number)] {
            moment.apply(event)
        }
        return moment
    }

    /// How many events lead from the first moment to this one.
    func position(_ number: UInt64) -> Int {
        Int(clamp(number) - firstNumber)
    }

    private func clamp(_ number: UInt64) -> UInt64 {
        min(max(number, firstNumber), lastNumber)
    }

    /// The nearest one at or before this number.
    private func keyframe(before number: UInt64) -> Int {
        var (low, high) = (0, keyframes.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if keyframes[middle].state.number <= number { low = middle } else { high = middle }
        }
        return low
    }
}

/// A moment, and how full the buffer has been so far in the second in which it lies.
struct Keyframe: Sendable {
    private(set) var state: EngineState
    private(set) var second: UInt64
    private(set) var highest: Int

    init(_ state: EngineState) {
        self.state = state
        second = state.time.count / 1_000_000
        highest = state.occupied
    }

    mutating func apply(_ event: Event) {
        let present = event.time.count / 1_000_000
        if present > second {
            second = present
            highest = state.occupied
        }
        state.apply(event)
        highest = max(highest, state.occupied)
    }
}
