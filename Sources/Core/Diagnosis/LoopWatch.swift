/// Who looks again and again instead of waiting, and who is overtaken meanwhile.
struct LoopWatch {
    /// How often each thread jumped back in a row without having got anything, by its number.
    private var loops: [Loop] = []
    /// How many jobs the threads of each role have moved.
    private var moved: [UInt64] = [0, 0]

    private struct Loop {
        var looks = 0
        /// How many jobs its role had moved when it began to look.
        var movedBefore: UInt64 = 0
    }

    /// So many looks in a row without a result are busy waiting.
    static let bound = 3

    /// Takes note of one event.
    ///
    /// - Parameters:
    ///   - fact: What happened.
    ///   - thread: Who did it.
    ///   - before: The state before.
    /// - Returns: Whether something has changed for who looks again and again.
    mutating func note(_ fact: Event.Fact, _ thread: ThreadID?, _ before: EngineState) -> Bool {
        guard let thread, let activity = before[thread] else { return false }
        switch fact {
        case .jumped(let line) where line <= activity.line:
            return look(thread, activity.role)
        case .inserted, .removed:
            moved[Int(activity.role.rawValue)] += 1
            return end(thread)
        case .produced, .executionStarted, .waitedCondition, .threadEnded:
            return end(thread)
        case .blocked(let name) where name != .mutex:
            return end(thread)
        case .timedOut where activity.place != nil:
            return end(thread)
        default:
            return false
        }
    }

    /// All who have looked too often by now.
    func busy(in state: EngineState) -> Fault? {
        let busy = loops.indices.filter { loops[$0].looks >= LoopWatch.bound }
        guard let most = busy.map({ loops[$0].looks }).max() else { return nil }
        return Fault(.busyWaiting, in: state, threads: busy.map { ThreadID($0) }, count: most)
    }

    /// Who looks again and again, and was overtaken too often by others of its role; the worst off.
    func starving(in state: EngineState) -> Fault? {
        let starving = loops.indices.filter { loops[$0].looks >= LoopWatch.bound }
            .compactMap { number in
                state[ThreadID(number)].map { (id: $0.id, count: overtakings(number, $0.role)) }
            }
        guard let worst = starving.max(by: { $0.count < $1.count }),
            worst.count > UInt64(KernelSettings.overtakingBound)
        else { return nil }
        return Fault(.starvation, in: state, threads: [worst.id], count: Int(worst.count))
    }

    private func overtakings(_ number: Int, _ role: Program.Role) -> UInt64 {
        moved[Int(role.rawValue)] - loops[number].movedBefore
    }

    private mutating func look(_ thread: ThreadID, _ role: Program.Role) -> Bool {
        let number = Int(thread.index)
        while loops.count <= number { loops.append(Loop()) }
        if loops[number].looks == 0 {
            loops[number].movedBefore = moved[Int(role.rawValue)]
        }
        loops[number].looks += 1
        return loops[number].looks >= LoopWatch.bound
    }

    private mutating func end(_ thread: ThreadID) -> Bool {
        let number = Int(thread.index)
        guard number < loops.count, loops[number].looks > 0 else { return false }
        defer { loops[number].looks = 0 }
        return loops[number].looks >= LoopWatch.bound
    }
}
