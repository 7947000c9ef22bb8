/// Puts a state together from its lines, which come from a stranger.
struct WatchStateDecoder {
    /// How many numbers there are for slots.
    private let capacity: Int
    private var partial: EngineState

    private static let largest = WatchDecoder.largestCount
    private static let longestTime = WatchDecoder.longestTime
    private static let places = Dictionary(
        uniqueKeysWithValues: WaitingPlace.all.map { ($0.name, $0) }
    )
    private static let phases = Dictionary(
        uniqueKeysWithValues: WatchPhase.allCases.map { ($0.rawValue, $0) }
    )

    /// - Parameters:
    ///   - object: The line that begins the state.
    ///   - greeting: What the run is.
    ///   - lines: Reads what states and events have in common.
    /// - Throws: What is wrong with the line.
    init(
        _ object: FlatObject,
        _ greeting: WatchGreeting,
        _ lines: inout RecordingDecoder
    ) throws(LineProblem) {
        capacity = greeting.header.slotNumbers
        var state = greeting.initialState
        let program = try object.integer("program", in: 0...UInt64(greeting.library.count - 1))
        state.programs = greeting.library[Int(program)]
        state.number = try object.integer("number", in: 0...Self.largest)
        state.time = try object.seconds("t", upTo: Self.longestTime)
        state.rate = try lines.rate(object)
        state.isPaused = try object.flag("paused")
        state.isCancelled = try object.flag("cancelled")
        state.produced = try object.integer("produced", in: 0...Self.largest)
        state.consumed = try object.integer("consumed", in: 0...Self.largest)
        state.lost = try object.integer("lost", in: 0...Self.largest)
        state.doubled = try object.integer("doubled", in: 0...Self.largest)
        state.emptyTakes = try object.integer("empty_takes", in: 0...Self.largest)
        state.withdrawn = try object.integer("withdrawn", in: 0...Self.largest)
        state.occupied = Int(try object.integer("occupied", in: 0...UInt64(capacity)))
        state.nextIn = try Self.slot("next_in", object, capacity)
        state.nextOut = try Self.slot("next_out", object, capacity)
        state.threadCount = Int(try object.integer("threads", in: 0...65_535))
        partial = state
    }

    /// The state, when all its lines have come.
    func state() throws(LineProblem) -> EngineState {
        if let problem = partial.boundProblem { throw .impossible(problem) }
        return partial
    }

    mutating func add(
        _ kind: String,
        _ object: FlatObject,
        _ lines: inout RecordingDecoder
    ) throws(LineProblem) {
        switch kind {
        case "semaphore": try addSemaphore(object, lines)
        case "condition":
            let name = try lines.name("name", object, RecordingDecoder.conditions)
            let (waiters, count) = try waiters(object)
            partial[name].waiters = waiters
            partial[name].waiterCount = count
        case "slot": try add(to: \.slots, object, &lines)
        case "leftover": try add(to: \.leftovers, object, &lines)
        case "thread": try addThread(object, &lines)
        default: throw .unknownName(field: "is", String(kind.prefix(64)))
        }
    }

    private mutating func addSemaphore(
        _ object: FlatObject,
        _ lines: RecordingDecoder
    ) throws(LineProblem) {
        let name = try lines.name("name", object, RecordingDecoder.semaphores)
        let (waiters, count) = try waiters(object)
        partial[name].value = Int(try object.integer("value", in: 0...UInt64(UInt32.max)))
        partial[name].overtakes = Int(try object.integer("overtakes", in: 0...UInt64(UInt32.max)))
        partial[name].owner = object.has("owner") ? try thread("owner", object) : nil
        partial[name].waiters = waiters
        partial[name].waiterCount = count
    }

    private func waiters(_ object: FlatObject) throws(LineProblem) -> ([ThreadID], Int) {
        let texts = try object.texts("waiters")
        guard texts.count <= EngineState.Limits.waiters else {
            throw .tooMany("waiters", limit: EngineState.Limits.waiters)
        }
        var waiters: [ThreadID] = []
        for text in texts {
            guard let index = UInt16(text), index < .max else {
                throw .notA("a list of threads", field: "waiters")
            }
            waiters.append(ThreadID(index))
        }
        return (waiters, Int(try object.integer("waiting", in: 0...65_535)))
    }

    private mutating func add(
        to slots: WritableKeyPath<EngineState, [FilledSlot]>,
        _ object: FlatObject,
        _ lines: inout RecordingDecoder
    ) throws(LineProblem) {
        guard partial[keyPath: slots].count < EngineState.Limits.slots else {
            throw .tooMany("slots", limit: EngineState.Limits.slots)
        }
        partial[keyPath: slots].append(
            FilledSlot(
                number: try Self.slot("slot", object, capacity),
                job: try job(object, &lines),
                workDone: try object.seconds("work_done", upTo: Job.longestCPUTime),
                turn: try object.integer("turn", in: 0...Self.largest)
            )
        )
    }

