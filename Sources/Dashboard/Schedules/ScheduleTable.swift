import Core
import TerminalUI

/// The table by which policies are compared: a row each, times in seconds.
struct ScheduleTable {
    private let nameWidth: Int
    private let columnWidth: Int
    private let columns: [String]
    private let title: String

    /// As many columns as have room, the most important first.
    init(width: Int) {
        switch width {
        case 64...:
            (nameWidth, columnWidth, title) = (16, 12, "mean, seconds")
            columns = ["response", "waiting", "turnaround", "makespan"]
        case 48...:
            (nameWidth, columnWidth, title) = (15, 11, "mean, seconds")
            columns = ["response", "waiting", "turnaround"]
        case 30...:
            (nameWidth, columnWidth, title) = (9, 7, "seconds")
            columns = ["resp.", "wait", "turn."]
        default:
            (nameWidth, columnWidth, title) = (6, 7, "s")
            columns = ["resp.", "turn."]
        }
    }

    /// The line above the rows.
    var heading: String { line(title, columns) }

    /// One policy's row.
    ///
    /// - Parameters:
    ///   - name: Such as `rr:2`.
    ///   - means: Without a job there is nothing to say.
    /// - Returns: As wide as the heading.
    func row(_ name: String, _ means: ScheduleMeans?) -> String {
        guard let means else { return line(name, ["no job"]) }
        return line(name, columns.map { Self.decimal(Self.value($0, means)) })
    }

    private static func value(_ column: String, _ means: ScheduleMeans) -> Double {
        switch column {
        case "response", "resp.": means.response
        case "waiting", "wait": means.waiting
        case "turnaround", "turn.": means.turnaround
        default: means.makespan
        }
    }

    /// Seconds with two decimals, such as `5.67`.
    static func decimal(_ seconds: Double) -> String {
        let hundredths = Int((min(max(seconds, 0), 1e12) * 100).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100)." + (rest < 10 ? "0" : "") + "\(rest)"
    }

    private func line(_ name: String, _ cells: [String]) -> String {
        let label = clipped(name, to: nameWidth)
        let gap = String(repeating: " ", count: max(0, nameWidth - displayWidth(of: label)))
        return label + gap + cells.map(right).joined()
    }

    private func right(_ text: String) -> String {
        String(repeating: " ", count: max(1, columnWidth - text.count)) + text
    }
}
