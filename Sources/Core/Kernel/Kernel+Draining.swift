/// The recorder's side of the ring: no event is overwritten before it was taken.
extension Kernel {
    /// From now on whoever would overwrite an event not yet drained waits before its slice.
    ///
    /// To be called before the engine starts, with settings that say `isDrained`.
    ///
    /// - Parameter recorder: Where the one who drains sleeps; let go when there is much to do.
    package func beginDraining(waking recorder: Parker) {
        precondition(settings.isDrained, "the settings say that nobody drains the events")
        lock.withLock {
            precondition(state.pointee.number <= settings.ringCapacity, "events are missing")
            cold.pointee.recorder = recorder
            makeRoom()
        }
    }

    /// Takes the oldest events not yet taken, at most as many as there is room for.
    ///
    /// - Parameter events: Where they go.
    /// - Returns: How many; `nil` when some were overwritten all the same, because the keyboard alone
    ///   made more events than are kept in reserve.
    package func drain(into events: UnsafeMutableBufferPointer<Event>) -> Int? {
        lock.lock()
        let drained = cold.pointee.drained
        let held = state.pointee.number - drained
        guard held <= UInt64(ring.capacity) else {
            lock.unlock()
            return nil
        }
        let count = Int(min(held, UInt64(events.count)))
        ring.copy(after: drained, count: count, into: events)
        cold.pointee.drained = drained + UInt64(count)
        makeRoom()
        letWaitersGo()
        return count
    }

    /// From now on nobody waits for the recorder any more.
    package func endDraining() {
        lock.lock()
        cold.pointee.attention.wake = .max
        cold.pointee.attention.limit = .max
        letWaitersGo()
    }

    private func makeRoom() {
        let drained = cold.pointee.drained
        cold.pointee.attention.wake = drained + UInt64(ring.capacity / 4)
        cold.pointee.attention.limit = drained + UInt64(ring.capacity - settings.drainReserve)
    }

    /// Leaves the kernel, and lets go of those who wait for the recorder.
    private func letWaitersGo() {
        guard cold.pointee.isBehind else { return lock.unlock() }
        cold.pointee.isBehind = false
        listReadyAgents()
        let count = cold.pointee.threadCount
        lock.unlock()
        for index in 0..<count { threads[index].pointee.parker.unpark() }
    }
}
