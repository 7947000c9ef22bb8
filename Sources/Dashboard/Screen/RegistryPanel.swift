import Core
import TerminalUI

/// Who offers which service, and for how long, over the panes.
enum RegistryPanel {
    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        frame.fill(area, character: " ", style: .plain)
        let inner = area.inset()
        let now = model.live.now
        let entries = model.registered.filter { $0.deadline.map { $0 > now } ?? true }
        // On the smallest screen the first entry says what it is all about.
        let headingRows = inner.height > 1 ? 1 : 0
        let columns = Columns(width: inner.width - 2)
        let lines = columns.isAddressBelow && inner.height > 2 ? 2 : 1
        let room = max(0, inner.height - headingRows) / lines
        frame.box(
            area,
            title: "Registry",
            style: .borderFocused,
            titleStyle: .strong,
            footer: entries.count > room
                ? "\(entries.count - room) more than fit; any key goes back" : "any key goes back"
        )
        guard !entries.isEmpty else {
            let text = "nobody is registered; only a server's own screen knows its registry"
            for (row, line) in wrapped(text, to: inner.width - 2).enumerated() {
                frame.write(line, x: inner.x + 1, y: inner.y + row, style: .faint, in: inner)
            }
            return
        }
        let headings = Row(
            name: "service",
            address: "address",
            registrar: "registered by",
            lease: "lease left"
        )
        if headingRows > 0 {
            columns.draw(headings, .faint, into: &frame, at: (inner.x + 1, inner.y), in: inner)
        }
        for (row, entry) in entries.prefix(room).enumerated() {
            let style: Style = entry.deadline == nil ? .strong : .plain
            let y = inner.y + headingRows + row * lines
            let row = Row(entry, now: now)
            columns.draw(row, style, into: &frame, at: (inner.x + 1, y), in: inner)
            guard lines > 1 else { continue }
            let address = clipped(row.address, to: max(0, inner.width - 4))
            frame.write(address, x: inner.x + 3, y: y + 1, style: style, in: inner)
        }
    }

    /// What a line says.
    fileprivate struct Row {
        let name: String
        let address: String
        let registrar: String
        let lease: String
    }

    /// Where each text of a line stands; what there is no room for has no width.
    private struct Columns {
        private let name: Int
        private let address: Int
        private let registrar: Int
        private let lease = 10

        /// Where the address has a line of its own, because beside the others there is no room.
        var isAddressBelow: Bool { address == 0 }

        private static let gap = 2
        /// The longest address of four numbers, with its port.
        private static let address = 21
        private static let registrar = 15
        private static let shortestName = 10

        init(width: Int) {
            let withLease = width - lease - Self.gap
            let least = Self.shortestName + Self.gap + Self.address
            let hasRegistrar = withLease >= least + Self.gap + Self.registrar
            registrar = hasRegistrar ? Self.registrar : 0
            let rest = withLease - (hasRegistrar ? Self.gap + Self.registrar : 0)
            address = rest >= least ? Self.address : 0
            name = max(0, rest - (address > 0 ? Self.gap + address : 0))
        }

        func draw(
            _ row: Row,
            _ style: Style,
            into frame: inout CellBuffer,
            at place: (x: Int, y: Int),
            in area: Rect
        ) {
            var x = place.x
            let texts = [
                (row.name, name), (row.address, address), (row.registrar, registrar),
                (row.lease, lease),
            ]
            for (text, width) in texts where width > 0 {
                frame.write(clipped(text, to: width), x: x, y: place.y, style: style, in: area)
                x += width + Self.gap
            }
        }
    }
}

extension RegistryPanel.Row {
    fileprivate init(_ entry: Registry.Entry, now: Microseconds) {
        self.init(
            name: entry.name,
            address: "\(entry.address)",
            registrar: entry.registrar,
            lease: Self.lease(entry.deadline.map { $0 - now })
        )
    }

    /// In whole seconds, long times in minutes: nobody waits for the last digit.
    private static func lease(_ left: Microseconds?) -> String {
        guard let left else { return "for ever" }
        let seconds = (left.count + 999_999) / 1_000_000
        return seconds < 120 ? "\(seconds) s" : "\(seconds / 60) min"
    }
}
