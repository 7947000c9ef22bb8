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
    var wakes = Outbox<Unmanaged<Parker>>(capacity: Desk.outboxCapacity)
    /// Replies to send for the jobs that were inserted.
    var inserted = Outbox<ReplyTicket>(capacity: Desk.outboxCapacity)
    /// Replies owed for jobs that were overwritten, which nobody will send.
    var dropped = Outbox<ReplyTicket>(capacity: Desk.outboxCapacity)
    /// Jobs that were executed.
    var finished = Outbox<FinishedJob>(capacity: Desk.outboxCapacity)
    /// The last statement was done by permission, and the step is not over before all that it left
    /// to do is done. Written inside the kernel, by the thread.
    var isStepping = false

    private static let batchCapacity = 32
    /// A statement leaves at most two entries in one outbox.
    private static let outboxCapacity = 2 * KernelSettings.longestSlice + 2

    init() {
        batch = .allocate(capacity: Self.batchCapacity)
    }

    var hasNoJob: Bool { batchNext == batchCount }

    func deallocate() {
        batch.deallocate()
        wakes.deallocate()
        inserted.deallocate()
        dropped.deallocate()
        finished.deallocate()
    }
}
