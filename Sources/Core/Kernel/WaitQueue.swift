/// A semaphore's value and the queue of those who wait for it; a condition is one without a value.
///
/// The queue is linked through the control blocks, so that a thread can leave it from anywhere. 16
/// bytes, because every slice of every thread touches the three semaphores: they share a cache line.
struct WaitQueue {
    var value: Int32
    /// Units that others took since the present first waiter became first.
    var overtakes: Int32 = 0
    var count: UInt16 = 0
    private var firstIndex = WaitQueue.nobody
    private var lastIndex = WaitQueue.nobody
    private var ownerIndex = WaitQueue.nobody

    private static let nobody: UInt16 = .max

    init(value: Int) {
        self.value = Int32(value)
    }

    @inline(__always)
    var first: ThreadID? {
        get { Self.thread(firstIndex) }
        set { firstIndex = newValue?.index ?? Self.nobody }
    }

    @inline(__always)
    var last: ThreadID? {
        get { Self.thread(lastIndex) }
        set { lastIndex = newValue?.index ?? Self.nobody }
    }

    /// In the critical section; only `mutex` has one.
    @inline(__always)
    var owner: ThreadID? {
        get { Self.thread(ownerIndex) }
        set { ownerIndex = newValue?.index ?? Self.nobody }
    }

    @inline(__always)
    private static func thread(_ index: UInt16) -> ThreadID? {
        index == nobody ? nil : ThreadID(index)
    }
}
