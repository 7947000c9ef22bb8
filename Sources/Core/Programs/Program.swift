/// What a thread does, over and over: the array of statements that the engine executes.
package struct Program: Equatable, Sendable {
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

/// A producer's and a consumer's program that belong together, under the name a user types.
package struct ProgramPair: Equatable, Sendable {
    package let name: String
    package let summary: String
    package let producer: Program
    package let consumer: Program
    /// Whether the pair keeps every promise, so that slices may be long and a broken invariant is
    /// a fault of the engine.
    package let isCorrect: Bool

    package init(
        name: String,
        summary: String,
        producer: Program,
        consumer: Program,
        isCorrect: Bool
    ) {
        precondition(producer.role == .producer && consumer.role == .consumer, "roles are swapped")
        self.name = name
        self.summary = summary
        self.producer = producer
        self.consumer = consumer
        self.isCorrect = isCorrect
    }

    package func program(for role: Program.Role) -> Program {
        switch role {
        case .producer: producer
        case .consumer: consumer
        }
    }
}
