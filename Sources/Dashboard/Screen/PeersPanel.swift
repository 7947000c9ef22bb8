import Core
import TerminalUI

/// The addresses over the panes: who sends from where, a line each, and below what was refused to the
/// selected one.
enum PeersPanel {
    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let (list, inner) = (model.peers, area.inset())
        frame.fill(area, character: " ", style: .plain)
        frame.box(
            area,
            title: firstFitting(titles(model.shown.refusedLately), in: area.width - 4),
            style: .borderFocused,
            titleStyle: .strong,
            footer: firstFitting(footers, in: area.width - 4)
        )
        guard !list.rows.isEmpty else {
            let text =
                model.setup.hasRoom
                ? "nobody is connected, and nothing was refused to anybody"
                : "nobody sends over the network here"
            frame.write(text, x: inner.x + 1, y: inner.y, style: .faint, in: inner)
            return
        }
        // The list matters more; but what was refused is told as far as there is room.
        let wanted = (list.selected?.refusals.count ?? 0) + 3
        let below = min(wanted, max(0, inner.height - min(list.rows.count + 1, 8)))
        let (heading, rest) = inner.splitTop(inner.height > 2 ? 1 : 0)
        let (rows, foot) = rest.splitBottom(rest.height > 4 ? below : 0)
        let columns = Columns(model, width: inner.width, hasHeading: heading.height > 0)
        frame.write(columns.heading, x: heading.x, y: heading.y, style: .label, in: heading)
        drawRows(of: model, columns, into: &frame, area: rows)
        guard foot.height > 2, let selected = list.selected else { return }
        let (title, refusals) = foot.splitTop(2)
        let text = "Refused to \(selected.address.networkText)"
        frame.write(text, x: title.x + 1, y: title.y + 1, style: .label, in: title)
        let now = model.shown.now
        RefusalRows.draw(selected.refusals, now: now, into: &frame, area: refusals)
    }

    private static func titles(_ count: Int) -> [String] {
        ["Who sends: \(count) refused within the last minute", "\(count) refused/min"]
    }

    private static let footers = [
        "↓ ↑ select, u mutes the address, K kicks it out, other keys go back",
        "↓ ↑ select, u mutes, K kicks out", "u mutes, K kicks", "",
    ]

    private static func drawRows(
        of model: DashboardModel,
        _ columns: Columns,
        into frame: inout CellBuffer,
        area: Rect
    ) {
        guard area.height > 0 else { return }
        let (list, place) = (model.peers, model.peers.place)
        let first = max(0, min(place ?? 0, list.rows.count - 1) - area.height + 1)
        for (line, row) in list.rows[first...].prefix(area.height).enumerated() {
            let isSelected = first + line == place
            let style: Style = isSelected ? .selected : row.isMuted ? .alarm : .plain
            let y = area.y + line
            if isSelected {
                let whole = Rect(x: area.x, y: y, width: area.width, height: 1)
                frame.fill(whole, character: " ", style: style)
            }
            // Without colours only the mark tells which one is selected.
            let text = (isSelected ? ">" : " ") + columns.line(row, model)
            frame.write(text, x: area.x, y: y, style: style, in: area)
        }
    }

    /// What a column says and how much room it may have.
    private struct Column {
        let title: String
        let most: Int
        /// With less room than that a text is left out; a number is never cut.
        var least = 12
        var isNumber = false
        /// Room for the columns behind it, which it would else take for itself.
        var left = 0
    }

    /// How wide the columns are; those that matter least are left out first.
    private struct Columns {
        private let widths: [Int]

        private static let all = [
            Column(title: "address", most: 40, left: 9),
            Column(title: "refused", most: 9, isNumber: true),
            Column(title: "last", most: 44, left: 24),
            Column(title: "conn.", most: 5, isNumber: true),
            Column(title: "sends for", most: 30),
        ]

        init(_ model: DashboardModel, width: Int, hasHeading: Bool) {
            let cells = model.peers.rows.map { Self.cells($0, model) }
            var room = width - 1
            widths = Self.all.enumerated().map { place, column in
                let title = hasHeading ? displayWidth(of: column.title) : 0
                let widest = cells.map { displayWidth(of: $0[place]) }.max() ?? 0
                let wanted = min(max(title, widest), column.most)
                let least = column.isNumber ? wanted : min(wanted, column.least)
                let given = min(wanted, max(least, room - column.left), room)
                // Without its address a row would mean nobody.
                guard given >= least || place == 0 else { return 0 }
                room = max(0, room - given - 1)
                return given
            }
        }

        var heading: String { " " + line(Self.all.map(\.title)) }

        func line(_ row: PeerRow, _ model: DashboardModel) -> String {
            line(Self.cells(row, model))
        }

        private static func cells(_ row: PeerRow, _ model: DashboardModel) -> [String] {
            let latest = row.refusals.first.map {
                "\(Span.coarse(model.shown.now - $0.last)) ago: \($0.reason)"
            }
            let names = row.devices.map(model.setup.nameOfDevice).joined(separator: ", ")
            let isMore = row.deviceCount > row.devices.count
            return [
                row.address.networkText, row.refusalCount > 0 ? "\(row.refusalCount)" : "-",
                // In words, because there may be no colour.
                row.isMuted ? "MUTED" : latest ?? "-",
                row.connections > 0 ? "\(row.connections)" : "-",
                // How many comes first, because names may be cut.
                isMore ? "\(row.deviceCount): \(names), …" : names,
            ]
        }

        /// Numbers stand to the right of their column.
        private func line(_ cells: [String]) -> String {
            cells.indices.filter { widths[$0] > 0 }.map { column -> String in
                let text = clipped(cells[column], to: widths[column])
                let space = String(
                    repeating: " ",
                    count: max(0, widths[column] - displayWidth(of: text))
                )
                return Self.all[column].isNumber ? space + text : text + space
            }.joined(separator: " ")
        }
    }
}
