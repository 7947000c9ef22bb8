import Core

/// Programs for tests of time-outs.
enum PatientPrograms {
    /// A consumer that gives up waiting for a job after five seconds, and begins anew.
    static let fiveSeconds = ProgramPair(
        name: "patient",
        summary: "gives up after five seconds",
        producer: ProgramCatalog.correct.producer,
        consumer: Program(
            .consumer,
            [
                .wait(.full, timeOut: .seconds(5)), .jumpIf(.timedOut, to: 0), .wait(.mutex),
                .remove, .signal(.mutex), .signal(.empty), .execute,
            ]
        ),
        isCorrect: true
    )
}
