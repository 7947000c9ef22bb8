/// What has come of a job that was executed for some quanta and put back.
struct JobProgress {
    /// How much of the CPU time that it asked for it has had.
    var workDone = Microseconds.zero
    /// How long it was executed, on the engine's clock.
    var executed = Microseconds.zero
    /// Of a job that really computes: how much of what it asked is done, and the CPU time it took.
    var computedWork = Microseconds.zero
    var cpuUsed = Microseconds.zero
    /// When it was first executed.
    var start: Microseconds?
    /// The number of the event that put it into its slot, where slots are given out in turns.
    var turn: UInt64 = 0
}
