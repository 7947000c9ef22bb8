/// Producer and consumer threads around one kernel, with the ledger of what they did.
///
/// Make it, `start` it, and `stop` it in the end: `stop` always returns, whatever the threads wait
/// for. Jobs come from the source given; replies go to the sender given.
package final class Engine: Sendable {
    package let settings: EngineSettings
    package let gate: Gate
    package let kernel: Kernel
    let shared: EngineShared
    private let threads: [EngineThread]

    /// - Parameters:
    ///   - settings: Threads, buffer and program.
    ///   - source: Where producer threads get their jobs; whoever fills it notes them in the backlog.
    ///   - replies: Whoever owes the jobs' senders an answer.
    ///   - clock: The time.
    ///   - backlog: Whose jobs are on their way, where somebody wants to know.
    package init(
        _ settings: EngineSettings,
        source: any JobSource,
        replies: any ReplySender,
        clock: any EngineClock,
        backlog: Backlog? = nil
    ) {
        self.settings = settings
        let kernel = Kernel(settings.kernel, clock: clock, changes: ChangeSignal())
        let shared = EngineShared(
            kernel: kernel,
            source: source,
            replies: replies,
            reply: settings.reply,
            backlog: backlog
        )
        self.kernel = kernel
        self.shared = shared
        gate = Gate(shared, seed: settings.seed)
        let seeds = RandomNumbers(seed: settings.seed)
        let producers = (0..<settings.producers).map { number in
            EngineThread(
                .producer,
                ordinal: number + 1,
                shared: shared,
                seed: seeds.stream(number + 1)
            )
        }
        let consumers = (0..<settings.consumers).map { number in
            EngineThread(
                .consumer,
                ordinal: number + 1,
                shared: shared,
                seed: seeds.stream(-number - 1)
            )
        }
        threads = producers + consumers
        if settings.startsPaused { kernel.pause() }
    }

    package var ledger: Ledger { shared.ledger }
    /// Whose jobs are on their way, where that is noted.
    package var backlog: Backlog? { shared.backlog }

    /// Becomes readable when something happened after it was armed.
    package var changes: ChangeSignal { kernel.changes }

    /// Whether as many jobs were executed as the run was to have.
    package var isComplete: Bool { shared.isComplete.load(ordering: .acquiring) }

    /// How the recorder slowed the threads.
    package struct RecordingDelay: Equatable, Sendable {
        /// How often a thread waited for it.
        package let waits: UInt64
        /// How long all threads did together.
        package let time: Microseconds
    }

    package var recordingDelay: RecordingDelay { shared.recordingDelay }

    package func start() {
        let state = kernel.snapshot()
        for thread in threads { thread.start(name: "sb-\(state.name(of: thread.id))") }
    }

    /// Waits until the execution limit is reached. One caller; the limit must have been set.
    package func waitUntilComplete() {
        precondition(kernel.settings.executionLimit != nil, "a run without a limit has no end")
        while !isComplete { shared.completion.park() }
    }

    /// Ends all threads and returns when they have ended; replies owed have been sent.
    ///
    /// The source is not closed: that is its owner's, who may do it before or after.
    package func stop() {
        shared.isStopping.store(true, ordering: .releasing)
        kernel.cancel()
        for thread in threads { thread.join() }
    }

    /// Jobs that threads fetched and nobody executed; to be asked after `stop`.
    package var jobsNotRun: UInt64 {
        let fetched = threads.reduce(0) { $0 + $1.jobsInBatch }
        let held = kernel.completeState().jobsHeld - kernel.unacknowledgedJobs
        return UInt64(held + fetched)
    }
}
