/// What changes with every slice, and belongs to whoever holds the kernel.
///
/// 64 bytes: a slice begins with these on another processor's cache, and every line that must be
/// fetched from there costs as much as several statements.
struct KernelState {
    /// The last event's.
    var number: UInt64 = 0
    var produced: UInt64 = 0
    var consumed: UInt64 = 0
    var executionsBegun: UInt64 = 0
    /// The clock, as last read.
    var now = Microseconds.zero
    var places = BoundedBuffer.Places()
    /// How many events may still be written down, where not all are.
    var budget: Int32 = 0
    var rate = Rate.normal
    /// Whether the clock was read in the present slice.
    var hasReadClock = false
    /// Whether the present slice writes its events down.
    var isRecording = true
    /// Whether events were left out since the ring's run ended.
    var hasGap = false
    var isPaused = false
    var isCancelled = false
    /// Whether the program may insert into a full buffer or remove from an empty one.
    var misplacesJobs = false
    /// Whether consumers keep the slots of the jobs that they took.
    var keepsSlots = false
    /// Of the program in the library.
    var programIndex: UInt8 = 0
}

/// What belongs to whoever holds the kernel and changes seldom.
struct ColdKernelState {
    var threadCount = 0
    /// When the last pause began.
    var pausedAt = Microseconds.zero
    /// Agents that may execute a slice, the longest ready first.
    var readyAgents: ReadyList
    /// The events after the first of these numbers and up to the second were written down, and
    /// those that the ring has not overwritten are there. Without a gap the second is the present.
    var runStart: UInt64 = 0
    var runEnd: UInt64 = 0
    /// When a slice has more to see to than itself.
    var attention = Attention()
    var keyframesTaken = 0
    /// Somebody reads a keyframe outside the lock; until then none is taken.
    var isReadingKeyframe = false
    /// The last event that the recorder has taken.
    var drained: UInt64 = 0
    /// Where the recorder sleeps; kept, because threads may be about to let it go.
    var recorder: Parker?
    /// Threads wait for the recorder.
    var isBehind = false
    var lost: UInt64 = 0
    var doubled: UInt64 = 0
    var emptyTakes: UInt64 = 0
    /// Jobs that agents took back because their clients waited no longer.
    var withdrawn: UInt64 = 0
    /// How often a job's turn was over before the job was done.
    var turns: UInt64 = 0
    /// How often a thread or an agent gave up waiting.
    var timeOuts: UInt64 = 0
    /// How often an observer asked for events.
    var renewals: UInt64 = 0
    /// Threads to let go after the keyboard or the command line changed something.
    var wakes: Outbox<Unmanaged<Parker>>
}

/// The memory of both, laid out by what is used together.
///
/// Semaphores and conditions first, then the hot state on a line of its own.
struct KernelMemory {
    let queues: UnsafeMutablePointer<WaitQueue>
    let state: UnsafeMutablePointer<KernelState>
    let cold: UnsafeMutablePointer<ColdKernelState>
    private let block: UnsafeMutableRawPointer

    private static let line = 128

    init(threadLimit: Int) {
        block = .allocate(byteCount: 2 * Self.line, alignment: Self.line)
        let places = WaitingPlace.all.count
        precondition(places * MemoryLayout<WaitQueue>.stride <= Self.line)
        queues = block.bindMemory(to: WaitQueue.self, capacity: places)
        queues.initialize(repeating: WaitQueue(value: 0), count: places)
        state = (block + Self.line).bindMemory(to: KernelState.self, capacity: 1)
        state.initialize(to: KernelState())
        cold = .allocate(capacity: 1)
        cold.initialize(
            to: ColdKernelState(
                readyAgents: ReadyList(capacity: threadLimit),
                wakes: Outbox(capacity: 2 * threadLimit)
            )
        )
    }

    func deallocate() {
        cold.pointee.readyAgents.deallocate()
        cold.pointee.wakes.deallocate()
        cold.deinitialize(count: 1)
        cold.deallocate()
        block.deallocate()
    }
}
