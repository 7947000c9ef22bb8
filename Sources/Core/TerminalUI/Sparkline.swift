/// A history in one row: a small column for each value, the newest at the right.
package enum Sparkline {
    private static let levels: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// Draws the newest values that fit.
    ///
    /// Only zero is the lowest column, so that "empty" and "almost empty" differ; a column that has
    /// no value yet is a space.
    ///
    /// - Parameters:
    ///   - values: From 0 to 1, the oldest first.
    ///   - width: The number of cells; a negative one counts as zero.
    /// - Returns: Exactly `width` characters.
    package static func text(values: [Double], width: Int) -> String {
        let width = max(0, width)
        let shown = values.suffix(width)
        return String(repeating: " ", count: width - shown.count) + String(shown.map(column))
    }

    /// Draws the newest values that fit, in columns that are several rows high.
    ///
    /// - Returns: The rows, the highest first, each of exactly `width` characters.
    package static func rows(values: [Double], width: Int, height: Int) -> [String] {
        guard height > 1 else { return height == 1 ? [text(values: values, width: width)] : [] }
        let width = max(0, width)
        let shown = values.suffix(width)
        let blank = String(repeating: " ", count: width - shown.count)
        return (0..<height).reversed().map { level in
            blank
                + String(
                    shown.map { value in
                        let part = value * Double(height) - Double(level)
                        return part <= 0 && level > 0 ? " " : column(for: part)
                    }
                )
        }
    }

    private static func column(for value: Double) -> Character {
        guard value > 0 else { return levels[0] }
        let highest = levels.count - 1
        return levels[max(1, Int((min(value, 1) * Double(highest)).rounded(.up)))]
    }
}
