/// The one fold: the only code that turns events into a state.
extension EngineState {
    /// Moves on by one event. After a snapshot that left something out, what is missing stays missing.
    package mutating func apply(_ event: Event) {
        number += 1
        time = event.time
        if let thread = event.thread {
            apply(event.fact, by: thread)
        } else {
            applyControl(event.fact)
        }
    }

    private mutating func applyControl(_ fact: Event.Fact) {
        switch fact {
        case .paused:
            noteWork()
            isPaused = true
        case .resumed:
            noteWork()
            isPaused = false
        case .rateChanged(let rate):
            noteWork()
            self.rate = rate
        case .programChanged(let index, let compacts):
            changeProgram(to: index, compacts: compacts)
        case .cancelled:
            isCancelled = true
        case .handedOver(let name, let other):
            self[name].value -= 1
            receive(name, other)
        default:
            break  // Everything else is done by a thread.
        }
    }

    private mutating func apply(_ fact: Event.Fact, by id: ThreadID) {
        switch fact {
        case .threadJoined(let role, let ordinal, let isAgent):
            threadCount += 1
            // After a snapshot of very many threads there is no place for one more.
            guard Int(id.index) == threads.count else { return }
            threads.append(ThreadActivity(id: id, role: role, ordinal: ordinal, isAgent: isAgent))
        case .threadEnded, .awaitedJobs, .jobsArrived, .executionStarted:
            let time = self.time
            change(id) { $0.enter(fact, at: time) }
        case .produced(let device, let cpuTime):
            produced += 1
            let job = Job(id: produced, device: device, cpuTime: cpuTime)
            change(id) { $0.job = job }
            advance(id)
        case .inserted(let slot):
            insert(id, slot: slot)
        case .removed(let slot):
            remove(id, slot: slot)
        case .executionFinished(let device, _):
            if device != nil { consumed += 1 }
            change(id) {
                $0.job = nil
                $0.phase = .ready
                $0.workDone = .zero
            }
            // A job that was in hand when the program changed is finished before the first line.
            if statement(of: id)?.isExecution == true { advance(id) }
        case .quantumEnded(let cpuTime):
            change(id) {
                $0.phase = .ready
                $0.workDone += cpuTime
            }
            advance(id)
        case .putBack(let slot):
            putBack(id, slot: slot)
        case .killed, .revived, .slowed:
            disturb(fact, id)
        case .withdrew:
            withdraw(id)
        case .indexRead(let slot):
            change(id) { $0.slot = slot }
            advance(id)
        case .indexMoved(let slot):
            moveIndex(id, to: slot)
            change(id) { $0.slot = nil }
            advance(id)
        case .jumped(let line):
            change(id) { $0.line = line }
        case .waited, .blocked, .timedOut, .signalled, .handedOver, .waitedCondition, .notified:
            synchronize(fact, by: id)
        case .paused, .resumed, .rateChanged, .programChanged, .cancelled:
            break  // No thread does these.
        }
    }

    private mutating func synchronize(_ fact: Event.Fact, by id: ThreadID) {
        switch fact {
        case .waited(let name):
            self[name].value -= 1
            take(name, id)
        case .blocked(let name):
            enqueue(id, at: .semaphore(name))
        case .timedOut(let name):
            leaveQueue(name, id)
            change(id) {
                $0.phase = .ready
                $0.timedOut = true
            }
            advance(id)
        case .signalled(let name, let other):
            if name == .empty { change(id) { $0.keptSlot = nil } }
            giveUp(name, id)
            if let other { receive(name, other) } else { self[name].value += 1 }
            advance(id)
        case .handedOver(let name, let other):
            self[name].value -= 1
            receive(name, other)
        case .waitedCondition(let name, let other):
            giveUp(.mutex, id)
            if let other { receive(.mutex, other) } else { self[.mutex].value += 1 }
            enqueue(id, at: .condition(name))
        case .notified(let name, let woken):
            if let woken { letGo(woken, from: name) }
            advance(id)
        default:
            break  // `apply(_:by:)` sends nothing else here.
        }
    }
}

