import Core

/// What a lesson shows now.
struct LessonView: Equatable {
    let title: String
    /// Counted from 0.
    let chapter: Int
    let chapterCount: Int
    let chapterTitle: String
    let narration: [String]
    let choices: [String]
    let outcomes: [LessonOutcome]
    let phase: LessonPlayer.Phase
    let score: LessonScore

    init(_ player: LessonPlayer) {
        title = player.lesson.title
        chapter = player.chapter
        chapterCount = player.lesson.chapters.count
        chapterTitle = player.lesson.chapters[player.chapter].title
        narration = player.narration
        choices = player.question?.choices.map(\.text) ?? []
        outcomes = player.outcomes
        phase = player.phase
        score = player.score
    }
}

/// A question about the next step, and what was answered.
struct PredictionView: Equatable {
    let prediction: Prediction
    /// The choice, counted from 0; `nil` while the question is open.
    var answer: Int?

    var isRight: Bool { answer == prediction.right }
}
