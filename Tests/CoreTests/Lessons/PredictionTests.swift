import Testing

@testable import Core

@Suite("Predictions", .timeLimit(.minutes(5)))
struct PredictionTests {
    private let sentences = Sentences(nameOfDevice: { "\($0.index)" })

    /// Walks at random, asks before each step, and holds the announced answer against the engine.
    private func walk(_ programs: ProgramPair, seed: UInt64) -> Int {
        var settings = EngineSettings()
        settings.kernel.capacity = 1 + Int(seed % 3)
        settings.kernel.programs = programs
        (settings.producers, settings.consumers) = (2, 2)
        settings.startsPaused = true
        let stage = RehearsalStage(settings)
        var random = RandomNumbers(seed: seed)
        for number in 0..<20 {
            stage.send(
                Job(device: DeviceID(UInt32(number % 3)), cpuTime: .seconds(1)),
                after: .zero
            )
        }
        var asked = 0
        for _ in 0..<300 {
            let before = stage.state
            let prediction = Prediction.make(
                before,
                takesOldest: true,
                sentences: sentences,
                random: &random
            )
            let chosen = ThreadID(Int.random(in: 0..<before.threadCount, using: &random))
            _ = stage.step(prediction?.thread ?? chosen)
            guard let prediction else { continue }
            asked += 1
            #expect(
                isRight(prediction, before: before, after: stage.state),
                "seed \(seed), event \(before.number): \(prediction)"
            )
        }
        return asked
    }

    /// Judges by the states alone, not by what was foreseen.
    private func isRight(
        _ prediction: Prediction,
        before: EngineState,
        after: EngineState
    ) -> Bool {
        guard prediction.choices.indices.contains(prediction.right),
            Set(prediction.choices).count == prediction.choices.count,
            (2...6).contains(prediction.choices.count),
            after.number == before.number + 1,
            let mover = before[prediction.thread], let moved = after[prediction.thread]
        else { return false }
        let answer = prediction.choices[prediction.right]
        let question = prediction.question
        if question.hasPrefix("Which of these") {
            let others = prediction.choices.filter { $0 != answer }
            return answer == mover.name
                && others.allSatisfy { name in
                    before.threads.contains { $0.name == name && $0.phase != .ready }
                }
        }
        if question.contains("after this step") {
            let name = SemaphoreName.allCases.first { question.contains("will \($0) be") }
            return name.map { "\(after[$0].value)" } == answer
        }
        if question.contains("What happens to") {
            if case .blocked(let place) = moved.phase {
                return answer == "it waits for \(place.name)"
            }
            return answer == "it goes on"
        }
        if question.contains("Who goes on") {
            let freed = before.threads.filter { thread in
                thread.place != nil && after[thread.id]?.place == nil
            }
            return answer == (freed.first?.name ?? "nobody")
        }
        if question.contains("Which job") { return answer == moved.job.map { "job \($0.id)" } }
        return answer == "line \(moved.line + 1)"
    }

    @Test(
        "the announced answer is what the engine then does, in walks through every program",
        arguments: ProgramCatalog.all
    )
    func announced(programs: ProgramPair) {
        for seed in 1...10 as ClosedRange<UInt64> {
            #expect(walk(programs, seed: seed) > 10, "seed \(seed)")
        }
    }

    @Test("the same seed asks the same question")
    func seeded() {
        let state = RehearsalStage(Self.pausedSettings).state
        func make(_ seed: UInt64) -> Prediction? {
            var random = RandomNumbers(seed: seed)
            return Prediction.make(
                state,
                takesOldest: true,
                sentences: sentences,
                random: &random
            )
        }

        #expect(make(7) != nil)
        #expect(make(7) == make(7))
    }

    @Test("a thread that waits for a job is no wrong answer: one may be on its way")
    func arriving() throws {
        var settings = EngineSettings()
        (settings.producers, settings.consumers) = (2, 2)
        settings.startsPaused = true
        let stage = RehearsalStage(settings)
        for id in [0, 1, 0, 1] { _ = stage.step(ThreadID(id)) }
        let waiting = stage.state.threads.filter { $0.phase == .awaitingJobs }.map(\.name)
        try #require(waiting == ["P1", "P2"])
        for seed in 1...50 {
            var random = RandomNumbers(seed: UInt64(seed))
            let prediction = Prediction.make(
                stage.state,
                takesOldest: true,
                sentences: sentences,
                random: &random
            )
            // Whoever is drawn first, somebody can be asked about.
            let choices = try #require(prediction, "seed \(seed)").choices
            #expect(Set(choices).isDisjoint(with: waiting), "seed \(seed)")
        }
    }

    @Test("nothing is asked while the engine runs")
    func running() {
        var state = RehearsalStage(Self.pausedSettings).state
        state.isPaused = false
        var random = RandomNumbers(seed: 1)

        let prediction = Prediction.make(
            state,
            takesOldest: true,
            sentences: sentences,
            random: &random
        )

        #expect(prediction == nil)
    }

    private static var pausedSettings: EngineSettings {
        var settings = EngineSettings()
        settings.startsPaused = true
        return settings
    }
}
