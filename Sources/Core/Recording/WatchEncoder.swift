/// Turns frames into the lines of a watcher's stream, as `Docs/protocol.md` has them.
///
/// Events are written as in a recording, but for the threads, which go by their numbers. Each frame
/// explains itself: it names every device that it mentions, so that one form serves all watchers who
/// have seen the frame before it, whenever they came.
struct WatchEncoder {
    var lines: RecordingEncoder
    private let greeting: WatchGreeting
    /// What a watcher gets first.
    private(set) var hello: [UInt8] = []

    init(_ greeting: WatchGreeting, nameOfDevice: @escaping @Sendable (DeviceID) -> String) {
        self.greeting = greeting
        lines = RecordingEncoder(
            greeting.header,
            library: greeting.library,
            numbersThreads: true,
            nameOfDevice: nameOfDevice
        )
        for pair in greeting.library {
            begin("program")
            lines.put(pair)
            end()
        }
        for mailbox in greeting.mailboxes { put(mailbox) }
        begin("watch")
        put(",\"watch\":", WatchGreeting.version)
        put(",\"producers\":", greeting.producers)
        put(",\"consumers\":", greeting.consumers)
        put(",\"mailbox\":", greeting.mailbox)
        end()
        hello = lines.writer.bytes
    }

    /// The lines of a frame.
    ///
    /// - Parameters:
    ///   - frame: What is to be told.
    ///   - number: The last event that its readers know.
    /// - Returns: Whole lines; the last is the frame's own, after which a reader may show it.
    mutating func encode(_ frame: WatchFrame, after number: UInt64) -> [UInt8] {
        lines.removeAll()
        lines.begin(after: number)
        for event in frame.events { lines.add(event) }
        if let state = frame.state { put(state) }
        for device in frame.devices ?? [] { put(device) }
        for times in frame.times ?? [] { put(times) }
        for (ordinal, client) in frame.clients.sorted(by: { $0.key < $1.key }) {
            begin("client")
            put(",\"agent\":", ordinal)
            put(",\"name\":", client)
            end()
        }
        for counts in frame.mailboxes ?? [] { put(counts) }
        begin("frame")
        put(",\"after\":", frame.state?.number ?? lines.number)
        put(",\"now\":", frame.now)
        put(",\"devices\":", frame.devices != nil)
        put(",\"times\":", frame.times != nil)
        put(frame.counters)
        end()
        return lines.writer.bytes
    }

    private mutating func put(_ counters: WatchCounters) {
        put(",\"inbox\":", counters.waitingInInbox)
        put(",\"accepted\":", counters.accepted)
        put(",\"refused\":", counters.refused)
        put(",\"dropped\":", counters.droppedBySystem)
        put(",\"dropped_on_purpose\":", counters.droppedOnPurpose)
        put(",\"doubled_on_purpose\":", counters.doubledOnPurpose)
        put(",\"watchers\":", counters.watchers)
    }

    private mutating func put(_ device: Ledger.Entry) {
        begin("account")
        lines.put(device.device)
        put(",\"cpu_seconds\":", device.cpuTime)
        put(",\"jobs\":", device.jobs)
        end()
    }

    private mutating func put(_ times: WatchFrame.Times) {
        begin("times")
        put(",\"name\":", times.name)
        put(",\"mean\":", times.mean)
        put(",\"median\":", times.median)
        put(",\"slowest\":", times.slowest)
        end()
    }
}

// MARK: - States

extension WatchEncoder {
    private mutating func put(_ state: EngineState) {
        begin("state")
        put(",\"number\":", state.number)
        put(",\"t\":", state.time)
        put(",\"program\":", greeting.library.firstIndex(of: state.programs) ?? 0)
        lines.put(",\"rate\":", state.rate)
        put(",\"paused\":", state.isPaused)
        put(",\"cancelled\":", state.isCancelled)
        put(",\"produced\":", state.produced)
        put(",\"consumed\":", state.consumed)
        put(",\"lost\":", state.lost)
        put(",\"doubled\":", state.doubled)
        put(",\"empty_takes\":", state.emptyTakes)
        put(",\"withdrawn\":", state.withdrawn)
        put(",\"occupied\":", state.occupied)
        put(",\"next_in\":", state.nextIn)
        put(",\"next_out\":", state.nextOut)
        put(",\"threads\":", state.threadCount)
        end()
        for semaphore in state.semaphores { put(semaphore) }
        for condition in state.conditions { put(condition) }
        for slot in state.slots { put(slot, as: "slot") }
        for slot in state.leftovers { put(slot, as: "leftover") }
        for thread in state.threads { put(thread) }
    }

