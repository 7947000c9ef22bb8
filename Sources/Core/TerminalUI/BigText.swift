/// Letters and digits of five rows, to be read from the last row of a lecture hall.
///
/// A dot of a letter is a block of cells; how large, the caller chooses.
package enum BigText {
    /// In dots.
    package static let height = 5

    /// How many cells a dot takes.
    package struct Scale: Equatable, Sendable {
        package let columns: Int
        package let rows: Int

        package init(columns: Int, rows: Int) {
            self.columns = columns
            self.rows = rows
        }

        /// From the largest to the smallest; a cell is about twice as high as it is wide.
        package static let all = [
            Scale(columns: 6, rows: 3), Scale(columns: 4, rows: 2), Scale(columns: 3, rows: 2),
            Scale(columns: 2, rows: 1), Scale(columns: 1, rows: 1),
        ]
    }

    /// How wide the text is in dots, with one between two letters.
    package static func width(of text: String) -> Int {
        glyphs(text).reduce(-1) { $0 + $1[0].count + 1 }
    }

    /// The text's dots, `height` rows of the same length: whether each is set.
    package static func rows(of text: String) -> [[Bool]] {
        let glyphs = glyphs(text)
        return (0..<height).map { row in
            Array(glyphs.map { $0[row].map { $0 == "#" } }.joined(separator: [false]))
        }
    }

    /// What has no letter of its own is shown as a small square.
    private static func glyphs(_ text: String) -> [[String]] {
        text.uppercased().map { letters[$0] ?? ["   ", "###", "# #", "###", "   "] }
    }
}

extension CellBuffer {
    /// Writes a text in big letters.
    ///
    /// - Parameters:
    ///   - text: Letters, digits, a few signs.
    ///   - x: The column of the left edge.
    ///   - y: The row of the upper edge.
    ///   - scale: How many cells a dot takes.
    ///   - style: What the text means.
    ///   - clip: The area outside which nothing is drawn.
    package mutating func writeBig(
        _ text: String,
        x: Int,
        y: Int,
        scale: BigText.Scale,
        style: Style,
        in clip: Rect
    ) {
        for (row, dots) in BigText.rows(of: text).enumerated() {
            for (column, isSet) in dots.enumerated() where isSet {
                let dot = Rect(
                    x: x + column * scale.columns,
                    y: y + row * scale.rows,
                    width: scale.columns,
                    height: scale.rows
                )
                fill(dot.intersection(clip), character: "█", style: style)
            }
        }
    }
}
