/// What a thread does, over and over: the array of statements that the engine executes.
package struct Program: Hashable, Sendable {
    package let role: Role
    package let statements: [Statement]

    /// Which end of the buffer a thread works at.
    package enum Role: UInt8, CaseIterable, Sendable {
        case producer
        case consumer

        /// How a thread's name begins: P1, C2.
        package var letter: String {
            switch self {
            case .producer: "P"
            case .consumer: "C"
            }
        }
    }

    package init(_ role: Role, _ statements: [Statement]) {
        precondition((1...255).contains(statements.count), "a program has 1 to 255 statements")
        for case .jumpIf(_, let line) in statements { Self.check(line, in: statements) }
        for case .jump(let line) in statements { Self.check(line, in: statements) }
        self.role = role
        self.statements = statements
    }

    private static func check(_ line: Int, in statements: [Statement]) {
        precondition(
            statements.indices.contains(line),
            "a jump to line \(line + 1) leaves the program"
        )
    }
}
