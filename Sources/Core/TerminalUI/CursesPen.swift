import CNcurses

/// Draws cells into ncurses' own picture of the screen, neighbours of the same style in one call.
struct CursesPen {
    private let window: UnsafeMutablePointer<WINDOW>
    private let brushes: [CursesBrush]
    /// The cells that were drawn and not yet been given to ncurses, all of one row and style.
    private var scalars: [wchar_t] = []
    private var style = Style.plain
    private var row: Int32 = 0
    private var columns = 0..<0

    init(window: UnsafeMutablePointer<WINDOW>, brushes: [CursesBrush]) {
        self.window = window
        self.brushes = brushes
    }

    /// Draws one cell of the frame; the right half of a wide character comes with the left one.
    ///
    /// `edge` is the column after the last one of the screen.
    mutating func draw(_ frame: CellBuffer, x: Int, y: Int, before edge: Int) {
        let cell = frame[x, y]
        guard !cell.isContinuation else { return }
        if x != columns.upperBound || cell.style != style || Int32(y) != row {
            lift()
            style = cell.style
            row = Int32(y)
            columns = x..<x
        }
        let isWide = x + 1 < frame.width && frame[x + 1, y].isContinuation
        append(cell.character, isWide: isWide, fits: !isWide || x + 1 < edge)
        columns = columns.lowerBound..<x + (isWide ? 2 : 1)
    }

    /// Gives what was drawn to ncurses.
    mutating func lift() {
        guard !scalars.isEmpty else { return }
        let brush = brushes[Int(style.rawValue)]
        wattr_set(window, brush.attributes, brush.pair, nil)
        mvwaddnwstr(window, row, Int32(columns.lowerBound), scalars, Int32(scalars.count))
        scalars.removeAll(keepingCapacity: true)
    }

    /// Adds one character, or one of the same width where that cannot be shown.
    ///
    /// What ncurses would draw with another width must not move the cells beside it; and of a wide
    /// character at the screen's edge there is room for a space only.
    private mutating func append(_ character: Character, isWide: Bool, fits: Bool) {
        let start = scalars.count
        scalars.append(contentsOf: character.unicodeScalars.lazy.map { wchar_t($0.value) })
        if fits, isPlain(scalars[start]) || sb_cells(scalars[start]) == (isWide ? 2 : 1) { return }
        scalars.removeSubrange(start...)
        let likeness: Unicode.Scalar = fits ? "?" : " "
        let count = fits && isWide ? 2 : 1
        scalars.append(contentsOf: repeatElement(wchar_t(likeness.value), count: count))
    }

    /// Whether the character takes one cell in every locale.
    private func isPlain(_ scalar: wchar_t) -> Bool {
        0x20..<0x7f ~= scalar
    }
}
