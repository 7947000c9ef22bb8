import Core
import TerminalUI

/// Who watches the server from other terminals, over the panes.
enum WatchersPanel {
    private static let columns = [("at", 9), ("frames", 9), ("stalled", 9)]

    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        frame.fill(area, character: " ", style: .plain)
        // One row alone is worth more than the columns' names.
        let lines = lines(model, width: area.width - 4, hasHeading: area.height > 3)
        let isCut = lines.count + 2 > area.height
        frame.box(
            area,
            title: "Watchers",
            style: .borderFocused,
            titleStyle: .strong,
            footer: isCut ? "more watch than fit; any key goes back" : "any key goes back"
        )
        let inner = area.inset()
        for (row, line) in lines.enumerated() where row < inner.height {
            frame.write(line.text, x: inner.x + 1, y: inner.y + row, style: line.style, in: inner)
        }
    }

    private static func lines(
        _ model: DashboardModel,
        width: Int,
        hasHeading: Bool
    ) -> [(text: String, style: Style)] {
        let rows = model.shown.watchers
        guard !rows.isEmpty else {
            let command = model.setup.join?.watchCommand ?? "signalbox watch HOST PORT"
            let text = "nobody watches; on another terminal: \(command)"
            return wrapped(text, to: width).map { ($0, .faint) }
        }
        let room = max(7, width - columns.reduce(0) { $0 + $1.1 })
        let isOneMailbox = rows.allSatisfy { $0.mailbox == Mailboxes.standardName }
        let first = isOneMailbox ? "address" : "address, mailbox"
        let heading = line(first, columns.map(\.0), room: room)
        return (hasHeading ? [(heading, .faint)] : [])
            + rows.map { row in
                let values = [
                    Span.clock(row.since), "\(row.sent)", "\(row.skipped)",
                ]
                let name = isOneMailbox ? row.address : "\(row.address) \(row.mailbox)"
                return (line(name, values, room: room), .plain)
            }
    }

    /// The first word on the left, the others under their columns.
    private static func line(_ first: String, _ others: [String], room: Int) -> String {
        let start = clipped(first, to: room)
        let padding = String(repeating: " ", count: max(0, room - displayWidth(of: start)))
        return zip(others, columns).reduce(start + padding) { text, value in
            let (word, width) = (value.0, value.1.1)
            return text + String(repeating: " ", count: max(1, width - word.utf8.count)) + word
        }
    }
}
