/// What the kernel knows of one thread or agent, as in the textbook's process control block.
///
/// It lies in memory of its own, never moves, and belongs to whoever holds the kernel; what is the
/// thread's own is on its desk.
///
/// Source: Silberschatz, Galvin and Gagne, *Operating System Concepts*, 10th ed., §3.1.3.
struct ThreadControlBlock {
    let id: ThreadID
    let role: Program.Role
    let ordinal: Int
    let isAgent: Bool
    var program: LoadedProgram
    /// Where it sleeps; an agent's is that of the thread that executes the agents.
    let parker: Parker

    var line: UInt8 = 0
    var phase = Phase.ready
    /// Where it waits, while it is blocked.
    var place = WaitingPlace.semaphore(.mutex)
    var next: ThreadID?
    var previous: ThreadID?
    /// It was let go and has not yet tried again.
    var isWoken = false
    /// The condition in whose queue it was notified, until it waits there again or has another call.
    var notified: ConditionName?
    /// When a wait with a time-out gives up.
    var deadline: Microseconds?
    var since = Microseconds.zero
    var holdsUnit = false
    /// A receiver has said that it is ready, and has not yet removed its message.
    var lendsUnit = false
    /// Its client waits no longer, but a sender is on its way to it.
    var isOverdue = false
    var timedOut = false
    /// Its own copy of an index into the slots, between the parts of `insert` or `remove`.
    var slot: Int32?
    /// The slot that a consumer keeps for the job that it took.
    var keptSlot: Int32?
    /// How many statements it may still do while the engine is paused.
    var permits = 0
    /// Statements done by permission.
    var stepsDone: UInt64 = 0

    var hasJob = false
    /// Its job came out of a buffer in which jobs take turns, and has `progress`.
    var takesTurns = false
    var queued = QueuedJob(Job(device: .other, cpuTime: .zero), arrival: .zero)
    var workDone = Microseconds.zero
    var workSince = Microseconds.zero
    /// Of a job that was executed before, for a quantum: what came of that.
    var progress = JobProgress()
    /// How much work is to be done when the present quantum ends; `nil` for the whole job.
    var quantumEnd: Microseconds?
    /// When its present execution began.
    var executionStart = Microseconds.zero
    /// Whether its jobs take longer than they should.
    var isSlow = false
    /// It did not end by itself, and can be revived.
    var wasKilled = false
    /// Of a job that really computes: how much of what it asked is done, and the CPU time it took.
    var computedWork = Microseconds.zero
    var cpuUsed = Microseconds.zero

    /// An agent that may go on stands in the kernel's list of those.
    var isListedReady = false
    /// It is an agent that executes its client's call, once through its program.
    var isOnCall = false
    /// A broken program had left a unit in the agent's hand before its call began.
    var keptUnit = false
    /// What its client will bear.
    var terms = CallTerms()
    /// When the client's patience for a slot or a job ends; known once it had to wait.
    var callDeadline: Microseconds?

    let desk: UnsafeMutablePointer<Desk>

    enum Phase: UInt8 {
        case ready, blocked, executing, awaitingJobs, ended
    }

    /// The one it is at.
    @inline(__always)
    var instruction: Instruction { program.instructions[Int(line)] }

    /// Whether a step lets it give up, where it stands in a queue.
    var canGiveUp: Bool { deadline != nil || isOverdue && isWoken }

    var statement: Statement { program.statements[Int(line)] }

    /// Whether the next statement needs a job from the source first. An agent that has inserted its
    /// call's job, and begins anew with another program, needs none: its call is over.
    var needsJobs: Bool {
        !isOnCall && desk.pointee.hasNoJob && instruction.operation == .produce && phase == .ready
    }

    func deallocate() {
        desk.pointee.deallocate()
        desk.deallocate()
    }
}

typealias ThreadPointer = UnsafeMutablePointer<ThreadControlBlock>
