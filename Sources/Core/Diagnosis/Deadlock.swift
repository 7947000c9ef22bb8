/// Threads that wait for what can never come.
///
/// It follows from the state and the programs' text, never from a time-out: whoever waits for a
/// device, or with a time-out, is not in it; and threads can be deadlocked while others still run.
/// Only another program, or a thread that joins, can free them.
///
/// Source: Coffman, Elphick and Shoshani, *System Deadlocks*, Computing Surveys 3 (2), 1971, for
/// units that are held and waited for; the signals to come are read off the programs.
package struct Deadlock: Equatable, Sendable {
    /// Who waits for ever, in the order of their numbers.
    package let threads: [ThreadID]
    /// Those of them who wait for a condition although what they wait for is there: nobody who
    /// could tell them is left.
    package let lostWakeUps: [ThreadID]

    /// Finds who is deadlocked; `nil` when nobody is, or when the state does not show all threads.
    ///
    /// - Complexity: O(threads + lines²).
    package static func find(in state: EngineState) -> Deadlock? {
        guard state.canBeJudged, state.threads.contains(where: { $0.place != nil }) else {
            return nil
        }
        let possibilities = Possibilities(state)
        let stuck = state.threads.filter { possibilities.isStuck($0) }
        guard !stuck.isEmpty else { return nil }
        return Deadlock(
            threads: stuck.map(\.id),
            lostWakeUps: stuck.filter { state.missedItsWakeUp($0) }.map(\.id)
        )
    }
}

extension EngineState {
    /// Whether all threads are known and may still move.
    var canBeJudged: Bool { !isCancelled && threads.count == threadCount }

    /// Whether it waits for a condition and its own test would now let it pass.
    func missedItsWakeUp(_ thread: ThreadActivity) -> Bool {
        guard let (test, wanted) = wish(of: thread) else { return false }
        switch test {
        case .bufferFull: return (occupied >= capacity) == wanted
        case .slotFree: return (occupied < capacity) == wanted
        case .bufferEmpty: return (occupied <= 0) == wanted
        case .jobThere: return (occupied > 0) == wanted
        case .timedOut, .jobDone: return false
        }
    }

    /// What a thread in a condition's queue waits for: the test that sent it there, turned round.
    func wish(of thread: ThreadActivity) -> (test: Statement.Test, isTrue: Bool)? {
        guard case .condition? = thread.place else { return nil }
        let program = programs.program(for: thread.role)
        for case (let line, .jumpIf(let test, let target)) in program.statements.enumerated() {
            if target == thread.line { return (test, false) }
            if program.line(after: line) == thread.line { return (test, true) }
        }
        return nil
    }
}
