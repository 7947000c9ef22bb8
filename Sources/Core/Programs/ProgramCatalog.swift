/// The programs that the engine can run.
///
/// Source: Silberschatz, Galvin and Gagne, *Operating System Concepts*, 10th ed., §7.1.1, figures
/// 7.1 and 7.2.
package enum ProgramCatalog {
    /// The bounded buffer with semaphores, as every textbook has it.
    package static let correct = ProgramPair(
        name: "correct",
        summary: "wait for a slot, then for the mutex",
        producer: Program(
            .producer,
            [.produce, .wait(.empty), .wait(.mutex), .insert, .signal(.mutex), .signal(.full)]
        ),
        consumer: Program(
            .consumer,
            [.wait(.full), .wait(.mutex), .remove, .signal(.mutex), .signal(.empty), .execute]
        ),
        isCorrect: true
    )

    package static let all: [ProgramPair] = [correct]
}
