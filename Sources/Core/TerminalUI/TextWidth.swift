/// The number of cells that the text takes on the screen.
///
/// The same rules as ``CellBuffer/write(_:x:y:style:width:in:)``: a control character takes one
/// cell, because it is shown as U+FFFD.
///
/// - Complexity: O(n) for n scalars.
package func displayWidth(of text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + CellWidth.of($1).cells }
}

/// The text, or its beginning and `…` when it takes more than `width` cells.
package func clipped(_ text: String, to width: Int) -> String {
    guard width > 0 else { return "" }
    // No scalar takes less than a byte a cell.
    guard text.utf8.count > width, displayWidth(of: text) > width else { return text }
    var kept = String.UnicodeScalarView()
    var used = 0
    for scalar in text.unicodeScalars {
        let cells = CellWidth.of(scalar).cells
        if used + cells > width - 1 { break }
        kept.append(scalar)
        used += cells
    }
    return String(kept) + "…"
}
