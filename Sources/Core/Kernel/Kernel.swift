/// The small kernel inside which `wait` and `signal` are indivisible.
///
/// It owns the semaphores and their queues, the owner of `mutex`, the slots, and what every thread
/// is doing. Whoever holds `lock` is inside; everything else follows from that: a snapshot is one
/// consistent cut, waiters have names and an order, events have one numbering. A thread enters once
/// for a whole *slice* of statements (`runSlice`), and nothing in a slice waits, allocates or calls the
/// system, but for one reading of the clock; sleeping threads are woken after leaving.
///
/// Source: Silberschatz, Gagne and Galvin, *Operating System Concepts*, 10th ed., §6.6.2 (a
/// semaphore with a queue), §7.1.1 (the bounded buffer).
package final class Kernel: @unchecked Sendable {
    // Sendable because `state`, `queues` and the control blocks are touched only inside `lock`
    // (a thread's outboxes and batch, outside it, only by that thread), and the rest never changes.
    let lock = SpinLock()
    let state: UnsafeMutablePointer<KernelState>
    let cold: UnsafeMutablePointer<ColdKernelState>
    let queues: UnsafeMutablePointer<WaitQueue>
    let threads: UnsafeMutableBufferPointer<ThreadPointer>
    let buffer: BoundedBuffer
    let ring: EventRing
    let keyframes: KeyframeRing
    let clock: any EngineClock
    package let settings: KernelSettings
    /// All programs, by the numbers that events give them.
    package let library: [ProgramPair]
    private let loaded: [LoadedPair]
    /// Lets go of somebody who sleeps until something happens.
    package let changes: ChangeSignal
    /// Where the one who steps threads waits until the statement is done.
    let stepper = Parker()
    private let memory: KernelMemory
    private let snapshotSpace: UnsafeMutablePointer<SnapshotSpace>
    private let snapshotLock = SpinLock()
    /// Held by whoever copies the history.
    let historyLock = SpinLock()
    /// Whether no slice goes unrecorded.
    let recordsAll: Bool
    /// Whether there are no slots, so that sender and receiver meet.
    let isRendezvous: Bool

    package init(_ settings: KernelSettings, clock: any EngineClock, changes: ChangeSignal) {
        precondition(
            (1...KernelSettings.longestSlice).contains(settings.sliceLength),
            "a slice has 1 to \(KernelSettings.longestSlice) statements"
        )
        precondition(
            (0...KernelSettings.longestHistory).contains(settings.history),
            "history keeps 0 to \(KernelSettings.longestHistory) events"
        )
        precondition(settings.allows(settings.programs), "this buffer does not bear this program")
        self.settings = settings
        library = settings.library
        loaded = library.map(LoadedPair.init)
        self.clock = clock
        self.changes = changes
        memory = KernelMemory(threadLimit: settings.threadLimit)
        (state, cold, queues) = (memory.state, memory.cold, memory.queues)
        state.pointee.rate = settings.rate
        state.pointee.misplacesJobs = settings.programs.misplacesJobs
        state.pointee.keepsSlots = settings.programs.keepsSlots
        state.pointee.programIndex = UInt8(library.firstIndex(of: settings.programs) ?? 0)
        state.pointee.budget = Int32(settings.eventCapacity / 2)
        queues[WaitingPlace.semaphore(.empty).index].value = Int32(settings.capacity)
        queues[WaitingPlace.semaphore(.mutex).index].value = 1
        threads = .allocate(capacity: settings.threadLimit)
        buffer = BoundedBuffer(capacity: settings.capacity, policy: settings.policy)
        ring = EventRing(capacity: settings.ringCapacity)
        keyframes = KeyframeRing(settings)
        recordsAll = settings.recordsAll
        isRendezvous = settings.isRendezvous
        if !keyframes.isEmpty { cold.pointee.attention.keyframe = keyframes.spacing }
        snapshotSpace = .allocate(capacity: 1)
        snapshotSpace.initialize(to: SnapshotSpace(.watching))
    }

    deinit {
        for index in 0..<cold.pointee.threadCount {
            threads[index].pointee.deallocate()
            threads[index].deinitialize(count: 1)
            threads[index].deallocate()
        }
        for pair in loaded { pair.deallocate() }
        memory.deallocate()
        buffer.deallocate()
        ring.deallocate()
        keyframes.deallocate()
        threads.deallocate()
        snapshotSpace.pointee.deallocate()
        snapshotSpace.deallocate()
    }

    /// Adds a thread at the first line of its program. To be called before it runs a slice.
    ///
    /// - Parameters:
    ///   - role: Whose program it runs.
    ///   - ordinal: The 2 in P2.
    ///   - parker: Where it sleeps; for an agent, where the thread sleeps that executes agents.
    ///   - isAgent: Whether it has no thread of its own.
    /// - Returns: The number by which the kernel knows it.
    package func join(
        _ role: Program.Role,
        ordinal: Int,
        parker: Parker,
        isAgent: Bool = false
    ) -> ThreadID {
        let thread = ThreadPointer.allocate(capacity: 1)
        let desk = UnsafeMutablePointer<Desk>.allocate(capacity: 1)
        desk.initialize(to: Desk(isAgent: isAgent))
        lock.lock()
        defer { lock.unlock() }
        let id = ThreadID(cold.pointee.threadCount)
        precondition(
            cold.pointee.threadCount < settings.threadLimit,
            "the kernel knows at most \(settings.threadLimit) threads"
        )
        thread.initialize(
            to: ThreadControlBlock(
                id: id,
                role: role,
                ordinal: ordinal,
                isAgent: isAgent,
                program: loadedProgram(for: role),
                parker: parker,
                desk: desk
            )
        )
        threads[Int(id.index)] = thread
        cold.pointee.threadCount += 1
        beginRecording()
        record(.threadJoined(role, ordinal: ordinal, isAgent: isAgent), by: id)
        return id
    }

    /// The present one; to be asked inside the kernel.
    func loadedProgram(for role: Program.Role) -> LoadedProgram {
        loaded[Int(state.pointee.programIndex)].program(for: role)
    }

    // MARK: - Events

    /// Decides whether what follows is written down, and reads the clock if so.
    @inline(__always)
    func beginRecording() {
        let state = self.state
        if recordsAll || state.pointee.budget > 0 && !state.pointee.hasGap {
            state.pointee.isRecording = true
            state.pointee.now = clock.now
            state.pointee.hasReadClock = true
        } else {
            if !state.pointee.hasGap { cold.pointee.runEnd = state.pointee.number }
            state.pointee.isRecording = false
            state.pointee.hasGap = true
            state.pointee.hasReadClock = false
        }
    }

    /// The time of this slice, read once and only if somebody needs it.
    @inline(__always)
    func readClock() {
        guard !state.pointee.hasReadClock else { return }
        state.pointee.now = clock.now
        state.pointee.hasReadClock = true
    }

    /// Numbers one step, and writes it down unless this slice goes unrecorded.
    @inline(__always)
    func record(_ fact: @autoclosure () -> Event.Fact, by thread: ThreadID?) {
        let state = self.state
        state.pointee.number &+= 1
        guard state.pointee.isRecording else { return }
        ring.put(Event(fact(), by: thread, at: state.pointee.now), number: state.pointee.number)
        state.pointee.budget &-= 1
    }

    // MARK: - Snapshot and events for observers

    /// The state before the first event.
    package var initialState: EngineState {
        EngineState(
            capacity: settings.capacity,
            programs: settings.programs,
            rate: settings.rate,
            library: library
        )
    }

    /// The state now, one consistent cut.
    ///
    /// Cost: a copy of at most 8 KiB inside the kernel; making the arrays happens outside.
    package func snapshot() -> EngineState {
        snapshotLock.withLock {
            lock.lock()
            copySnapshot(into: &snapshotSpace.pointee)
            lock.unlock()
            return makeState()
        }
    }

    /// The state without anything left out, for the end of a run: costs what it is large.
    package func completeState() -> EngineState {
        let threads = lock.withLock { cold.pointee.threadCount }
        var space = SnapshotSpace(
            SnapshotLimits(
                // On a table there is a message for each receiver that is ready at most.
                slots: isRendezvous ? threads : settings.capacity,
                waiters: threads,
                threads: threads
            )
        )
        defer { space.deallocate() }
        lock.withLock { copySnapshot(into: &space) }
        return space.makeState(capacity: settings.capacity, library: library)
    }

    /// In debug builds every snapshot of a correct program must keep the textbook's invariants,
    /// unless another one was there before and left its damage.
    private func makeState() -> EngineState {
        let state = snapshotSpace.pointee.makeState(
            capacity: settings.capacity,
            library: library
        )
        assert(
            !state.programs.isCorrect || state.lost + state.emptyTakes > 0
                || state.violations().isEmpty,
            "\(state.violations().map(\.description))"
        )
        return state
    }

    /// Copies the events after `number`, or a snapshot where they are not all there, and sees to it
    /// that the next `budget` events from now on are written down.
    ///
    /// - Parameters:
    ///   - number: The last event that the observer knows.
    ///   - events: Where the copies go.
    ///   - budget: How many events the observer wants to see next time.
    ///   - wantsState: Whether the observer cannot trust its own fold.
    ///   - renews: Whether this observer asks for events at all; else it takes what others asked for.
    /// - Returns: The state, if events were left out or it is wanted; then the events copied are
    ///   those that still follow `number` without a gap, and all before the snapshot.
    package func observe(
        after number: UInt64,
        into events: UnsafeMutableBufferPointer<Event>,
        budget: Int,
        wantsState: Bool = false,
        renews: Bool = true
    ) -> Observed {
        snapshotLock.withLock {
            lock.lock()
            let last = lastRecorded
            let held = number <= last && number >= firstHeld(last) ? last - number : 0
            let count = Int(min(held, UInt64(events.count)))
            ring.copy(after: number, count: count, into: events)
            let isComplete = number + UInt64(count) == state.pointee.number
            let givesState = wantsState || !isComplete
            if givesState { copySnapshot(into: &snapshotSpace.pointee) }
            if renews { renew(budget) }
            let renewals = cold.pointee.renewals
            lock.unlock()
            return Observed(
                eventCount: count,
                snapshot: givesState ? makeState() : nil,
                renewals: renewals
            )
        }
    }

    /// The number of the last event that was written down without a gap before it.
    var lastRecorded: UInt64 {
        state.pointee.hasGap ? cold.pointee.runEnd : state.pointee.number
    }

    /// The number from which on all events up to `last` are in the ring.
    func firstHeld(_ last: UInt64) -> UInt64 {
        let capacity = UInt64(ring.capacity)
        return max(cold.pointee.runStart, last > capacity ? last - capacity : 0)
    }

    /// What `observe` found.
    package struct Observed {
        package let eventCount: Int
        package let snapshot: EngineState?
        /// How often anybody has asked for events so far.
        let renewals: UInt64
    }

    /// The last event's number.
    package var eventNumber: UInt64 {
        lock.withLock { state.pointee.number }
    }

    /// Whether it is paused now; costs no look at the rest.
    package var isPaused: Bool {
        lock.withLock { state.pointee.isPaused }
    }

    private func renew(_ budget: Int) {
        guard budget > 0 else { return }
        cold.pointee.renewals &+= 1
        state.pointee.budget = max(state.pointee.budget, Int32(clamping: budget))
        guard state.pointee.hasGap else { return }
        state.pointee.hasGap = false
        cold.pointee.runStart = state.pointee.number
    }
}
