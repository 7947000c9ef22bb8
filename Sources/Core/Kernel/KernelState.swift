/// Everything that belongs to whoever holds the kernel.
struct KernelState {
    /// The last event's.
    var number: UInt64 = 0
    /// The clock, as last read.
    var now = Microseconds.zero
    /// Whether that was in the present slice.
    var hasReadClock = false
    /// Whether the present slice writes its events down.
    var isRecording = true
    /// Whether events were left out since the ring's run ended.
    var hasGap = false
    /// How many events may still be written down, where not all are.
    var budget = 0

    var isPaused = false
    var isCancelled = false
    var rate = Rate.normal
    var produced: UInt64 = 0
    var consumed: UInt64 = 0
    var executionsBegun: UInt64 = 0
    var threadCount = 0
    /// Agents that may execute a slice, the longest ready first.
    var readyAgents: ReadyList

    var buffer: BoundedBuffer
    var ring: EventRing
}
