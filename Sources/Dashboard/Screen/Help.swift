import TerminalUI

/// The help over the panes, made of the key table.
enum Help {
    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let all = KeyBinding.helpRows(inReplay: model.player != nil)
        let rows = rows(of: all, height: area.height - 2)
        let labelWidth = rows.map { displayWidth(of: $0.label) }.max() ?? 0
        let textWidth = rows.map { displayWidth(of: $0.help) }.max() ?? 0
        // A sliver of a pane beside it would only look like a mistake.
        let wanted = labelWidth + textWidth + 6
        let width = wanted + 4 > area.width ? area.width : wanted
        let height = min(area.height, rows.count + 2)
        let box = Rect(
            x: area.x + (area.width - width) / 2,
            y: area.y + (area.height - height) / 2,
            width: width,
            height: height
        )
        frame.fill(box, character: " ", style: .plain)
        frame.box(
            box,
            title: "Keys",
            style: .borderFocused,
            titleStyle: .strong,
            footer: rows.count < all.count
                ? "more keys than fit; any key goes back" : "any key goes back"
        )
        let inner = box.inset()
        for (row, binding) in rows.enumerated() where row < inner.height {
            let y = inner.y + row
            frame.write(binding.label, x: inner.x + 1, y: y, style: .key, in: inner)
            frame.write(
                clipped(binding.help, to: max(0, inner.width - labelWidth - 4)),
                x: inner.x + labelWidth + 3,
                y: y,
                in: inner
            )
        }
    }

    /// All rows, or where there is no room for all the most important ones.
    private static func rows(
        of all: [KeyBinding.HelpRow],
        height: Int
    ) -> [KeyBinding.HelpRow] {
        guard height < all.count else { return all }
        let others = all.map(\.action).filter { !KeyBinding.importance.contains($0) }
        let kept = (KeyBinding.importance + others).prefix(max(0, height))
        return all.filter { kept.contains($0.action) }
    }
}
