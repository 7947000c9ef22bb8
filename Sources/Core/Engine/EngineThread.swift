import Glibc
/// One real thread that executes one producer's or consumer's program.
///
/// It enters the kernel for a slice, leaves, and does outside what a slice leaves to do: wake
/// threads, send replies, book finished jobs. Then it does what the slice's end says.
final class EngineThread: @unchecked Sendable {
    // Sendable because the desk is touched only by the thread itself, and nothing else changes.
    let id: ThreadID
    let parker: Parker
    private let shared: EngineShared
    private let thread: Guarded<SystemThread?> = Guarded(nil)
    private let seed: RandomNumbers
    private let desk: UnsafeMutablePointer<Desk>

    init(_ role: Program.Role, ordinal: Int, shared: EngineShared, seed: RandomNumbers) {
        parker = Parker()
        id = shared.kernel.join(role, ordinal: ordinal, parker: parker)
        desk = shared.kernel.desk(of: id)
        self.shared = shared
        self.seed = seed
    }

    func start(name: String) {
        thread.withLock { $0 = SystemThread(name: name) { [self] in run() } }
    }

    /// Jobs that it fetched and did not produce; to be asked after `join`.
    var jobsInBatch: Int { desk.pointee.batchCount - desk.pointee.batchNext }

    /// Returns when the thread has ended, which it does once the kernel is cancelled.
    func join() {
        thread.withLock { $0?.join() }
    }

    private func run() {
        let kernel = shared.kernel
        var random = seed
        while true {
            let isBroken = !shared.hasLongSlices.load(ordering: .relaxed)
            let length =
                isBroken ? Int.random(in: 1...24, using: &random) : kernel.settings.sliceLength
            let end = kernel.runSlice(of: id, length: length)
            shared.settle(desk, of: id)
            switch end {
            case .used:
                // Whoever goes straight back in meets nobody in the middle of anything.
                if isBroken { sched_yield() }
            case .blocked(let deadline):
                kernel.clock.park(parker, until: deadline, spinning: true)
            case .held: parker.park()
            case .behind: shared.waitForRecorder(parker)
            case .needsJobs:
                if !fetchJobs() { return kernel.noteEnd(id) }
            case .executing:
                if !execute() { return kernel.noteEnd(id) }
            case .limitReached: parker.park()
            case .killed:
                shared.source.forget(parker)
                giveBackBatch()
                parker.park()
            case .cancelled: return kernel.noteEnd(id)
            }
        }
    }

    // MARK: - Fetching

    /// Fills the batch, waiting for the senders if it must.
    ///
    /// - Returns: `false` when there will never be a job again.
    private func fetchJobs() -> Bool {
        if takeJobs() { return true }
        shared.kernel.noteAwaiting(id)
        while !takeJobs() {
            // Killed meanwhile, and perhaps revived.
            guard shared.kernel.isAwaitingJobs(id) else { return true }
            if shared.isStopping.load(ordering: .acquiring) || shared.source.isClosed {
                // A job may have come between the look into the source and the look at its end.
                guard takeJobs() else { return false }
                break
            }
            shared.source.letGo(parker)
            let moment = shared.source.nextLook(of: parker)
            shared.kernel.clock.park(parker, until: moment, spinning: true)
        }
        shared.kernel.noteArrival(id)
        return true
    }

    private func takeJobs() -> Bool {
        // Where jobs take their time, they wait in the inbox and not in a thread's hand.
        let limit = shared.isFullSpeed.load(ordering: .relaxed) ? desk.pointee.batch.count : 1
        let room = UnsafeMutableBufferPointer(rebasing: desk.pointee.batch[..<limit])
        desk.pointee.batchNext = 0
        desk.pointee.batchCount = shared.source.take(into: room)
        return desk.pointee.batchCount > 0
    }

    /// What it fetched and will not produce is for others.
    private func giveBackBatch() {
        while !desk.pointee.hasNoJob {
            shared.source.giveBack(desk.pointee.batch[desk.pointee.batchNext])
            desk.pointee.batchNext += 1
        }
    }

    // MARK: - Executing

    /// Sleeps or computes until the job in hand is done.
    ///
    /// - Returns: `false` when the engine was stopped instead.
    private func execute() -> Bool {
        let kernel = shared.kernel
        let computes = kernel.settings.execution == .spin
        var computed = Microseconds.zero
        while true {
            let turn = kernel.continueExecution(of: id, computed: computes ? computed : nil)
            computed = .zero
            switch turn {
            case .finished:
                shared.settle(desk, of: id)
                return true
            case .cancelled: return false
            case .killed: return true
            case .goOn(nil): parker.park()
            case .goOn(let deadline?):
                if computes {
                    computed = compute(atMost: deadline - kernel.clock.now)
                } else {
                    kernel.clock.park(parker, until: deadline, spinning: false)
                }
            }
        }
    }

    /// Really computes for a moment, so that the machine's own tools see it too.
    ///
    /// - Returns: The CPU time that it took, by the thread's CPU clock.
    private func compute(atMost limit: Microseconds) -> Microseconds {
        let moment = max(Microseconds(1), min(limit, Microseconds(2000)))
        let start = threadCPUTime()
        var used = Microseconds.zero
        var numbers = RandomNumbers(seed: start.count)
        var sum: UInt64 = 0
        while used < moment {
            for _ in 0..<1000 { sum ^= numbers.next() }
            used = threadCPUTime() - start
        }
        // Somebody must want the result, or the compiler leaves out the work.
        if sum == 0 { sched_yield() }
        return used
    }
}