// MARK: - Parts of a step

extension EngineState {
    mutating func change(_ id: ThreadID, _ body: (inout ThreadActivity) -> Void) {
        let index = Int(id.index)
        if index < threads.count { body(&threads[index]) }
    }

    private mutating func advance(_ id: ThreadID) {
        let programs = self.programs
        change(id) { thread in
            let count = programs.program(for: thread.role).statements.count
            thread.line = thread.line + 1 == count ? 0 : thread.line + 1
        }
    }

    private func statement(of id: ThreadID) -> Statement? {
        self[id].map { programs.program(for: $0.role).statements[$0.line] }
    }

    private mutating func insert(_ id: ThreadID, slot: Int) {
        let turn = programs.keepsSlots ? number : 0
        if let job = self[id]?.job {
            fill(FilledSlot(number: slot, job: job, turn: turn))
        } else {
            occupied += 1
        }
        if statement(of: id) == .insert { nextIn = slot + 1 == slotNumbers ? 0 : slot + 1 }
        change(id) { $0.job = nil }
        advance(id)
    }

    private mutating func putBack(_ id: ThreadID, slot: Int) {
        if let thread = self[id], let job = thread.job {
            fill(FilledSlot(number: slot, job: job, workDone: thread.workDone, turn: number))
        } else {
            occupied += 1
        }
        change(id) {
            $0.job = nil
            $0.keptSlot = nil
            $0.workDone = .zero
        }
        advance(id)
    }

    private mutating func fill(_ filled: FilledSlot) {
        let slot = filled.number
        let place = slots.firstIndex { $0.number >= slot } ?? slots.count
        if place < slots.count, slots[place].number == slot {
            lost += 1
            slots[place] = filled
        } else {
            slots.insert(filled, at: place)
            occupied += 1
        }
        leftovers.removeAll { $0.number == slot }
    }

    private mutating func remove(_ id: ThreadID, slot: Int) {
        if let place = slots.firstIndex(where: { $0.number == slot }) {
            let filled = slots.remove(at: place)
            occupied -= 1
            change(id) {
                $0.job = filled.job
                $0.workDone = filled.workDone
            }
            if programs.misplacesJobs { leave(filled) }
        } else if programs.misplacesJobs && slots.count == occupied {
            takeFromEmptySlot(id, slot)
        } else {
            // After a snapshot of many slots not all are known.
            occupied -= 1
        }
        if statement(of: id) == .remove { nextOut = slot + 1 == slotNumbers ? 0 : slot + 1 }
        if isRendezvous { noteMet(id) }
        if programs.keepsSlots { change(id) { $0.keptSlot = slot } }
        advance(id)
    }

    private mutating func leave(_ filled: FilledSlot) {
        let place = leftovers.firstIndex { $0.number > filled.number } ?? leftovers.count
        leftovers.insert(filled, at: place)
    }

    private mutating func takeFromEmptySlot(_ id: ThreadID, _ slot: Int) {
        emptyTakes += 1
        let job = leftovers.first { $0.number == slot }?.job
        if job != nil { doubled += 1 }
        change(id) { $0.job = job }
    }

    private mutating func moveIndex(_ id: ThreadID, to slot: Int) {
        switch self[id]?.role {
        case .producer?: nextIn = slot
        case .consumer?: nextOut = slot
        case nil: break
        }
    }

    /// A unit was taken by a thread that stood in the queue, or came by; perhaps not by the first.
    private mutating func take(_ name: SemaphoreName, _ id: ThreadID) {
        if let first = self[name].waiters.first, first != id { self[name].overtakes += 1 }
        leaveQueue(name, id)
        acquire(name, id)
    }

    /// A unit was handed to a waiter.
    mutating func receive(_ name: SemaphoreName, _ id: ThreadID) {
        leaveQueue(name, id)
        acquire(name, id)
    }

