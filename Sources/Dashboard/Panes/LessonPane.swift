import Core
import TerminalUI

/// A lesson's page: what is read, what is asked, and what came of the page before; or a question
/// about the next step.
enum LessonPane: Pane {
    static let kind = PaneKind.lesson

    private typealias Line = (text: String, style: Style)

    /// Whether there is anything to show.
    static func isThere(_ model: DashboardModel) -> Bool {
        model.rewind == nil && (model.prediction != nil || model.lesson != nil)
    }

    /// Whether a question is open.
    static func isAsking(_ model: DashboardModel) -> Bool {
        if let view = model.prediction { return view.answer == nil }
        return model.lesson?.choices.isEmpty == false
    }

    static func title(_ model: DashboardModel) -> String {
        if model.prediction != nil {
            let score = model.predictionScore
            return score.asked == 0 ? "What comes next?" : "\(score.right) of \(score.asked) right"
        }
        guard let lesson = model.lesson else { return "" }
        let score = lesson.score.asked > 0 ? ", \(lesson.score.right) of \(lesson.score.asked)" : ""
        return "\(lesson.chapter + 1)/\(lesson.chapterCount) \(lesson.chapterTitle)\(score)"
    }

    static func footer(_ model: DashboardModel, height: Int) -> String? {
        if let view = model.prediction {
            return view.answer == nil
                ? "1 to \(view.prediction.choices.count) answer  esc leave"
                : model.leadsThroughLesson ? "enter go on  esc leave" : "p next question  esc leave"
        }
        guard let lesson = model.lesson else { return nil }
        switch lesson.phase {
        case .over: return "the end  q quit"
        case .acting: return "enter hurry"
        case .reading where lesson.choices.isEmpty: return "enter go on  b chapter again"
        case .reading: return "1 to \(lesson.choices.count) answer  enter go on"
        }
    }

    /// How many rows it takes to say it all.
    static func rows(_ model: DashboardModel, width: Int) -> Int {
        lines(model, width: width - 2).count
    }

    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let lines = fitting(model, in: area)
        for (row, line) in lines.prefix(area.height).enumerated() {
            let isCut = row == area.height - 1 && lines.count > area.height
            let text = isCut ? clipped("\(line.text) …", to: area.width - 2) : line.text
            frame.write(text, x: area.x + 1, y: area.y + row, style: line.style, in: area)
        }
    }

    /// Where there is no room for all, empty lines go first, then what was so as it should be.
    private static func fitting(_ model: DashboardModel, in area: Rect) -> [Line] {
        let all = lines(model, width: area.width - 2)
        guard all.count > area.height else { return all }
        let dense = all.filter { !$0.text.isEmpty }
        guard dense.count > area.height, model.prediction == nil else { return dense }
        return dense.filter { $0.style != .good }
    }

    private static func lines(_ model: DashboardModel, width: Int) -> [Line] {
        if let view = model.prediction { return lines(view, width: width) }
        guard let lesson = model.lesson else { return [] }
        var lines: [Line] = []
        for outcome in lesson.outcomes {
            lines += wrapped(outcome.line, to: width).map { ($0, style(outcome)) }
        }
        if lesson.phase == .over {
            return lines + [("The end of \(lesson.title). ← looks back at it, q quits.", .strong)]
        }
        let isRead: Style = lesson.phase == .reading ? .plain : .faint
        for (place, paragraph) in lesson.narration.enumerated() {
            if place > 0 || !lines.isEmpty { lines.append(("", .plain)) }
            lines += wrapped(paragraph, to: width).map { ($0, isRead) }
        }
        return lines + self.lines(choices: lesson.choices, width: width, style: isRead)
    }

    private static func lines(_ view: PredictionView, width: Int) -> [Line] {
        let prediction = view.prediction
        var lines: [Line] = wrapped(prediction.question, to: width).map { ($0, .strong) }
        guard view.answer != nil else {
            return lines + self.lines(choices: prediction.choices, width: width, style: .plain)
        }
        let right = prediction.choices[prediction.right]
        let verdict = view.isRight ? "✓ right: \(right)." : "✗ no: \(right)."
        let text = "\(verdict) \(prediction.reason)."
        lines += wrapped(text, to: width).map { ($0, view.isRight ? .good : .alarm) }
        return lines
    }

    private static func lines(choices: [String], width: Int, style: Style) -> [Line] {
        choices.enumerated().flatMap { place, text in
            let words = wrapped(text, to: width - 4)
            return words.enumerated().map { row, line in
                (row == 0 ? "  \(place + 1) \(line)" : "    \(line)", style)
            }
        }
    }

    private static func style(_ outcome: LessonOutcome) -> Style {
        switch outcome {
        case .happened: .label
        case .held, .answered(isRight: true, _): .good
        case .failed, .answered(isRight: false, _): .alarm
        }
    }
}
