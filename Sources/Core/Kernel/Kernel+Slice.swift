/// A slice: statement after statement of one thread's program, in one visit to the kernel.
extension Kernel {
    /// Why a slice ended, which is what the thread has to do next.
    package enum SliceEnd: Sendable {
        /// It was used up: enter again.
        case used
        /// The thread stands in a queue: park until the deadline, if there is one, and enter again.
        case blocked(until: Microseconds?)
        /// It is at `produce` without a job in its batch: fetch some.
        case needsJobs
        /// Its job sleeps or computes: do that, then call `finishExecution`.
        case executing
        /// The engine is paused: park, and enter again.
        case held
        /// The recorder has not yet taken what would be overwritten: park, and enter again.
        case behind
        /// No more jobs may be executed; the one in hand stays.
        case limitReached
        case cancelled
        /// The thread was killed: park until it is revived.
        case killed
    }

    /// Executes the thread's next statements; the thread itself calls it, or an agent's executor.
    ///
    /// Afterwards the thread takes care of its outboxes: wakes first, then replies and the ledger.
    ///
    /// - Parameters:
    ///   - id: Whose.
    ///   - length: The most statements; 1 while the engine is paused, whatever is asked.
    /// - Returns: Why the slice ended.
    package func runSlice(of id: ThreadID, length: Int) -> SliceEnd {
        let thread = threads[Int(id.index)]
        lock.lock()
        defer { lock.unlock() }
        guard !state.pointee.isCancelled else { return .cancelled }
        if state.pointee.number >= cold.pointee.attention.next, let end = attend(thread) {
            return end
        }
        if thread.pointee.phase == .executing, !thread.pointee.isOnCall { return .executing }
        if thread.pointee.phase == .ended { return .killed }
        guard state.pointee.isPaused else { return run(thread, length: length) }
        guard thread.pointee.permits > 0 else { return .held }
        if thread.pointee.needsJobs { return .needsJobs }
        takePermit(thread)
        return run(thread, length: 1)
    }

    private func run(_ thread: ThreadPointer, length: Int) -> SliceEnd {
        beginRecording()
        if thread.pointee.isOnCall { return goOnWithCall(thread, length: length) }
        var length = length
        if thread.pointee.phase == .blocked {
            if let end = tryAgain(thread) { return end }
            length -= 1
        }
        for _ in 0..<length {
            if let end = perform(thread.pointee.instruction, thread) { return end }
        }
        return .used
    }

    /// Performs one statement.
    ///
    /// - Returns: Why the slice ends here; `nil` when it goes on.
    @inline(__always)
    func perform(_ instruction: Instruction, _ thread: ThreadPointer) -> SliceEnd? {
        var end: SliceEnd?
        switch instruction.operation {
        case .produce: end = produce(thread)
        case .wait: end = wait(instruction.semaphore, thread)
        case .signal: signal(instruction.semaphore, thread)
        case .insert: insert(thread)
        case .remove: remove(thread)
        case .execute: end = execute(thread)
        case .waitCondition: end = waitCondition(instruction.condition, thread)
        case .notify: notify(instruction.condition, thread)
        case .insertPart: insert(instruction.part, thread)
        case .removePart: remove(instruction.part, thread)
        case .executeFor: end = executeForQuantum(thread)
        case .putBack: putBack(thread)
        case .jumpIf: return jump(if: instruction.test, instruction, thread)
        case .jump: return jump(to: instruction.target, thread)
        }
        guard end == nil else { return end }
        thread.pointee.line = instruction.next
        return nil
    }

    // MARK: - Jobs

    @inline(__always)
    private func produce(_ thread: ThreadPointer) -> SliceEnd? {
        let desk = thread.pointee.desk
        guard !desk.pointee.hasNoJob else { return .needsJobs }
        thread.pointee.queued = desk.pointee.batch[desk.pointee.batchNext]
        desk.pointee.batchNext &+= 1
        state.pointee.produced &+= 1
        thread.pointee.queued.job.id = state.pointee.produced
        thread.pointee.hasJob = true
        let job = thread.pointee.queued.job
        record(.produced(job.device, cpuTime: job.cpuTime), by: thread.pointee.id)
        return nil
    }

    @inline(__always)
    private func insert(_ thread: ThreadPointer) {
        guard !state.pointee.misplacesJobs else { return insertAnywhere(thread) }
        let number = state.pointee.number &+ 1
        let slot = buffer.insert(thread.pointee.queued, &state.pointee.places, number: number)
        noteInserted(thread, slot)
    }

    @inline(__always)
    func noteInserted(_ thread: ThreadPointer, _ slot: Int) {
        thread.pointee.hasJob = false
        if thread.pointee.queued.reply != .none {
            thread.pointee.desk.pointee.inserted.append(thread.pointee.queued.reply)
        }
        record(.inserted(slot: slot), by: thread.pointee.id)
    }

    @inline(__always)
    private func remove(_ thread: ThreadPointer) {
        guard !state.pointee.misplacesJobs else { return removeAnything(thread) }
        let (queued, slot) = buffer.remove(&state.pointee.places)
        thread.pointee.queued = queued
        thread.pointee.hasJob = true
        if buffer.isInTurns { noteRemoved(slot, thread) }
        if isRendezvous { noteMet(thread) }
        record(.removed(slot: slot), by: thread.pointee.id)
    }

    // MARK: - Waiting

