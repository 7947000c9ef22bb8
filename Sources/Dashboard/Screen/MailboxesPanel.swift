import Core
import TerminalUI

/// The mailboxes over the panes: a line each, and below by what messages for the selected one can be
/// addressed.
enum MailboxesPanel {
    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        frame.fill(area, character: " ", style: .plain)
        frame.box(
            area,
            title: "Mailboxes",
            style: .borderFocused,
            titleStyle: .strong,
            footer: firstFitting(footers, in: area.width - 4)
        )
        let inner = area.inset()
        let list = model.mailboxes
        let destinations = destinations(of: list.selected)
        // The list matters more; but what is selected is told as far as there is room.
        let below = min(destinations.count + 1, max(0, inner.height - min(list.rows.count + 1, 4)))
        let (heading, rest) = inner.splitTop(inner.height > 2 ? 1 : 0)
        let (rows, foot) = rest.splitBottom(rest.height > 3 ? below : 0)
        let columns = Columns(list, width: inner.width)
        frame.write(columns.heading, x: heading.x, y: heading.y, style: .label, in: heading)
        draw(list, columns, into: &frame, area: rows)
        for (row, line) in destinations.enumerated() where row + 1 < foot.height {
            frame.write(line, x: foot.x + 1, y: foot.y + row + 1, style: .plain, in: foot)
        }
    }

    private static let footers = [
        "↓ ↑ select, enter shows it, any other key goes back", "↓ ↑ select, enter shows it",
        "enter shows it", "",
    ]

    private static func draw(
        _ list: MailboxList,
        _ columns: Columns,
        into frame: inout CellBuffer,
        area: Rect
    ) {
        guard area.height > 0 else { return }
        let first = max(0, min(list.cursor, list.rows.count - 1) - area.height + 1)
        for (line, row) in list.rows[first...].prefix(area.height).enumerated() {
            let number = first + line
            let style: Style = number == list.cursor ? .selected : .plain
            let y = area.y + line
            if number == list.cursor {
                let line = Rect(x: area.x, y: y, width: area.width, height: 1)
                frame.fill(line, character: " ", style: style)
            }
            // Without colours only the mark tells which one is selected.
            let mark = number == list.cursor ? ">" : " "
            let text = mark + columns.text(row, isShown: number == list.shown)
            let x = frame.write(text, x: area.x, y: y, style: style, in: area)
            guard columns.barWidth > 0 else { continue }
            let fraction = Double(row.counts.depth) / Double(max(1, row.counts.capacity))
            let bar = Bar.draw(fraction: fraction, width: columns.barWidth)
            let end = frame.write(bar.filled, x: x + 1, y: y, style: .bar, in: area)
            frame.write(bar.empty, x: end, y: y, style: .barEmpty, in: area)
        }
    }

    private static func destinations(of mailbox: MailboxList.Row?) -> [String] {
        guard let mailbox, !mailbox.destinations.isEmpty else { return [] }
        let kinds = Destination.Kind.allCases.compactMap { kind in
            let texts = mailbox.destinations.filter { $0.kind == kind }.map(\.text)
            return texts.isEmpty ? nil : (kind, texts)
        }
        return ["Messages reach \(mailbox.name) by"]
            + kinds.flatMap { kind, texts in
                texts.enumerated().map { number, text in
                    (number == 0 ? padded("\(kind)", to: 9) : padded("", to: 9)) + text
                }
            }
    }

    fileprivate static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - displayWidth(of: text)))
    }

    fileprivate static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - displayWidth(of: text))) + text
    }
}

/// How wide the columns are; those that matter least are left out first.
private struct Columns {
    let nameWidth: Int
    let barWidth: Int
    /// A column that is left out has no width.
    private let widths: [Int]

    private static let titles = ["depth", "empty", "full", "put", "taken", "waiting"]
    private static let usualWidths = [8, 6, 6, 9, 9, 14]
    /// What is empty and full can be told from the depth.
    private static let importance = [0, 5, 3, 4, 1, 2]

    init(_ list: MailboxList, width: Int) {
        let longest = list.rows.map { displayWidth(of: $0.name) }.max() ?? 0
        nameWidth = max(min(longest + 1, width / 3), min(8, width))
        var room = width - nameWidth - 2
        let isWide = room >= Self.usualWidths.reduce(0, +)
        let cells = list.rows.map(Self.cells) + [Self.titles]
        var widths = Self.titles.map { _ in 0 }
        for column in Self.importance {
            let needed = (cells.map { displayWidth(of: $0[column]) }.max() ?? 0) + 1
            let wanted = isWide ? Self.usualWidths[column] : needed
            guard room >= wanted else { break }
            widths[column] = wanted
            room -= wanted
        }
        self.widths = widths
        barWidth = isWide && room > 4 ? min(room - 2, 20) : 0
    }

    var heading: String {
        " " + MailboxesPanel.padded("name", to: nameWidth + 1) + line(Self.titles)
    }

    func text(_ row: MailboxList.Row, isShown: Bool) -> String {
        let name = clipped(row.name, to: nameWidth - (isShown ? 1 : 0))
        return MailboxesPanel.padded(name + (isShown ? "*" : ""), to: nameWidth + 1)
            + line(Self.cells(row))
    }

    private static func cells(_ row: MailboxList.Row) -> [String] {
        let counts = row.counts
        let waits = [(counts.waitingPut, "put"), (counts.waitingTake, "take")]
            .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        let waiting = row.isPaused ? "PAUSED" : waits.joined(separator: ", ")
        return [
            "\(counts.depth)/\(counts.capacity)", "\(counts.empty)", "\(counts.full)",
            "\(counts.produced)", "\(counts.consumed)", waiting.isEmpty ? "-" : waiting,
        ]
    }

    private func line(_ cells: [String]) -> String {
        zip(cells, widths).filter { $0.1 > 0 }.map { MailboxesPanel.right($0, $1) }.joined()
    }
}
