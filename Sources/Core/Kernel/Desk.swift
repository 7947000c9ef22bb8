/// What lies ready for a thread's next slice, and what its last one left to do.
///
/// The thread's own: it fills the batch before it enters the kernel and empties the outboxes after
/// it left. Apart from the control block, so that nobody else's cache or lock is concerned.
struct Desk {
    /// Jobs fetched from the source and not yet produced.
    let batch: UnsafeMutableBufferPointer<QueuedJob>
    var batchNext = 0
    var batchCount = 0
    /// Threads to let go.
    var wakes: Outbox<Unmanaged<Parker>>
    /// Replies to send for the jobs that were inserted.
    var inserted: Outbox<ReplyTicket>
    /// Jobs that were overwritten: nobody will execute them, nor send the replies that they are owed.
    var dropped: Outbox<QueuedJob>
    /// Whose jobs were taken out of a slot that was empty already.
    var doubled: Outbox<DeviceID>
    /// Jobs that were executed.
    var finished: Outbox<FinishedJob>
    /// How an agent's call goes; of no use to others.
    var call = CallProgress()
    /// The last statement was done by permission, and the step is not over before all that it left
    /// to do is done. Written inside the kernel, by the thread.
    var isStepping = false

    private static let batchCapacity = 32

    /// - Parameter isAgent: An agent's is smaller: there may be thousands, with one job each.
    init(isAgent: Bool) {
        batch = .allocate(capacity: isAgent ? 1 : Self.batchCapacity)
        // A statement leaves at most two entries in one outbox, giving up six, the recorder's call one.
        let slice = isAgent ? KernelSettings.longestAgentSlice : KernelSettings.longestSlice
        let capacity = 2 * slice + 8
        wakes = Outbox(capacity: capacity)
        inserted = Outbox(capacity: capacity)
        dropped = Outbox(capacity: capacity)
        doubled = Outbox(capacity: capacity)
        finished = Outbox(capacity: capacity)
    }

    var hasNoJob: Bool { batchNext == batchCount }

    func deallocate() {
        batch.deallocate()
        wakes.deallocate()
        inserted.deallocate()
        dropped.deallocate()
        doubled.deallocate()
        finished.deallocate()
    }
}
