import TerminalUI

/// The help over the panes, made of the key table.
enum Help {
    static func draw(into frame: inout CellBuffer, area: Rect) {
        let rows = KeyBinding.all.map { ($0.label, $0.help) }
        let labelWidth = rows.map { displayWidth(of: $0.0) }.max() ?? 0
        let textWidth = rows.map { displayWidth(of: $0.1) }.max() ?? 0
        let width = min(area.width, labelWidth + textWidth + 6)
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
            footer: "any key goes back"
        )
        let inner = box.inset()
        for (row, (label, help)) in rows.enumerated() where row < inner.height {
            let y = inner.y + row
            frame.write(label, x: inner.x + 1, y: y, style: .key, in: inner)
            frame.write(
                clipped(help, to: max(0, inner.width - labelWidth - 3)),
                x: inner.x + labelWidth + 3,
                y: y,
                in: inner
            )
        }
    }
}