    private func job(
        _ object: FlatObject,
        _ lines: inout RecordingDecoder
    ) throws(LineProblem) -> Job {
        Job(
            id: try object.integer("job", in: 0...Self.largest),
            device: try lines.device(object),
            cpuTime: try lines.cpuTime(object)
        )
    }

    private mutating func addThread(
        _ object: FlatObject,
        _ lines: inout RecordingDecoder
    ) throws(LineProblem) {
        guard partial.threads.count < EngineState.Limits.threads else {
            throw .tooMany("threads", limit: EngineState.Limits.threads)
        }
        let role = try lines.name("role", object, RecordingDecoder.roles)
        let count = partial.programs.program(for: role).statements.count
        var thread = ThreadActivity(
            id: try self.thread("thread", object),
            role: role,
            ordinal: Int(try object.integer("ordinal", in: 1...1_000_000)),
            isAgent: try object.flag("agent")
        )
        thread.line = Int(try object.integer("line", in: 1...UInt64(count))) - 1
        thread.phase = try phase(object, lines)
        thread.since = try object.seconds("since", upTo: Self.longestTime)
        thread.holdsUnit = try object.flag("holds_unit")
        thread.lendsUnit = try object.flag("lends_unit")
        thread.timedOut = try object.flag("timed_out")
        thread.isSlow = try object.flag("slow")
        thread.wasKilled = try object.flag("killed")
        thread.workDone = try object.seconds("work_done", upTo: Job.longestCPUTime)
        if object.has("index") { thread.slot = try Self.slot("index", object, capacity) }
        if object.has("kept_slot") {
            thread.keptSlot = try Self.slot("kept_slot", object, capacity)
        }
        if object.has("job") { thread.job = try job(object, &lines) }
        partial.threads.append(thread)
    }

    private func phase(
        _ object: FlatObject,
        _ lines: RecordingDecoder
    ) throws(LineProblem) -> ThreadActivity.Phase {
        switch try lines.name("phase", object, Self.phases) {
        case .ready: .ready
        case .blocked: .blocked(try lines.name("place", object, Self.places))
        case .executing:
            .executing(
                workDone: try object.seconds("done", upTo: Job.longestCPUTime),
                at: try object.seconds("at", upTo: Self.longestTime)
            )
        case .awaitingJobs: .awaitingJobs
        case .ended: .ended
        }
    }

    private func thread(
        _ field: StaticString,
        _ object: FlatObject
    ) throws(LineProblem) -> ThreadID {
        ThreadID(Int(try object.integer(field, in: 0...65_534)))
    }

    private static func slot(
        _ field: StaticString,
        _ object: FlatObject,
        _ capacity: Int
    ) throws(LineProblem) -> Int {
        Int(try object.integer(field, in: 0...UInt64(capacity - 1)))
    }
}

extension EngineState {
    /// Whether nothing is left out: all threads, slots and queues are there.
    var isExact: Bool {
        isComplete && semaphores.allSatisfy { $0.waiters.count == $0.waiterCount }
            && conditions.allSatisfy { $0.waiters.count == $0.waiterCount }
    }

    /// What a state that can be shown does not have, such as a slot in two places; `nil` where all is
    /// well.
    ///
    /// - Complexity: O(threads + slots).
    var boundProblem: String? {
        guard (0...slotNumbers).contains(occupied), slots.count <= occupied else {
            return "\(slots.count) of \(occupied) jobs are in \(capacity) slots"
        }
        for list in [slots, leftovers] {
            for (one, next) in zip(list, list.dropFirst()) where one.number >= next.number {
                return "slot \(next.number) comes after slot \(one.number)"
            }
        }
        for semaphore in semaphores
        where semaphore.value < 0 || semaphore.waiters.count > semaphore.waiterCount {
            return "\(semaphore.name) has \(semaphore.value) units and"
                + " \(semaphore.waiterCount) waiters"
        }
        for condition in conditions where condition.waiters.count > condition.waiterCount {
            return "\(condition.name) has \(condition.waiterCount) waiters"
        }
        guard threads.count <= threadCount, threadCount <= 65_535 else {
            return "\(threads.count) of \(threadCount) threads are there"
        }
        for (index, thread) in threads.enumerated() where Int(thread.id.index) != index {
            return "thread \(thread.id.index) is in place \(index)"
        }
        return nil
    }
}
