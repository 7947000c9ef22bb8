extension CellBuffer {
    /// Draws a frame along the inside of an area: `┌ Title ───┐`, and below `└ footer ───┘`.
    ///
    /// The texts are cut to leave the corners. An area one row high shows only its upper edge, one
    /// column wide only a vertical line.
    package mutating func box(
        _ area: Rect,
        title: String,
        style: Style = .border,
        titleStyle: Style = .title,
        footer: String = "",
        footerStyle: Style = .value
    ) {
        guard !area.isEmpty else { return }
        guard area.width > 1 else {
            for y in area.y..<area.maxY { write("│", x: area.x, y: y, style: style) }
            return
        }
        let inner = String(repeating: "─", count: area.width - 2)
        write("┌" + inner + "┐", x: area.x, y: area.y, style: style)
        caption(title, of: area, y: area.y, style: titleStyle)
        guard area.height > 1 else { return }
        let bottom = area.maxY - 1
        for y in area.y + 1..<bottom {
            write("│", x: area.x, y: y, style: style)
            write("│", x: area.maxX - 1, y: y, style: style)
        }
        write("└" + inner + "┘", x: area.x, y: bottom, style: style)
        caption(footer, of: area, y: bottom, style: footerStyle)
    }

    /// Writes ` text ` into an edge of a box, when there is room for more than the two spaces.
    private mutating func caption(_ text: String, of area: Rect, y: Int, style: Style) {
        let room = area.width - 4
        guard !text.isEmpty, room > 0 else { return }
        write(" " + clipped(text, to: room) + " ", x: area.x + 1, y: y, style: style)
    }
}
