import TerminalUI

/// The help in place of the panes, made of the key table: in columns, and in pages where one screen
/// does not hold it all.
enum Help {
    /// One line of the help.
    enum Line {
        case title(String)
        case keys(KeyBinding.HelpRow)
    }

    private static let gap = 3

    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let pages = pages(of: model)
        let number = min(model.helpPage, pages.count - 1)
        // Over everything: half a pane below would only look torn.
        frame.fill(area, character: " ", style: .plain)
        let isAlone = pages.count == 1
        frame.box(
            area,
            title: isAlone ? "Keys" : "Keys, page \(number + 1) of \(pages.count)",
            style: .borderFocused,
            titleStyle: .strong,
            footer: isAlone
                ? "any key goes back" : firstFitting(footers, in: area.width - 4)
        )
        let inner = area.inset()
        let columnWidth = inner.width / pages[number].count
        for (place, column) in pages[number].enumerated() {
            let x = inner.x + place * columnWidth
            let room = Rect(x: x, y: inner.y, width: columnWidth, height: inner.height)
            draw(column, into: &frame, area: room)
        }
    }

    private static let footers = ["↓ ↑ turn the pages, any other key goes back", "↓ more"]

    private static func draw(
        _ lines: [Line],
        into frame: inout CellBuffer,
        area: Rect
    ) {
        let labelWidth = labelWidth(lines)
        for (row, line) in lines.enumerated() where row < area.height {
            let (x, y) = (area.x + 1, area.y + row)
            switch line {
            case .title(let text): frame.write(text, x: x, y: y, style: .strong, in: area)
            case .keys(let keys):
                // Without colours only the indent tells keys from titles.
                frame.write(keys.label, x: x + 1, y: y, style: .key, in: area)
                let text = clipped(keys.help, to: max(0, area.width - labelWidth - 4))
                frame.write(text, x: x + labelWidth + 3, y: y, in: area)
            }
        }
    }

    // MARK: - Pages

    /// The help as it fits this screen: pages of columns of lines. There is at least one page.
    static func pages(of model: DashboardModel) -> [[[Line]]] {
        let body = Screen.body(of: model.size).inset()
        // Where only a few lines fit, titles would take their place.
        let lines = lines(of: model).filter { body.height > 3 || $0.row != nil }
        let columns = columns(of: lines, height: max(1, body.height))
        let perPage = max(1, body.width / max(1, columns.map(width).max() ?? 1))
        let pages = stride(from: 0, to: columns.count, by: perPage).map { start in
            Array(columns[start..<min(start + perPage, columns.count)])
        }
        return pages.isEmpty ? [[[]]] : pages
    }

    private static func lines(of model: DashboardModel) -> [Line] {
        KeyBinding.chapters(inReplay: model.player != nil).flatMap { chapter -> [Line] in
            let rows = chapter.rows.filter { !model.refuses($0.action) }
                .map { model.watch == nil ? $0 : $0.onWatcher }
            return rows.isEmpty ? [] : [.title(chapter.title)] + rows.map { .keys($0) }
        }
    }

    /// A chapter that fits into a column is not divided.
    private static func columns(of lines: [Line], height: Int) -> [[Line]] {
        var columns: [[Line]] = []
        var column: [Line] = []
        for (index, line) in lines.enumerated() {
            let rest = lines[index...].dropFirst().prefix { !$0.isTitle }.count + 1
            let needed = !line.isTitle ? 1 : rest <= height ? rest : min(2, height)
            if column.count + needed > height, !column.isEmpty {
                columns.append(column)
                column = []
            }
            column.append(line)
        }
        return column.isEmpty ? columns : columns + [column]
    }

    private static func width(_ column: [Line]) -> Int {
        labelWidth(column) + textWidth(column) + gap + 1
    }

    private static func labelWidth(_ lines: [Line]) -> Int {
        lines.compactMap { $0.row.map { displayWidth(of: $0.label) } }.max() ?? 0
    }

    private static func textWidth(_ lines: [Line]) -> Int {
        lines.compactMap { $0.row.map { displayWidth(of: $0.help) } }.max() ?? 0
    }
}

extension KeyBinding.HelpRow {
    /// What a watcher's screen says: its end is nobody else's.
    fileprivate var onWatcher: KeyBinding.HelpRow {
        guard action == .quit else { return self }
        return KeyBinding.HelpRow(label: label, help: "quit; the server goes on", action: action)
    }
}

extension Help.Line {
    fileprivate var isTitle: Bool {
        if case .title = self { true } else { false }
    }

    fileprivate var row: KeyBinding.HelpRow? {
        if case .keys(let row) = self { row } else { nil }
    }
}