    private mutating func acquire(_ name: SemaphoreName, _ id: ThreadID) {
        if name == .mutex { self[name].owner = id }
        change(id) {
            $0.phase = .ready
            $0.timedOut = false
            switch name {
            case .mutex: break
            // A receiver takes its announcement back.
            case .empty where $0.lendsUnit: $0.lendsUnit = false
            case .empty, .full: $0.holdsUnit = true
            }
        }
        advance(id)
    }

    private mutating func giveUp(_ name: SemaphoreName, _ id: ThreadID) {
        if name == .mutex {
            self[name].owner = nil
        } else {
            let isAnnounced = isRendezvous && name == .empty
            change(id) {
                $0.holdsUnit = false
                if isAnnounced && $0.role == .consumer { $0.lendsUnit = true }
            }
        }
    }

    /// The message has left the table, and with it the place that was lent and the unit that was had.
    private mutating func noteMet(_ id: ThreadID) {
        if occupied == 0 { (nextIn, nextOut) = (0, 0) }
        change(id) {
            guard $0.lendsUnit else { return }
            $0.lendsUnit = false
            $0.holdsUnit = false
        }
    }

    /// Units have been given back before; only a condition's queue is left without another event.
    private mutating func withdraw(_ id: ThreadID) {
        if case .blocked(.condition(let name))? = self[id]?.phase {
            self[name].waiters.removeAll { $0 == id }
            self[name].waiterCount -= 1
        }
        if let thread = self[id], thread.role == .producer, thread.job != nil { withdrawn += 1 }
        let time = self.time
        change(id) {
            $0.job = nil
            $0.line = 0
            $0.slot = nil
            $0.timedOut = false
            $0.phase = .awaitingJobs
            $0.since = time
        }
    }

    private mutating func enqueue(_ id: ThreadID, at place: WaitingPlace) {
        switch place {
        case .semaphore(let name):
            if self[name].waiters.count == self[name].waiterCount { self[name].waiters.append(id) }
            self[name].waiterCount += 1
        case .condition(let name):
            if self[name].waiters.count == self[name].waiterCount { self[name].waiters.append(id) }
            self[name].waiterCount += 1
        }
        let time = self.time
        change(id) {
            $0.phase = .blocked(place)
            $0.since = time
        }
    }

    mutating func leaveQueue(_ name: SemaphoreName, _ id: ThreadID) {
        guard let place = self[name].waiters.firstIndex(of: id) else {
            // After a snapshot of a very long queue its end is counted, but not known.
            if self[id]?.phase == .blocked(.semaphore(name)) { self[name].waiterCount -= 1 }
            return
        }
        self[name].waiters.remove(at: place)
        self[name].waiterCount -= 1
        if place == 0 { self[name].overtakes = 0 }
    }

    mutating func letGo(_ id: ThreadID, from name: ConditionName) {
        self[name].waiters.removeAll { $0 == id }
        self[name].waiterCount -= 1
        change(id) { $0.phase = .ready }
        advance(id)
    }

    /// Books what the executing jobs have done so far, because from now on it goes differently.
    mutating func noteWork() {
        for index in threads.indices {
            guard case .executing(let done, let at) = threads[index].phase else { continue }
            let isSlow = threads[index].isSlow
            let more =
                isPaused || rate.isMaximum ? .zero : rate.work(in: time - at, slowed: isSlow)
            threads[index].phase = .executing(workDone: done + more, at: time)
        }
    }
}

extension ThreadActivity {
    fileprivate mutating func enter(_ fact: Event.Fact, at time: Microseconds) {
        switch fact {
        case .awaitedJobs: phase = .awaitingJobs
        case .executionStarted: phase = .executing(workDone: workDone, at: time)
        case .threadEnded: phase = .ended
        default: phase = .ready
        }
        if phase != .ready { since = time }
    }
}
