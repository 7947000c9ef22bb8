/// What can be read off a program's text: where its lines lead, and which lie inside the mutex.
struct ProgramText {
    let program: Program
    /// For each line, whether a thread that is at it is surely between `wait(mutex)` and
    /// `signal(mutex)`, whichever way it came.
    let isInside: [Bool]

    init(_ program: Program) {
        self.program = program
        isInside = ProgramText.insideLines(of: program)
    }

    var role: Program.Role { program.role }
    var statements: [Statement] { program.statements }

    /// Whether a thread is in the critical section; who waits for a condition has left it.
    func holdsMutex(_ thread: ThreadActivity) -> Bool {
        if case .condition? = thread.place { return false }
        return thread.phase != .ended && isInside[thread.line]
    }

    func successors(of line: Int) -> [Int] {
        program.successors(of: line)
    }

    /// The lines at which the program does this.
    func lines(where matches: (Statement) -> Bool) -> [Int] {
        statements.indices.filter { matches(statements[$0]) }
    }

    func lines(of statement: Statement) -> [Int] {
        lines { $0 == statement }
    }

    /// The lines that take a unit of this semaphore.
    func waits(for name: SemaphoreName) -> [Int] {
        lines { statement in
            guard case .wait(name, _) = statement else { return false }
            return true
        }
    }

    /// Whether some line gives a unit there, or notifies there.
    func gives(to place: WaitingPlace) -> Bool {
        statements.contains { $0.gives(to: place) }
    }

    /// The nearest `wait(mutex)` before this line: where a thread inside came in.
    func entry(before line: Int) -> Int? {
        var seen: Set<Int> = [line]
        var row = [line]
        while !row.isEmpty {
            let before = statements.indices.filter { candidate in
                !seen.contains(candidate) && successors(of: candidate).contains { row.contains($0) }
            }
            if let entry = before.first(where: { waits(for: .mutex).contains($0) }) { return entry }
            seen.formUnion(before)
            row = before
        }
        return nil
    }

    /// The nearest line after this one at which the program does that, and how many statements on.
    func next(
        after line: Int,
        where matches: (Statement) -> Bool
    ) -> (line: Int, steps: Int)? {
        var seen: Set<Int> = []
        var row = successors(of: line)
        var steps = 1
        while !row.isEmpty {
            if let found = row.first(where: { matches(statements[$0]) }) { return (found, steps) }
            steps += 1
            seen.formUnion(row)
            row = row.flatMap { successors(of: $0) }.filter { !seen.contains($0) }
        }
        return nil
    }

    /// The lines of the loop in which a thread looks again and again, with the test it makes.
    var pollingLoop: (lines: ClosedRange<Int>, test: Int)? {
        for line in statements.indices {
            guard let target = statements[line].target, target <= line else { continue }
            let loop = target...line
            let isHarmless = loop.contains { statements[$0].isProgress }
            guard !isHarmless, let test = loop.first(where: { statements[$0].isTest }) else {
                continue
            }
            return (loop, test)
        }
        return nil
    }

    /// Ways into a line are joined by "and": what is not sure is outside.
    private static func insideLines(of program: Program) -> [Bool] {
        var inside = Array(repeating: true, count: program.statements.count)
        inside[0] = false
        var isChanging = true
        while isChanging {
            isChanging = false
            for line in inside.indices {
                let after = program.statements[line].isInsideAfter(inside[line])
                guard !after else { continue }
                for next in program.successors(of: line) where inside[next] {
                    inside[next] = false
                    isChanging = true
                }
            }
        }
        return inside
    }
}

extension Program {
    /// The line after this one; a program begins anew at its end.
    func line(after line: Int) -> Int {
        line + 1 == statements.count ? 0 : line + 1
    }

    /// Where a thread can be after this line.
    func successors(of line: Int) -> [Int] {
        switch statements[line] {
        case .jump(let target): [target]
        case .jumpIf(_, let target): [self.line(after: line), target]
        default: [self.line(after: line)]
        }
    }
}

extension ProgramPair {
    /// The statement that a thread is at.
    func statement(of thread: ThreadActivity) -> Statement {
        program(for: thread.role).statements[thread.line]
    }

    /// The roles whose program gives a unit or a notification there.
    func givers(to place: WaitingPlace) -> [Program.Role] {
        Program.Role.allCases.filter { role in
            program(for: role).statements.contains { $0.gives(to: place) }
        }
    }
}

extension Statement {
    /// Whether it lets somebody pass who waits there.
    func gives(to place: WaitingPlace) -> Bool {
        switch self {
        case .signal(let name): place == .semaphore(name)
        case .notify(let name): place == .condition(name)
        case .waitCondition: place == .semaphore(.mutex)
        case .produce, .insert, .remove, .execute, .executeFor, .putBack, .insertPart, .removePart,
            .wait, .jumpIf, .jump:
            false
        }
    }

    fileprivate var isTest: Bool {
        guard case .jumpIf = self else { return false }
        return true
    }

    /// Whether a loop with it is more than looking: it moves a job, or waits in a queue.
    fileprivate var isProgress: Bool {
        switch self {
        case .produce, .insert, .remove, .execute, .executeFor, .putBack, .insertPart, .removePart,
            .waitCondition:
            true
        case .wait(let name, let limit): name != .mutex && limit != .zero
        case .signal, .notify, .jumpIf, .jump: false
        }
    }

    fileprivate func isInsideAfter(_ isInside: Bool) -> Bool {
        switch self {
        case .wait(.mutex, let limit): isInside || limit == nil
        case .signal(.mutex), .waitCondition: false
        default: isInside
        }
    }
}
