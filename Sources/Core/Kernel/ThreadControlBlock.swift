/// What the kernel knows of one thread or agent, as in the textbook's process control block.
///
/// It lies in memory of its own, never moves, and belongs to whoever holds the kernel, except for
/// what is marked as the thread's own.
///
/// Source: Silberschatz, Galvin and Gagne, *Operating System Concepts*, 10th ed., §3.1.3.
struct ThreadControlBlock {
    let id: ThreadID
    let role: Program.Role
    let ordinal: Int
    let isAgent: Bool
    let program: UnsafeBufferPointer<Statement>
    /// Where it sleeps; an agent's is that of the thread that executes the agents.
    let parker: Parker

    var line = 0
    var phase = Phase.ready
    /// Where it waits, while it is blocked.
    var place = WaitingPlace.semaphore(.mutex)
    var next: ThreadID?
    var previous: ThreadID?
    /// It was let go and has not yet tried again.
    var isWoken = false
    /// When a wait with a time-out gives up.
    var deadline: Microseconds?
    var since = Microseconds.zero
    var holdsUnit = false
    var timedOut = false
    /// How many statements it may still do while the engine is paused.
    var permits = 0
    /// It does a statement by permission, and its step is not yet over.
    var isStepping = false
    /// Statements done by permission.
    var stepsDone: UInt64 = 0

    var hasJob = false
    var queued = QueuedJob(Job(device: .other, cpuTime: .zero), arrival: .zero)
    var workDone = Microseconds.zero
    var workSince = Microseconds.zero
    var executionStart = Microseconds.zero

    /// An agent that may go on stands in the kernel's list of those.
    var isListedReady = false

    // The thread's own: filled before it enters the kernel, read after it left.
    /// Jobs fetched from the source and not yet produced.
    var batch: UnsafeMutableBufferPointer<QueuedJob>
    var batchNext = 0
    var batchCount = 0
    /// Replies to send for the jobs that were inserted in this slice.
    var inserted = Outbox<ReplyTicket>(capacity: ThreadControlBlock.outboxCapacity)
    /// Jobs that this slice executed without waiting.
    var finished = Outbox<FinishedJob>(capacity: ThreadControlBlock.outboxCapacity)
    /// Threads to let go after leaving.
    var wakes = Outbox<Unmanaged<Parker>>(capacity: ThreadControlBlock.outboxCapacity)

    enum Phase: UInt8 {
        case ready, blocked, executing, awaitingJobs, ended
    }

    /// A slice ends before one of its outboxes is full.
    static let outboxCapacity = 64
    static let batchCapacity = 32

    /// Whether the next statement needs a job from the source first.
    var needsJobs: Bool {
        batchNext == batchCount && program[line] == .produce && phase == .ready
    }

    func deallocate() {
        batch.deallocate()
        inserted.deallocate()
        finished.deallocate()
        wakes.deallocate()
        program.deallocate()
    }
}

typealias ThreadPointer = UnsafeMutablePointer<ThreadControlBlock>

/// A short list that a slice fills inside the kernel and its thread empties outside.
struct Outbox<Element> {
    private let memory: UnsafeMutableBufferPointer<Element>
    private(set) var count = 0

    init(capacity: Int) {
        memory = .allocate(capacity: capacity)
    }

    func deallocate() {
        memory.deallocate()
    }

    @inline(__always)
    mutating func append(_ element: Element) {
        memory.initializeElement(at: count, to: element)
        count += 1
    }

    var isEmpty: Bool { count == 0 }

    var elements: UnsafeBufferPointer<Element> {
        UnsafeBufferPointer(rebasing: memory[..<count])
    }

    mutating func removeAll() {
        count = 0
    }
}
