/// The queue between receivers and producer threads, bounded so that a flood waits outside.
///
/// A receiver that finds it full waits, which leaves the next datagrams in the operating system's
/// socket buffer. Nothing is lost here: what was put in is taken out or counted at the end.
package final class Inbox: JobSource, @unchecked Sendable {
    // Sendable because every property below is touched only inside `lock`.
    private let lock = SpinLock()
    private let ring: UnsafeMutableBufferPointer<QueuedJob>
    private var oldest = 0
    private var count = 0
    /// Jobs that were taken before, and go first; few, beyond the capacity.
    private var returned: [QueuedJob] = []
    private var closed = false
    private var waitingTakers: [Parker] = []
    private var waitingPutters: [Parker] = []

    package init(capacity: Int) {
        precondition(capacity > 0, "an inbox holds at least one job, not \(capacity)")
        ring = .allocate(capacity: capacity)
    }

    deinit {
        ring.deallocate()
    }

    /// Puts the jobs in, in order, and waits while there is no room.
    ///
    /// - Parameters:
    ///   - jobs: What goes in.
    ///   - parker: The calling thread's own.
    ///   - wanted: Asked before each sleep; to end one, make it false and let the parker go.
    /// - Returns: How many went in: fewer than all only when the inbox was closed meanwhile or the
    ///   wait was no longer wanted.
    package func put(
        _ jobs: UnsafeBufferPointer<QueuedJob>,
        as parker: Parker,
        while wanted: () -> Bool = { true }
    ) -> Int {
        var done = 0
        while true {
            lock.lock()
            let (added, taker) = add(jobs[done...])
            done += added
            let stop = closed || done == jobs.count
            if !stop { waitingPutters.append(parker) }
            lock.unlock()
            taker?.unpark()
            if stop || !wanted() { return done }
            parker.park()
        }
    }

    package func take(into jobs: UnsafeMutableBufferPointer<QueuedJob>) -> Int {
        lock.lock()
        if !returned.isEmpty, !jobs.isEmpty { return takeReturned(into: jobs) }
        let taken = min(count, jobs.count)
        for position in 0..<taken {
            jobs[position] = ring[oldest]
            oldest = oldest + 1 == ring.count ? 0 : oldest + 1
        }
        count -= taken
        let putters = taken > 0 && !waitingPutters.isEmpty ? waitingPutters : []
        if !putters.isEmpty { waitingPutters.removeAll() }
        // One waiting taker was woken for a batch; whoever leaves jobs behind wakes the next.
        let taker = count > 0 ? waitingTakers.popLast() : nil
        lock.unlock()
        taker?.unpark()
        for putter in putters { putter.unpark() }
        return taken
    }

    /// Called with the lock held, and unlocks it.
    private func takeReturned(into jobs: UnsafeMutableBufferPointer<QueuedJob>) -> Int {
        jobs[0] = returned.removeFirst()
        let taker = count + returned.count > 0 ? waitingTakers.popLast() : nil
        lock.unlock()
        taker?.unpark()
        return 1
    }

    package func giveBack(_ job: QueuedJob) {
        let taker = lock.withLock {
            returned.append(job)
            return waitingTakers.popLast()
        }
        taker?.unpark()
    }

    /// Takes out jobs that no producer has taken yet, and none will get.
    ///
    /// - Parameter isMeant: Called for each job, with the lock held.
    /// - Returns: Those that were taken out, the oldest first.
    package func withdraw(where isMeant: (QueuedJob) -> Bool) -> [QueuedJob] {
        var withdrawn: [QueuedJob] = []
        lock.lock()
        for offset in 0..<count {
            let job = ring[place(oldest + offset)]
            if isMeant(job) {
                withdrawn.append(job)
            } else {
                ring[place(oldest + offset - withdrawn.count)] = job
            }
        }
        count -= withdrawn.count
        let putters = waitingPutters
        waitingPutters.removeAll()
        lock.unlock()
        for putter in putters { putter.unpark() }
        return withdrawn
    }

    private func place(_ position: Int) -> Int {
        position >= ring.count ? position - ring.count : position
    }

    package func letGo(_ parker: Parker) {
        let now = lock.withLock {
            if count + returned.count > 0 || closed { return true }
            if !waitingTakers.contains(where: { $0 === parker }) { waitingTakers.append(parker) }
            return false
        }
        if now { parker.unpark() }
    }

    package func forget(_ parker: Parker) {
        let other = lock.withLock {
            waitingTakers.removeAll { $0 === parker }
            return count + returned.count > 0 ? waitingTakers.popLast() : nil
        }
        other?.unpark()
    }

    /// Accepts no more jobs and lets everybody go who waits.
    package func close() {
        let waiting = lock.withLock {
            closed = true
            defer {
                waitingTakers.removeAll()
                waitingPutters.removeAll()
            }
            return waitingTakers + waitingPutters
        }
        for parker in waiting { parker.unpark() }
    }

    package var isClosed: Bool {
        lock.withLock { closed }
    }

    /// How many jobs wait here.
    package var waiting: Int {
        lock.withLock { count + returned.count }
    }

    /// Adds what there is room for; returns how many, and a taker to wake after unlocking.
    private func add(_ jobs: Slice<UnsafeBufferPointer<QueuedJob>>) -> (Int, Parker?) {
        guard !closed else { return (0, nil) }
        let room = min(ring.count - count, jobs.count)
        for job in jobs.prefix(room) {
            ring[place(oldest + count)] = job
            count += 1
        }
        return (room, room > 0 ? waitingTakers.popLast() : nil)
    }
}
