/// What STATUS tells of the buffer.
package struct BufferCounts: Equatable, Sendable {
    /// Jobs that were put in.
    package var produced: UInt64 = 0
    /// Jobs that were executed or taken.
    package var consumed: UInt64 = 0
    package var depth = 0
    package var capacity = 0
    /// The values of the semaphores.
    package var empty = 0
    package var full = 0
    /// Threads and agents that wait for a free slot, and for a job.
    package var waitingPut = 0
    package var waitingTake = 0

    package init() {}
}
