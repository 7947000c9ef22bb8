/// The semaphores' queues: how a thread gets into one, and out.
extension Kernel {
    func queue(_ place: WaitingPlace) -> UnsafeMutablePointer<WaitQueue> {
        queues + place.index
    }

    @inline(__always)
    func queue(_ name: SemaphoreName) -> UnsafeMutablePointer<WaitQueue> {
        queues + Int(name.rawValue)
    }

    func thread(_ id: ThreadID) -> ThreadPointer {
        threads[Int(id.index)]
    }

    /// The thread's own memory; it asks once, before it runs.
    func desk(of id: ThreadID) -> UnsafeMutablePointer<Desk> {
        lock.withLock { threads[Int(id.index)].pointee.desk }
    }

    /// Whether a unit given back goes straight to the longest waiter.
    ///
    /// While the engine is paused or stepped, nobody can overtake, so that a step's effect can be
    /// foretold from the picture. In a rendezvous who comes meets who waits, so that a client that
    /// only tries finds its partner.
    var isStrict: Bool {
        settings.service == .strict || isRendezvous || state.pointee.isPaused
    }

    func append(_ thread: ThreadPointer, to queue: UnsafeMutablePointer<WaitQueue>) {
        let id = thread.pointee.id
        thread.pointee.isWoken = false
        thread.pointee.next = nil
        thread.pointee.previous = queue.pointee.last
        if let last = queue.pointee.last {
            self.thread(last).pointee.next = id
        } else {
            queue.pointee.first = id
        }
        queue.pointee.last = id
        queue.pointee.count += 1
    }

    /// Takes the thread out of the queue, wherever in it it stands.
    func unlink(_ thread: ThreadPointer, from queue: UnsafeMutablePointer<WaitQueue>) {
        let (previous, next) = (thread.pointee.previous, thread.pointee.next)
        if let previous {
            self.thread(previous).pointee.next = next
        } else {
            queue.pointee.first = next
            queue.pointee.overtakes = 0
        }
        if let next {
            self.thread(next).pointee.previous = previous
        } else {
            queue.pointee.last = previous
        }
        thread.pointee.next = nil
        thread.pointee.previous = nil
        thread.pointee.deadline = nil
        thread.pointee.isOverdue = false
        queue.pointee.count -= 1
    }

    func block(_ thread: ThreadPointer, at place: WaitingPlace, timeOut: Microseconds?) {
        readClock()
        thread.pointee.phase = .blocked
        thread.pointee.place = place
        thread.pointee.since = state.pointee.now
        thread.pointee.deadline = timeOut.map { state.pointee.now + $0 }
        append(thread, to: queue(place))
    }

    /// The thread has its unit.
    @inline(__always)
    func acquire(_ name: SemaphoreName, _ thread: ThreadPointer) {
        if name == .mutex {
            queue(.mutex).pointee.owner = thread.pointee.id
        } else if name == .empty, thread.pointee.lendsUnit {
            thread.pointee.lendsUnit = false
        } else {
            thread.pointee.holdsUnit = true
        }
        thread.pointee.timedOut = false
    }

    @inline(__always)
    func giveUp(_ name: SemaphoreName, _ thread: ThreadPointer) {
        if name == .mutex {
            queue(.mutex).pointee.owner = nil
        } else {
            thread.pointee.holdsUnit = false
        }
    }

    /// Gives one unit back and says who got it; `nil` when the value rose.
    @inline(__always)
    func release(_ name: SemaphoreName, wakes: inout Outbox<Unmanaged<Parker>>) -> ThreadID? {
        let queue = queue(name)
        guard let first = queue.pointee.first else {
            queue.pointee.value += 1
            return nil
        }
        if isStrict || queue.pointee.overtakes >= KernelSettings.overtakingBound {
            handOver(name, to: first, wakes: &wakes)
            return first
        }
        queue.pointee.value += 1
        wakeWaiter(queue, wakes: &wakes)
        return nil
    }

    /// The unit in hand goes to a waiter, who need not try again.
    private func handOver(
        _ name: SemaphoreName,
        to id: ThreadID,
        wakes: inout Outbox<Unmanaged<Parker>>
    ) {
        let (thread, queue) = (thread(id), queue(name))
        unlink(thread, from: queue)
        thread.pointee.phase = .ready
        acquire(name, thread)
        advance(thread)
        letGo(thread, wakes: &wakes)
        if queue.pointee.value > 0 { wakeWaiter(queue, wakes: &wakes) }
    }

    /// Sees to it that somebody is on the way to a unit that is there to be taken.
    ///
    /// That is the longest waiter. While it is on its way, a second unit lets the latest waiter try
    /// too: that one is probably still spinning, and on a processor, when the longest waiter sleeps.
    /// An agent never spins; among agents the next in order is let go.
    @inline(__always)
    func wakeWaiter(
        _ queue: UnsafeMutablePointer<WaitQueue>,
        wakes: inout Outbox<Unmanaged<Parker>>
    ) {
        guard let first = queue.pointee.first, let last = queue.pointee.last else { return }
        let longest = thread(first)
        var waiter = longest
        if longest.pointee.isWoken {
            waiter = thread(last)
            if waiter.pointee.isAgent { waiter = nextAsleep(after: longest) ?? waiter }
        }
        guard !waiter.pointee.isWoken else { return }
        waiter.pointee.isWoken = true
        letGo(waiter, wakes: &wakes)
    }

    /// The longest waiter of those who were not let go; few were, and will soon have tried.
    private func nextAsleep(after thread: ThreadPointer) -> ThreadPointer? {
        var next = thread.pointee.next
        while let id = next {
            let waiter = self.thread(id)
            if !waiter.pointee.isWoken { return waiter }
            next = waiter.pointee.next
        }
        return nil
    }

    func letGo(_ thread: ThreadPointer, wakes: inout Outbox<Unmanaged<Parker>>) {
        listReady(thread)
        wakes.append(Unmanaged.passUnretained(thread.pointee.parker))
    }

    /// Hands free units to those who wait for them, because service has become strict.
    func settle(_ name: SemaphoreName, wakes: inout Outbox<Unmanaged<Parker>>) {
        let queue = queue(name)
        while queue.pointee.value > 0, let first = queue.pointee.first {
            queue.pointee.value -= 1
            record(.handedOver(name, to: first), by: nil)
            handOver(name, to: first, wakes: &wakes)
        }
    }

    /// Where no statement's end does it: for a waiter who has its unit, and a job that took time.
    func advance(_ thread: ThreadPointer) {
        thread.pointee.line = thread.pointee.instruction.next
    }
}
