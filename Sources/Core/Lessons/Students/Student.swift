/// A student of information technology, as a document describes one.
package struct Student: Equatable, Sendable {
    package var name: String
    /// Eight digits where we made it; others may write what they like.
    package var id: String
    package var programme: String
    package var courses: [Course]

    package init(name: String, id: String, programme: String, courses: [Course]) {
        self.name = name
        self.id = id
        self.programme = programme
        self.courses = courses
    }

    /// One course and what the student reached in it.
    package struct Course: Equatable, Sendable {
        package var name: String
        package var mark: Mark

        package init(name: String, mark: Mark) {
            self.name = name
            self.mark = mark
        }
    }

    /// The mean of all marks; zero without courses, which no document that is read has.
    package var average: Mark {
        guard !courses.isEmpty else { return Mark(millionths: 0) }
        let sum = courses.reduce(0) { $0 + $1.mark.millionths }
        return Mark(millionths: sum / courses.count)
    }

    package var hasPassed: Bool { average >= Self.passMark }

    package static let passMark = Mark(hundredths: 50_00)

    /// The student in one line, such as "PASS 67.31, Thandi Nkosi, 21047733, Software Engineering".
    ///
    /// The verdict comes first, because a narrow screen cuts the end.
    package var line: String {
        "\(hasPassed ? "PASS" : "FAIL") \(average), \(name), \(id), \(programme)"
    }
}

/// A mark from 0 to 100, exact to six decimals.
///
/// A whole number inside, because sums of binary fractions would decide who just passes.
package struct Mark: Comparable, Hashable, Sendable {
    package let millionths: Int

    package static let range = Mark(millionths: 0)...Mark(hundredths: 100_00)

    package init(millionths: Int) {
        self.millionths = millionths
    }

    package init(hundredths: Int) {
        millionths = hundredths * 10_000
    }

    /// A plain decimal such as `70`, `50.0` or `85.43`; `nil` for anything else, such as `NaN`, `-1`,
    /// `1e1`, and outside the range.
    package init?(_ text: String) {
        guard let count = Microseconds(decimal: text)?.count, let millionths = Int(exactly: count),
            Mark.range.contains(Mark(millionths: millionths))
        else { return nil }
        self.millionths = millionths
    }

    package static func < (left: Mark, right: Mark) -> Bool {
        left.millionths < right.millionths
    }
}

extension Mark: CustomStringConvertible {
    /// Two decimals, cut and not rounded: 49.999 is no 50.00.
    package var description: String {
        let hundredths = millionths / 10_000
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}
