import Core
import TerminalUI

/// The table by which policies are compared: a row each, times in seconds.
enum ScheduleTable {
    static let columns = ["response", "waiting", "turnaround", "makespan"]
    private static let nameWidth = 14
    private static let columnWidth = 12

    /// The line above the rows.
    static let heading = line("mean, seconds", columns)

    /// One policy's row.
    ///
    /// - Parameters:
    ///   - name: Such as `rr:2`.
    ///   - means: Without a job there is nothing to say.
    /// - Returns: At most 62 columns.
    static func row(_ name: String, _ means: ScheduleMeans?) -> String {
        guard let means else { return line(name, ["no job", "", "", ""]) }
        let times = [means.response, means.waiting, means.turnaround, means.makespan]
        return line(name, times.map(decimal))
    }

    /// Seconds with two decimals, such as `5.67`.
    static func decimal(_ seconds: Double) -> String {
        let hundredths = Int((min(max(seconds, 0), 1e12) * 100).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100)." + (rest < 10 ? "0" : "") + "\(rest)"
    }

    private static func line(_ name: String, _ cells: [String]) -> String {
        let label = clipped(name, to: nameWidth)
        let gap = String(repeating: " ", count: max(0, nameWidth - displayWidth(of: label)))
        return label + gap + cells.map(right).joined()
    }

    private static func right(_ text: String) -> String {
        String(repeating: " ", count: max(1, columnWidth - text.count)) + text
    }
}
