import Core
import TerminalUI

/// Lessons and predictions: the keys that go on and answer.
extension DashboardModel {
    /// Whether the lesson's keys are what enter and the arrows mean now.
    var leadsThroughLesson: Bool {
        guard let lesson, rewind == nil, frozen == nil else { return false }
        return lesson.phase != .over
    }

    /// What a key line says that has no hint otherwise.
    func lessonHint(_ action: KeyBinding.Action) -> String? {
        guard leadsThroughLesson else { return nil }
        switch action {
        case .stepSelected: return lesson?.phase == .acting ? "hurry" : "go on"
        case .chapterAgain: return "chapter again"
        default: return nil
        }
    }

    /// What a key means to a question or a lesson; `nil` where it means what it always does.
    mutating func pressInLesson(_ key: Key) -> [Effect]? {
        guard !isHelpShown, panel == nil, rewind == nil, player == nil else {
            return nil
        }
        if prediction != nil { return pressInPrediction(key) }
        guard leadsThroughLesson, let lesson else { return nil }
        switch key {
        case .escape where predictsLesson:
            predictsLesson = false
            return []
        case .enter, .right:
            // A second press does not wait for what is still being shown.
            return [.lessonGoesOn(answer: nil)]
        case .character(let character) where !lesson.choices.isEmpty:
            guard let number = character.wholeNumberValue, character.isASCII else { return nil }
            guard (1...lesson.choices.count).contains(number) else { return nil }
            return [.lessonGoesOn(answer: number - 1)]
        default: return nil
        }
    }

    // MARK: - Predictions

    mutating func predict() -> [Effect] {
        guard rewind == nil else {
            notice = "you look at the past; L goes back to the engine, where p asks"
            return []
        }
        if leadsThroughLesson {
            predictsLesson = true
            notice = "each step of the lesson is asked for now; enter goes on, esc leaves it"
            return []
        }
        let effects = endAttack() + pausing()
        pace = nil
        return effects + [.predict]
    }

    mutating func begin(_ question: Prediction?) {
        guard let question else {
            notice = "nothing to predict here: nobody can move, or takes a job next; n steps"
            return
        }
        notice = nil
        prediction = PredictionView(prediction: question)
        leaveDevices()
    }

    /// Digits answer, p asks the next one; whatever else is pressed leaves the question.
    private mutating func pressInPrediction(_ key: Key) -> [Effect]? {
        guard let view = prediction else { return nil }
        if let number = number(key), view.answer == nil {
            guard view.prediction.choices.indices.contains(number - 1) else {
                notice = "there are \(view.prediction.choices.count) answers"
                return []
            }
            return answer(number - 1)
        }
        switch key {
        case .character("p"), .enter, .right:
            guard view.answer != nil else {
                notice = "1 to \(view.prediction.choices.count) answer, esc leaves the question"
                return []
            }
            prediction = nil
            return leadsThroughLesson ? [] : [.predict]
        case .escape:
            (prediction, predictsLesson) = (nil, false)
            return []
        case .character("?"), .character("w"), .character("q"), .tab, .backTab, .up, .down:
            return nil
        default:
            // The question would be about a moment that is gone.
            (prediction, predictsLesson) = (nil, false)
            return nil
        }
    }

    private func number(_ key: Key) -> Int? {
        guard case .character(let character) = key, character.isASCII else { return nil }
        return character.wholeNumberValue
    }

    private mutating func answer(_ choice: Int) -> [Effect] {
        guard let thread = prediction?.prediction.thread else { return [] }
        prediction?.answer = choice
        predictionScore.note(isRight: prediction?.isRight == true)
        return [leadsThroughLesson ? .lessonStep : .stepThread(thread)]
    }

    // MARK: - Chapters

    mutating func chapterAgain() -> [Effect] {
        guard let lesson else {
            notice = "there is no lesson; signalbox lesson list shows them"
            return []
        }
        return [.lessonChapter(lesson.chapter)]
    }
}