    @inline(__always)
    private func wait(_ name: SemaphoreName, _ thread: ThreadPointer) -> SliceEnd? {
        let queue = queue(name)
        if queue.pointee.value > 0 {
            queue.pointee.value -= 1
            if queue.pointee.count > 0 { queue.pointee.overtakes += 1 }
            record(.waited(name), by: thread.pointee.id)
            acquire(name, thread)
            return nil
        }
        return joinQueue(name, thread)
    }

    /// There is no unit: the thread stands in the queue, unless it only tries.
    private func joinQueue(_ name: SemaphoreName, _ thread: ThreadPointer) -> SliceEnd? {
        guard case .wait(_, let timeOut) = thread.pointee.statement else { return nil }
        if thread.pointee.isOnCall, name != .mutex { return joinQueueOnCall(name, thread) }
        if timeOut == .zero {
            giveUpWaiting(name, thread)
            return nil
        }
        block(thread, at: .semaphore(name), timeOut: timeOut)
        record(.blocked(name), by: thread.pointee.id)
        return .blocked(until: thread.pointee.deadline)
    }

    func giveUpWaiting(_ name: SemaphoreName, _ thread: ThreadPointer) {
        thread.pointee.timedOut = true
        cold.pointee.timeOuts += 1
        record(.timedOut(name), by: thread.pointee.id)
    }

    @inline(__always)
    private func signal(_ name: SemaphoreName, _ thread: ThreadPointer) {
        if state.pointee.keepsSlots, name == .empty { leaveSlot(thread) }
        giveUp(name, thread)
        if isRendezvous, name == .empty { announce(thread) }
        let other = release(name, wakes: &thread.pointee.desk.pointee.wakes)
        record(.signalled(name, handedTo: other), by: thread.pointee.id)
    }

    /// A thread that was blocked is back: woken, out of time, or for no reason.
    ///
    /// - Returns: Why the slice ends; `nil` when it has its unit, or gave up, and goes on.
    func tryAgain(_ thread: ThreadPointer) -> SliceEnd? {
        guard case .semaphore(let name) = thread.pointee.place else {
            return thread.pointee.isOnCall ? lookAtTheClock(thread) : .blocked(until: nil)
        }
        let queue = queue(name)
        if queue.pointee.value > 0 {
            queue.pointee.value -= 1
            if queue.pointee.first != thread.pointee.id { queue.pointee.overtakes += 1 }
            unlink(thread, from: queue)
            thread.pointee.phase = .ready
            record(.waited(name), by: thread.pointee.id)
            acquire(name, thread)
            advance(thread)
            if queue.pointee.value > 0 {
                wakeWaiter(queue, wakes: &thread.pointee.desk.pointee.wakes)
            }
            return nil
        }
        thread.pointee.isWoken = false
        if !thread.pointee.isOverdue {
            guard let deadline = thread.pointee.deadline else { return .blocked(until: nil) }
            // A step lets the time-out come in virtual time.
            guard thread.pointee.desk.pointee.isStepping || clock.now >= deadline else {
                return .blocked(until: deadline)
            }
        }
        if mustStay(thread) { return stay(thread) }
        unlink(thread, from: queue)
        thread.pointee.phase = .ready
        giveUpWaiting(name, thread)
        if thread.pointee.isOnCall { return giveUpCall(thread, .noUnit) }
        advance(thread)
        return nil
    }

    // MARK: - Conditions

    private func waitCondition(_ name: ConditionName, _ thread: ThreadPointer) -> SliceEnd? {
        if thread.pointee.isOnCall, thread.pointee.terms.patience == .zero {
            return giveUpCall(thread, .noUnit)
        }
        giveUp(.mutex, thread)
        let other = release(.mutex, wakes: &thread.pointee.desk.pointee.wakes)
        block(thread, at: .condition(name), timeOut: nil)
        thread.pointee.notified = nil
        if thread.pointee.isOnCall { thread.pointee.deadline = patienceEnd(thread) }
        record(.waitedCondition(name, mutexHandedTo: other), by: thread.pointee.id)
        return .blocked(until: thread.pointee.deadline)
    }

    func notify(_ name: ConditionName, _ thread: ThreadPointer) {
        let condition = queue(.condition(name))
        let woken = condition.pointee.first
        if let woken {
            let waiter = self.thread(woken)
            unlink(waiter, from: condition)
            waiter.pointee.phase = .ready
            waiter.pointee.notified = name
            advance(waiter)
            letGo(waiter, wakes: &thread.pointee.desk.pointee.wakes)
        }
        record(.notified(name, woken: woken), by: thread.pointee.id)
    }

    // MARK: - Jumps

    private func jump(
        if test: Statement.Test,
        _ instruction: Instruction,
        _ thread: ThreadPointer
    ) -> SliceEnd? {
        let holds =
            switch test {
            case .bufferFull: state.pointee.places.occupied >= Int32(settings.capacity)
            case .bufferEmpty: state.pointee.places.occupied <= 0
            case .slotFree: state.pointee.places.occupied < Int32(settings.capacity)
            case .jobThere: state.pointee.places.occupied > 0
            case .timedOut: thread.pointee.timedOut
            case .jobDone: !thread.pointee.hasJob
            }
        guard !holds else { return jump(to: instruction.target, thread) }
        thread.pointee.line = instruction.next
        record(.jumped(to: Int(instruction.next)), by: thread.pointee.id)
        return nil
    }

    /// A jump backwards ends the slice: a thread that tests in a loop must let the others in.
    private func jump(to line: UInt8, _ thread: ThreadPointer) -> SliceEnd? {
        let isBackwards = line <= thread.pointee.line
        thread.pointee.line = line
        record(.jumped(to: Int(line)), by: thread.pointee.id)
        return isBackwards ? .used : nil
    }
}
