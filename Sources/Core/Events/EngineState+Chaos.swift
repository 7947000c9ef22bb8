/// What the keyboard does to single threads on purpose, as the fold sees it.
extension EngineState {
    mutating func disturb(_ fact: Event.Fact, _ id: ThreadID) {
        switch fact {
        case .killed(let legacy): kill(id, legacy)
        case .revived:
            change(id) {
                $0.phase = .ready
                $0.wasKilled = false
            }
        case .slowed(let isSlow):
            noteWork()
            change(id) { $0.isSlow = isSlow }
        default: break  // `apply` sends nothing else here.
        }
    }

    private mutating func kill(_ id: ThreadID, _ legacy: Legacy) {
        switch self[id]?.phase {
        case .blocked(.semaphore(let name))?: leaveQueue(name, id)
        case .blocked(.condition(let name))?:
            self[name].waiters.removeAll { $0 == id }
            self[name].waiterCount -= 1
        default: break
        }
        if self[id]?.job != nil { withdrawn += 1 }
        let time = self.time
        change(id) {
            $0.job = nil
            $0.line = 0
            $0.slot = nil
            $0.keptSlot = nil
            $0.workDone = .zero
            $0.holdsUnit = false
            $0.timedOut = false
            $0.phase = .ended
            $0.wasKilled = true
            $0.since = time
        }
        if let name = legacy.notified, let woken = legacy.woken { letGo(woken, from: name) }
        if legacy.freesMutex {
            self[.mutex].owner = nil
            pass(.mutex, to: legacy.mutexHandedTo)
        }
        if let unit = legacy.unit { pass(unit, to: legacy.unitHandedTo) }
    }

    private mutating func pass(_ name: SemaphoreName, to other: ThreadID?) {
        if let other { receive(name, other) } else { self[name].value += 1 }
    }
}
