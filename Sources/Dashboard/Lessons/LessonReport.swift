import Core

/// A lesson in words, for where there is no screen.
struct LessonReport {
    private let lesson: Lesson
    private let check: LessonCheck

    private static let width = 76

    init(_ lesson: Lesson) {
        self.lesson = lesson
        check = LessonCheck(lesson)
    }

    var failure: LessonFailure? { check.failure }

    /// Title, chapters, what is read, and what came of it.
    var text: String {
        var lines = [lesson.title, lesson.summary]
        var chapter = ""
        for page in check.pages {
            if page.chapter != chapter {
                chapter = page.chapter
                lines += ["", chapter, String(repeating: "-", count: chapter.count)]
            }
            lines += self.lines(of: page)
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func lines(of page: LessonCheck.Page) -> [String] {
        var lines: [String] = []
        for paragraph in page.narration { lines += [""] + wrapped(paragraph, to: Self.width) }
        for (place, choice) in (page.question?.choices ?? []).enumerated() {
            lines.append("  \(place + 1) \(choice.text)")
        }
        let outcomes = page.outcomes.map(\.line)
        return lines + (outcomes.isEmpty ? [] : [""] + outcomes.map { "  \($0)" })
    }
}

extension LessonOutcome {
    /// With a mark that tells without colour what kind it is.
    var line: String {
        switch self {
        case .happened(let text): "· \(text)"
        case .held(let text): "✓ \(text)"
        case .failed(let failure): "✗ \(failure)"
        case .answered(let isRight, let right):
            isRight ? "✓ right: \(right)" : "✗ wrong; right is \(right)"
        }
    }
}