    private mutating func put(_ semaphore: SemaphoreState) {
        begin("semaphore")
        put(",\"name\":", "\(semaphore.name)")
        put(",\"value\":", semaphore.value)
        put(",\"overtakes\":", semaphore.overtakes)
        if let owner = semaphore.owner { put(",\"owner\":", Int(owner.index)) }
        put(semaphore.waiters, semaphore.waiterCount)
        end()
    }

    private mutating func put(_ condition: ConditionState) {
        begin("condition")
        put(",\"name\":", "\(condition.name)")
        put(condition.waiters, condition.waiterCount)
        end()
    }

    private mutating func put(_ waiters: [ThreadID], _ count: Int) {
        put(",\"waiting\":", count)
        lines.writer.put(",\"waiters\":[")
        for (place, waiter) in waiters.enumerated() {
            if place > 0 { lines.writer.put(",") }
            lines.writer.put(quoted: "\(waiter.index)")
        }
        lines.writer.put("]")
    }

    private mutating func put(_ slot: FilledSlot, as kind: StaticString) {
        begin(kind)
        put(",\"slot\":", slot.number)
        put(slot.job)
        put(",\"work_done\":", slot.workDone)
        put(",\"turn\":", slot.turn)
        end()
    }

    private mutating func put(_ job: Job) {
        put(",\"job\":", job.id)
        lines.put(job.device)
        put(",\"cpu_seconds\":", job.cpuTime)
    }

    private mutating func put(_ thread: ThreadActivity) {
        begin("thread")
        put(",\"thread\":", Int(thread.id.index))
        put(",\"role\":", "\(thread.role)")
        put(",\"ordinal\":", thread.ordinal)
        put(",\"agent\":", thread.isAgent)
        put(",\"line\":", thread.line + 1)
        put(thread.phase)
        put(",\"since\":", thread.since)
        put(",\"holds_unit\":", thread.holdsUnit)
        put(",\"lends_unit\":", thread.lendsUnit)
        put(",\"timed_out\":", thread.timedOut)
        put(",\"slow\":", thread.isSlow)
        put(",\"killed\":", thread.wasKilled)
        put(",\"work_done\":", thread.workDone)
        if let slot = thread.slot { put(",\"index\":", slot) }
        if let slot = thread.keptSlot { put(",\"kept_slot\":", slot) }
        if let job = thread.job { put(job) }
        end()
    }

    private mutating func put(_ phase: ThreadActivity.Phase) {
        put(",\"phase\":", WatchPhase(phase).rawValue)
        switch phase {
        case .blocked(let place): put(",\"place\":", place.name)
        case .executing(let done, let moment):
            put(",\"done\":", done)
            put(",\"at\":", moment)
        case .ready, .awaitingJobs, .ended: break
        }
    }
}

// MARK: - Fields

extension WatchEncoder {
    mutating func begin(_ kind: StaticString) {
        lines.writer.put("{\"is\":\"")
        lines.writer.put(kind)
        lines.writer.put("\"")
    }

    mutating func end() { lines.writer.put("}\n") }

    mutating func put(_ field: StaticString, _ number: Int) { lines.put(field, number) }

    mutating func put(_ field: StaticString, _ number: UInt64) {
        lines.writer.put(field)
        lines.writer.put(number)
    }

    mutating func put(_ field: StaticString, _ flag: Bool) { lines.put(field, flag) }

    private mutating func put(_ field: StaticString, _ time: Microseconds) {
        lines.writer.put(field)
        lines.writer.put(seconds: time)
    }

    mutating func put(_ field: StaticString, _ text: String) {
        lines.writer.put(field)
        lines.writer.put(quoted: text)
    }
}

/// What a thread is doing, by its name in the stream.
enum WatchPhase: String, CaseIterable {
    case ready, blocked, executing, ended
    case awaitingJobs = "awaiting_jobs"

    init(_ phase: ThreadActivity.Phase) {
        self =
            switch phase {
            case .ready: .ready
            case .blocked: .blocked
            case .executing: .executing
            case .awaitingJobs: .awaitingJobs
            case .ended: .ended
            }
    }
}

extension EngineState {
    /// The state without what a snapshot would leave out, so that a frame has a largest size.
    var bounded: EngineState {
        var state = self
        state.threads = Array(threads.prefix(Limits.threads))
        // They are in order, and the folds of many slots begin with those that are known.
        state.slots = Array(slots.prefix(Limits.slots))
        state.leftovers = Array(leftovers.prefix(Limits.slots))
        for index in state.semaphores.indices {
            state.semaphores[index].waiters =
                Array(semaphores[index].waiters.prefix(Limits.waiters))
        }
        for index in state.conditions.indices {
            state.conditions[index].waiters =
                Array(conditions[index].waiters.prefix(Limits.waiters))
        }
        return state
    }
}
