/// A semaphore's value and the queue of those who wait for it; a condition is one without a value.
///
/// The queue is linked through the control blocks, so that a thread can leave it from anywhere.
struct WaitQueue {
    var value: Int
    var count = 0
    var first: ThreadID?
    var last: ThreadID?
    /// In the critical section; only `mutex` has one.
    var owner: ThreadID?
    /// Units that others took since the present first waiter became first.
    var overtakes = 0

    init(value: Int) {
        self.value = value
    }
}
