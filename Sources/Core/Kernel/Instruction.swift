/// A statement packed into four bytes, so that the kernel finds its way with one jump.
///
/// Decoding the enum with its payloads took a third of the kernel's time. What is seldom needed, a
/// time-out, stays in the statement.
struct Instruction {
    let operation: Operation
    /// The raw value of the semaphore, condition, part or test; 0 where there is none.
    let operand: UInt8
    /// The line where a jump goes.
    let target: UInt8
    /// The line after this one; after the last comes the first.
    let next: UInt8

    enum Operation: UInt8 {
        case produce, insert, remove, execute, wait, signal, jumpIf, jump, waitCondition, notify
        case insertPart, removePart, executeFor, putBack
    }

    /// Whether it is the statement that takes a job out.
    var takesFromSlot: Bool {
        operation == .remove || operation == .removePart && part == .useSlot
    }

    var isExecution: Bool { operation == .execute || operation == .executeFor }

    init(_ statement: Statement, line: Int, of count: Int) {
        next = UInt8(line + 1 == count ? 0 : line + 1)
        (operation, operand, target) =
            switch statement {
            case .produce: (.produce, 0, 0)
            case .insert: (.insert, 0, 0)
            case .remove: (.remove, 0, 0)
            case .execute: (.execute, 0, 0)
            case .executeFor: (.executeFor, 0, 0)
            case .putBack: (.putBack, 0, 0)
            case .insertPart(let part): (.insertPart, part.rawValue, 0)
            case .removePart(let part): (.removePart, part.rawValue, 0)
            case .wait(let name, _): (.wait, name.rawValue, 0)
            case .signal(let name): (.signal, name.rawValue, 0)
            case .jumpIf(let test, let line): (.jumpIf, test.rawValue, UInt8(line))
            case .jump(let line): (.jump, 0, UInt8(line))
            case .waitCondition(let name): (.waitCondition, name.rawValue, 0)
            case .notify(let name): (.notify, name.rawValue, 0)
            }
    }

    // The bytes came from these very enums, so they are among their values.
    @inline(__always)
    var semaphore: SemaphoreName { unsafeBitCast(operand, to: SemaphoreName.self) }
    @inline(__always)
    var condition: ConditionName { unsafeBitCast(operand, to: ConditionName.self) }
    var part: Statement.Part { unsafeBitCast(operand, to: Statement.Part.self) }
    @inline(__always)
    var test: Statement.Test { unsafeBitCast(operand, to: Statement.Test.self) }
}

/// A program ready for the kernel: the statements, and each of them packed.
struct LoadedProgram {
    let statements: UnsafeBufferPointer<Statement>
    let instructions: UnsafePointer<Instruction>

    init(_ program: Program) {
        let count = program.statements.count
        let copy = UnsafeMutableBufferPointer<Statement>.allocate(capacity: count)
        _ = copy.initialize(from: program.statements)
        statements = UnsafeBufferPointer(copy)
        let packed = UnsafeMutablePointer<Instruction>.allocate(capacity: count)
        for (line, statement) in program.statements.enumerated() {
            (packed + line).initialize(to: Instruction(statement, line: line, of: count))
        }
        instructions = UnsafePointer(packed)
    }

    func deallocate() {
        statements.deallocate()
        instructions.deallocate()
    }
}

/// Both programs of a pair, ready for the kernel.
struct LoadedPair {
    private let producer: LoadedProgram
    private let consumer: LoadedProgram

    init(_ pair: ProgramPair) {
        producer = LoadedProgram(pair.producer)
        consumer = LoadedProgram(pair.consumer)
    }

    func program(for role: Program.Role) -> LoadedProgram {
        switch role {
        case .producer: producer
        case .consumer: consumer
        }
    }

    func deallocate() {
        producer.deallocate()
        consumer.deallocate()
    }
}
