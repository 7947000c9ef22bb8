/// A horizontal bar that shows how full something is.
package enum Bar {
    /// The two parts of a bar, to be written one after the other.
    ///
    /// Rounded to whole cells, but honestly: a bar of two cells or more looks empty only at zero
    /// and full only at one.
    ///
    /// - Parameters:
    ///   - fraction: From 0 to 1; what lies outside counts as the nearer end.
    ///   - width: The number of cells; a negative one counts as zero.
    /// - Returns: As many `█` and `░` as there are cells, `width` together.
    package static func draw(fraction: Double, width: Int) -> (filled: String, empty: String) {
        let width = max(0, width)
        let fraction = fraction.isNaN ? 0 : min(max(fraction, 0), 1)
        var filled = Int((fraction * Double(width)).rounded())
        if width > 1 {
            if fraction > 0 { filled = max(filled, 1) }
            if fraction < 1 { filled = min(filled, width - 1) }
        }
        return (
            filled: String(repeating: "█", count: filled),
            empty: String(repeating: "░", count: width - filled)
        )
    }
}
