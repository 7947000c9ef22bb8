/// Plays a whole lesson in virtual time, to see whether all is as it says.
package struct LessonCheck: Sendable {
    /// What came of it, page by page, in the order of the script.
    package private(set) var pages: [Page] = []
    /// The first thing that was not so; `nil` when the lesson is right.
    package private(set) var failure: LessonFailure?
    /// How many conditions and choices held.
    package private(set) var held = 0

    package struct Page: Equatable, Sendable {
        package let chapter: String
        package let narration: [String]
        package let question: LessonQuestion?
        package var outcomes: [LessonOutcome] = []
    }

    package init(_ lesson: Lesson) {
        let stage = RehearsalStage(lesson.settings)
        let player = LessonPlayer(lesson, on: stage)
        while player.phase != .over, failure == nil {
            if player.phase == .reading {
                note(player)
                // Whoever checks knows the answers.
                if let right = player.question?.right {
                    player.choose(right)
                } else {
                    player.goOn()
                }
            }
            player.advance()
            failure = player.failures.first ?? Self.givenUp(stage, player)
        }
        note(player)
    }

    /// Why the check does not go on, where a lesson has its threads run again and again.
    private static func givenUp(_ stage: RehearsalStage, _ player: LessonPlayer) -> LessonFailure? {
        guard stage.slicesLeft == 0, player.phase != .over else { return nil }
        return LessonFailure(
            line: player.line,
            expected: "the lesson comes to its end",
            was: "it is not there after \(RehearsalStage.slicesAtMost) time slices and steps"
        )
    }

    private mutating func note(_ player: LessonPlayer) {
        held += player.outcomes.count { outcome in
            switch outcome {
            case .held, .answered: true
            case .happened, .failed: false
            }
        }
        if let last = pages.indices.last { pages[last].outcomes = player.outcomes }
        guard player.phase == .reading else { return }
        pages.append(
            Page(
                chapter: player.lesson.chapters[player.chapter].title,
                narration: player.narration,
                question: player.question
            )
        )
    }
}
