/// Follows an engine from outside: every event if it looks often enough, and never in its way.
///
/// Each look copies the events since the last one. Where more happened than were written down, it
/// gets a snapshot instead and says how many events are missing. One thread uses it.
package final class Observer {
    /// The engine as of the last look.
    package private(set) var state: EngineState
    /// Whether the state leaves out slots that a program may overwrite: then each look takes the
    /// kernel's own state, because the fold would miscount.
    private var isPartial = false
    private let kernel: Kernel
    private let budget: Int
    /// Whether it leaves alone what others asked for, as long as anybody does.
    private let isGuest: Bool
    private var renewals: UInt64 = 0
    private var looksAlone = 0
    private let events: UnsafeMutableBufferPointer<Event>

    /// So often it must have found nobody else before a guest asks for events itself.
    private static let loneliness = 10

    /// The budget is how many events may happen between two looks before whole slices go unrecorded.
    ///
    /// To ask for more events begins a new run of them, which takes those away that another observer
    /// has not seen yet. A guest does so only where there is no other.
    package init(_ engine: Engine, budget: Int, isGuest: Bool = false) {
        self.isGuest = isGuest
        kernel = engine.kernel
        self.budget = budget
        events = .allocate(capacity: Self.capacity(kernel.settings, budget: budget))
        state = kernel.initialState
    }

    /// How many events one look can take; what is written down for others beyond the budget is left out.
    private static func capacity(_ settings: KernelSettings, budget: Int) -> Int {
        let keepsMore = settings.recordsAll && !settings.recordsEverything
        let limit = max(1024, budget + KernelSettings.longestSlice)
        return min(settings.eventCapacity, keepsMore ? limit : .max)
    }

    deinit {
        events.deallocate()
    }

    /// Catches up with the engine.
    ///
    /// - Parameter visit: Called for each event in order, with the state before it.
    /// - Returns: How many events were left out after those visited.
    package func look(_ visit: (Event, _ before: EngineState) -> Void = { _, _ in }) -> UInt64 {
        let observed = kernel.observe(
            after: state.number,
            into: events,
            budget: budget,
            wantsState: isPartial,
            renews: !isGuest || looksAlone >= Self.loneliness
        )
        noteOthers(observed.renewals)
        for event in events[..<observed.eventCount] {
            visit(event, state)
            state.apply(event)
        }
        guard let snapshot = observed.snapshot else { return 0 }
        defer {
            state = snapshot
            isPartial =
                snapshot.programs.misplacesJobs && snapshot.capacity > EngineState.Limits.slots
        }
        return snapshot.number - state.number
    }

    private func noteOthers(_ renewals: UInt64) {
        let own: UInt64 = !isGuest || looksAlone >= Self.loneliness ? 1 : 0
        looksAlone = renewals == self.renewals + own ? looksAlone + 1 : 0
        self.renewals = renewals
    }
}
