/// What decides how a state can go on, and nothing else: two states of one situation have the same
/// futures.
///
/// Left out are times, counters and the names of jobs. Threads of a role are interchangeable, and
/// so are a ring's slots when all are turned alike: that makes few situations of many states.
package struct Situation: Hashable, Sendable {
    private let words: [UInt64]

    /// The state must be complete. Jobs left are those that devices will still send; `nil` when
    /// they never end.
    package init(_ state: EngineState, jobsLeft: Int? = nil) {
        var words: [UInt64] = []
        words.reserveCapacity(6 + state.threads.count + (state.capacity + 63) / 64 * 2)
        words.append(jobsLeft.map { UInt64($0) } ?? .max)
        for semaphore in state.semaphores { words.append(UInt64(semaphore.value)) }
        words.append(UInt64(state.occupied))
        if state.programs.misplacesJobs {
            words.append(UInt64(state.turned(state.nextIn)))
            state.append(state.slots, to: &words)
            state.append(state.leftovers, to: &words)
        }
        var threads: [UInt64] = []
        threads.reserveCapacity(state.threads.count)
        for thread in state.threads { threads.append(state.part(of: thread)) }
        threads.sort()
        words += threads
        // What is left of a job decides whether it is done after its quantum.
        if state.programs.keepsSlots { words += state.workDone }
        self.words = words
    }
}

extension EngineState {
    /// What the jobs have had of their time: those in the slots by their turns, then those in hand.
    fileprivate var workDone: [UInt64] {
        var words: [UInt64] = []
        for slot in slots.sorted(by: { $0.turn < $1.turn }) {
            words += [slot.workDone.count, slot.job.cpuTime.count]
        }
        for thread in threads {
            let asked = thread.job?.cpuTime ?? .zero
            words += [thread.workDone.count, asked.count]
        }
        return words
    }

    /// A ring's slot, counted from the one that is removed next.
    fileprivate func turned(_ slot: Int) -> Int {
        slot >= nextOut ? slot - nextOut : slot - nextOut + capacity
    }

    /// One bit for each slot.
    fileprivate func append(_ slots: [FilledSlot], to words: inout [UInt64]) {
        let start = words.count
        for _ in 0..<(capacity + 63) / 64 { words.append(0) }
        for slot in slots {
            let place = turned(slot.number)
            words[start + place / 64] |= 1 << UInt64(place % 64)
        }
    }

    /// A thread's part in the situation, in 57 bits: the role first, so that sorting keeps the
    /// roles apart.
    fileprivate func part(of thread: ThreadActivity) -> UInt64 {
        var bits = UInt64(thread.role.rawValue)
        bits = bits << 8 | UInt64(thread.line)
        bits = bits << 22 | phase(of: thread)
        bits = bits << 1 | (thread.holdsUnit ? 1 : 0)
        bits = bits << 1 | (thread.lendsUnit ? 1 : 0)
        bits = bits << 1 | (thread.timedOut ? 1 : 0)
        bits = bits << 1 | (thread.job == nil ? 0 : 1)
        bits = bits << 1 | (self[.mutex].owner == thread.id ? 1 : 0)
        // Slots count to 65536, so that with the one for "none" they need 17 bits.
        let slot = programs.misplacesJobs ? thread.slot.map { turned($0) + 1 } ?? 0 : 0
        return bits << 17 | UInt64(slot)
    }

    /// What it does in 3 bits, where it waits in 3, and who is before it in 16.
    private func phase(of thread: ThreadActivity) -> UInt64 {
        switch thread.phase {
        case .ready: return 0
        case .executing: return 1 << 19
        case .awaitingJobs: return 2 << 19
        case .ended: return 3 << 19
        case .blocked(let place):
            let waiters =
                switch place {
                case .semaphore(let name): self[name].waiters
                case .condition(let name): self[name].waiters
                }
            let position = waiters.firstIndex(of: thread.id) ?? waiters.count
            return 4 << 19 | UInt64(place.index) << 16 | UInt64(position)
        }
    }
}
