/// The programs of the student simulation: the textbook's, with semaphores that give up waiting.
package enum StudentPrograms {
    package static let name = "students"

    /// Whoever has waited for a slot or a student for so long says so and tries again.
    package static func pair(timeOut: Microseconds) -> ProgramPair {
        ProgramPair(
            name: name,
            summary: "wait with a time-out, and try again",
            producer: Program(
                .producer,
                [
                    .produce, .wait(.empty, timeOut: timeOut), .jumpIf(.timedOut, to: 1),
                    .wait(.mutex), .insert, .signal(.mutex), .signal(.full),
                ]
            ),
            consumer: Program(
                .consumer,
                [
                    .wait(.full, timeOut: timeOut), .jumpIf(.timedOut, to: 0), .wait(.mutex),
                    .remove, .signal(.mutex), .signal(.empty), .execute,
                ]
            ),
            isCorrect: true
        )
    }
}
