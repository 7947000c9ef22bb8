/// A picture of the screen: rows of cells that panes draw into and tests read.
///
/// Drawing outside the buffer is cut, never an error. A wide character is never split: where only
/// half of one would remain, there is a space.
package struct CellBuffer: Equatable, Sendable {
    package let width: Int
    package let height: Int
    var cells: [Cell]

    /// Marks beyond this number are dropped from a cell: ncurses keeps five scalars.
    private static let marksPerCell = 4
    private static let replacement: Unicode.Scalar = "\u{fffd}"

    /// A buffer of spaces; a negative size counts as zero.
    package init(width: Int, height: Int) {
        self.width = max(0, width)
        self.height = max(0, height)
        cells = Array(repeating: Cell(), count: self.width * self.height)
    }

    /// The whole buffer.
    package var bounds: Rect { Rect(x: 0, y: 0, width: width, height: height) }

    /// The cell in column `x` of row `y`, both counted from zero.
    package subscript(x: Int, y: Int) -> Cell {
        precondition(
            (0..<width).contains(x) && (0..<height).contains(y),
            "cell \(x),\(y) is outside a buffer of \(width)×\(height)"
        )
        return cells[y * width + x]
    }

    /// Writes one line of text.
    ///
    /// Control characters, and those that reverse the writing direction, become U+FFFD: text from
    /// the network cannot move anything on the screen.
    ///
    /// - Parameters:
    ///   - text: What to write; a line break in it is a control character as well.
    ///   - x: The column of the first character; to the left of the buffer is allowed.
    ///   - y: The row.
    ///   - style: What the text means.
    ///   - width: The number of cells that the text may take.
    ///   - clip: The area outside which nothing is drawn.
    /// - Returns: The column after the last cell taken, whether that cell was visible or not. Text
    ///   that is cut at the right ends at the cut.
    /// - Complexity: O(n) for n scalars.
    @discardableResult
    package mutating func write(
        _ text: String,
        x: Int,
        y: Int,
        style: Style = .plain,
        width: Int = .max,
        in clip: Rect? = nil
    ) -> Int {
        let area = clip.map(bounds.intersection) ?? bounds
        let (sum, overflow) = x.addingReportingOverflow(max(0, width))
        let end = min(overflow ? .max : sum, area.maxX)
        let visible = area.y <= y && y < area.maxY
        var column = x
        var marks = 0
        for scalar in text.unicodeScalars {
            let kind = CellWidth.of(scalar)
            switch kind {
            case .nothing:
                continue
            case .mark where column > x:
                marks += 1
                let shown = visible && column - 1 >= area.x && marks <= CellBuffer.marksPerCell
                if shown { attach(scalar, before: column, y: y) }
            case .narrow, .wide, .replaced, .mark:
                let taken = max(1, kind.cells)
                guard column + taken <= end else { return column }
                marks = 0
                if visible && column + taken > area.x {
                    let drawn = kind == .narrow || kind == .wide ? scalar : CellBuffer.replacement
                    place(drawn, cells: taken, x: column, y: y, style: style, from: area.x)
                }
                column += taken
            }
        }
        return column
    }

    /// Writes the text so that it ends at the right edge of `width` cells beginning at `x`.
    ///
    /// Text that is too long begins at `x` and is cut at the right.
    /// - Returns: The column after the last cell taken.
    @discardableResult
    package mutating func writeRight(
        _ text: String,
        x: Int,
        y: Int,
        style: Style = .plain,
        width: Int,
        in clip: Rect? = nil
    ) -> Int {
        let start = x + max(0, width - displayWidth(of: text))
        return write(text, x: start, y: y, style: style, width: x + width - start, in: clip)
    }

    /// Fills an area with one character; a character that does not take one cell becomes U+FFFD.
    package mutating func fill(
        _ area: Rect,
        character: Character = " ",
        style: Style = .plain
    ) {
        let fits = displayWidth(of: String(character)) == 1 && !character.isNewline
        let cell = Cell(
            character: fits ? character : Character(CellBuffer.replacement),
            style: style
        )
        let area = bounds.intersection(area)
        for y in area.y..<area.maxY where !area.isEmpty {
            clear(area.x..<area.maxX, y: y)
            for x in area.x..<area.maxX { cells[y * width + x] = cell }
        }
    }

    /// Changes the meaning of an area and leaves its characters.
    package mutating func restyle(_ area: Rect, _ style: Style) {
        let area = bounds.intersection(area)
        for y in area.y..<area.maxY where !area.isEmpty {
            for x in area.x..<area.maxX { cells[y * width + x].style = style }
        }
    }

    /// Puts a character into cells that are free to be overwritten.
    ///
    /// A wide character of which only the right half is at or after `first` leaves a space there.
    private mutating func place(
        _ scalar: Unicode.Scalar,
        cells count: Int,
        x: Int,
        y: Int,
        style: Style,
        from first: Int
    ) {
        clear(max(x, first)..<x + count, y: y)
        let row = y * width
        guard x >= first else {
            cells[row + x + count - 1] = Cell(style: style)
            return
        }
        cells[row + x] = Cell(character: Character(scalar), style: style)
        for right in x + 1..<x + count {
            cells[row + right] = Cell(character: Cell.continuation, style: style)
        }
    }

    /// Adds a combining mark to the character that ends before a column.
    private mutating func attach(_ mark: Unicode.Scalar, before column: Int, y: Int) {
        var index = y * width + column - 1
        if cells[index].isContinuation && column > 1 { index -= 1 }
        var scalars = String.UnicodeScalarView(cells[index].character.unicodeScalars)
        scalars.append(mark)
        // Two scalars that Unicode does not join are not one character: the mark is dropped.
        let joined = String(scalars)
        if joined.count == 1 { cells[index].character = Character(joined) }
    }

    /// Blanks the other half of the wide characters that are cut by overwriting the columns.
    private mutating func clear(_ columns: Range<Int>, y: Int) {
        let row = y * width
        if columns.lowerBound > 0, cells[row + columns.lowerBound].isContinuation {
            cells[row + columns.lowerBound - 1].character = " "
        }
        if columns.upperBound < width, cells[row + columns.upperBound].isContinuation {
            cells[row + columns.upperBound].character = " "
        }
    }
}
