/// What can still happen in a state: which semaphores can be signalled, which conditions notified,
/// and whether a job can be inserted or removed.
///
/// It is the least set of facts that is closed: at first nothing can happen; then every thread
/// walks its program as far as the facts let it, and what it passes becomes a fact, until nothing
/// new comes. Values and tests are treated generously (a unit that is there may be taken by all,
/// a notification may reach everyone, a device may send a job at any moment), so what is not in the
/// set can never happen, in no order of steps.
///
/// Cost: a walk for each line that threads are at, at most nine times; no thread's walk visits a
/// line twice.
struct Possibilities {
    private let programs: ProgramPair
    private let hasUnits: [Bool]
    private let isFull: Bool
    private let isEmpty: Bool
    /// A bit for each place that can be given to, then one for insert and one for remove.
    private var facts: UInt8 = 0

    private static let insertFact: UInt8 = 1 << 6
    private static let removeFact: UInt8 = 1 << 7

    /// Where a thread is, which is all that its walk depends on.
    private struct Start: Hashable {
        let role: Program.Role
        let line: Int
        let isBlocked: Bool

        init(_ role: Program.Role, line: Int, isBlocked: Bool) {
            self.role = role
            self.line = line
            self.isBlocked = isBlocked
        }

        init(_ thread: ThreadActivity) {
            role = thread.role
            line = thread.line
            isBlocked = thread.place != nil
        }
    }

    init(_ state: EngineState) {
        programs = state.programs
        hasUnits = SemaphoreName.allCases.map { state[$0].value > 0 }
        isFull = state.occupied >= state.capacity
        isEmpty = state.occupied <= 0
        let starts = Possibilities.starts(in: state)
        var known: UInt8?
        while facts != known {
            known = facts
            for start in starts { walk(from: start) { _ in } }
        }
    }

    /// Whether a thread that waits there can ever be let go.
    func canBeGiven(_ place: WaitingPlace) -> Bool {
        if case .semaphore(let name) = place, hasUnits[Int(name.rawValue)] { return true }
        return facts & (1 << UInt8(place.index)) != 0
    }

    /// Whether the thread waits, and will for ever.
    func isStuck(_ thread: ThreadActivity) -> Bool {
        guard let place = thread.place, !programs.statement(of: thread).hasTimeOut else {
            return false
        }
        return !canBeGiven(place)
    }

    /// The first line on the thread's way that it can never pass; `nil` if there is none.
    func obstacle(of thread: ThreadActivity) -> Int? {
        var obstacle: Int?
        var copy = self
        copy.walk(from: Start(thread)) { line in obstacle = obstacle ?? line }
        return obstacle
    }

    /// One for all threads at the same line; and, because a thread can still join, one for a role
    /// that nobody has.
    private static func starts(in state: EngineState) -> Set<Start> {
        // An agent without a call is nobody: whoever may call is a thread that joins.
        let present = state.threads.filter { $0.phase != .ended && !$0.isResting }
        var starts = Set(present.map(Start.init))
        for role in Program.Role.allCases where !present.contains(where: { $0.role == role }) {
            starts.insert(Start(role, line: 0, isBlocked: false))
        }
        return starts
    }

    // MARK: - A walk

    /// Visits every line that the thread can get to, nearest first, and says which it cannot pass.
    private mutating func walk(from start: Start, _ visitObstacle: (Int) -> Void) {
        let program = programs.program(for: start.role)
        var isSeen = Array(repeating: false, count: program.statements.count)
        var row = [start.line]
        if start.isBlocked {
            guard passes(program.statements[start.line]) else { return visitObstacle(start.line) }
            row = [program.line(after: start.line)]
        }
        var next = 0
        while next < row.count {
            let line = row[next]
            next += 1
            guard !isSeen[line] else { continue }
            isSeen[line] = true
            note(program.statements[line])
            let count = row.count
            go(on: &row, from: line, in: program)
            if row.count == count { visitObstacle(line) }
        }
    }

    /// Adds the lines that can come after this one.
    private func go(on row: inout [Int], from line: Int, in program: Program) {
        let statement = program.statements[line]
        switch statement {
        case .jumpIf(let test, let target):
            if canBe(test, true) { row.append(target) }
            if canBe(test, false) { row.append(program.line(after: line)) }
        case .jump(let target):
            row.append(target)
        case .produce, .insert, .remove, .execute, .executeFor, .putBack, .insertPart, .removePart,
            .wait, .signal, .waitCondition, .notify:
            if passes(statement) { row.append(program.line(after: line)) }
        }
    }

    /// What a thread does at once when it gets to this statement.
    private mutating func note(_ statement: Statement) {
        switch statement {
        case .signal(let name): add(.semaphore(name))
        case .notify(let name): add(.condition(name))
        case .waitCondition: add(.semaphore(.mutex))
        case .insert, .putBack, .insertPart(.useSlot): facts |= Possibilities.insertFact
        case .remove, .removePart(.useSlot): facts |= Possibilities.removeFact
        case .produce, .execute, .executeFor, .wait, .jumpIf, .jump, .insertPart, .removePart: break
        }
    }

    private mutating func add(_ place: WaitingPlace) {
        facts |= 1 << UInt8(place.index)
    }

    private func passes(_ statement: Statement) -> Bool {
        switch statement {
        case .wait(let name, let limit): limit != nil || canBeGiven(.semaphore(name))
        case .waitCondition(let name): canBeGiven(.condition(name))
        case .produce, .insert, .remove, .execute, .executeFor, .putBack, .insertPart, .removePart,
            .signal, .notify, .jumpIf, .jump:
            true
        }
    }

    private func canBe(_ test: Statement.Test, _ wanted: Bool) -> Bool {
        let canInsert = facts & Possibilities.insertFact != 0
        let canRemove = facts & Possibilities.removeFact != 0
        switch (test, wanted) {
        case (.timedOut, _), (.jobDone, _): return true
        case (.bufferFull, true), (.slotFree, false): return isFull || canInsert
        case (.bufferFull, false), (.slotFree, true): return !isFull || canRemove
        case (.bufferEmpty, true), (.jobThere, false): return isEmpty || canRemove
        case (.bufferEmpty, false), (.jobThere, true): return !isEmpty || canInsert
        }
    }
}

extension ThreadActivity {
    /// Where it stands in a queue.
    var place: WaitingPlace? {
        guard case .blocked(let place) = phase else { return nil }
        return place
    }
}

extension Statement {
    /// Whether a thread that waits here goes on by itself one day.
    var hasTimeOut: Bool {
        guard case .wait(_, .some) = self else { return false }
        return true
    }
}
