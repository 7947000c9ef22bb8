import Core
import TerminalUI

/// The servers of a group, as their events tell: a line each. What is drawn is a function of this.
struct GroupScreen {
    /// Such as `group default on lo`.
    let source: String
    let interface: String
    var members: [GroupMembers.Member] = []
    var now = Microseconds.zero
    var selected = 0
    var notice: String?
    /// What would show servers of other groups.
    var hints: [String] = []
    var size: (width: Int, height: Int)

    /// What a key leads to, beside another selection.
    enum Outcome: Equatable {
        case nothing
        case quit
        /// Follow the server at this address.
        case watch(String)
    }

    init(source: String, interface: String, size: (width: Int, height: Int)) {
        self.source = source
        self.interface = interface
        self.size = size
    }

    /// Where the selected server can be followed.
    private var address: String? {
        guard members.indices.contains(selected) else { return nil }
        return members[selected].heartbeat?["at"] ?? members[selected].sender
    }

    mutating func press(_ key: Key) -> Outcome {
        notice = nil
        let last = max(0, members.count - 1)
        switch key {
        case .down, .character("j"): selected = min(selected + 1, last)
        case .up, .character("k"): selected = max(0, min(selected, last) - 1)
        case .character("q"): return .quit
        case .enter:
            if let address { return .watch(address) }
            notice = "there is no server to follow yet"
        default: notice = "enter follows the selected server, q ends"
        }
        return .nothing
    }

    mutating func show(_ members: [GroupMembers.Member], at now: Microseconds) {
        (self.members, self.now) = (members, now)
        selected = max(0, min(selected, members.count - 1))
    }

    // MARK: - Drawing

    func draw() -> CellBuffer {
        var frame = CellBuffer(width: size.width, height: size.height)
        let (title, rest) = frame.bounds.splitTop(1)
        let (body, keys) = rest.splitBottom(rest.height > 2 ? 1 : 0)
        drawTitle(&frame, title)
        if members.isEmpty { drawNobody(&frame, body) } else { drawList(&frame, body) }
        let text = notice ?? "enter follow   ↑ ↓ select   q quit"
        frame.write(clipped(text, to: max(0, keys.width - 1)), x: 1, y: keys.y, in: keys)
        return frame
    }

    private func drawTitle(_ frame: inout CellBuffer, _ area: Rect) {
        let here = members.count { $0.state == .here }
        let count = here == 1 ? "1 server" : "\(here) servers"
        frame.fill(area, character: " ", style: .title)
        frame.write(
            clipped(" signalbox  \(source)  \(count)", to: area.width),
            x: area.x,
            y: area.y,
            style: .title,
            in: area
        )
    }

    private func drawNobody(_ frame: inout CellBuffer, _ area: Rect) {
        let advice = [
            "A server tells its group: signalbox serve --group \(interface)",
            "Any server can be followed: signalbox watch HOST PORT",
        ]
        let texts = ["Nobody has been heard on \(interface) yet."] + hints.prefix(3) + advice
        let lines = texts.flatMap { wrapped($0, to: max(1, area.width - 2)) }
        for (row, line) in lines.enumerated() where row < area.height {
            frame.write(line, x: area.x + 1, y: area.y + row, in: area)
        }
    }

    private static let heading = Row(
        server: "server",
        bar: ("buffer", ""),
        depth: "",
        counts: "put   taken",
        last: "last",
        state: ""
    )

    private func drawList(_ frame: inout CellBuffer, _ area: Rect) {
        let hasHeading = area.height > 1
        if hasHeading {
            Self.heading.draw(&frame, area.splitTop(1).top, style: .faint)
        }
        let rows = hasHeading ? area.splitTop(1).rest : area
        let first = max(0, selected - max(0, rows.height - 1))
        for (line, member) in members.dropFirst(first).prefix(rows.height).enumerated() {
            let place = Rect(x: rows.x, y: rows.y + line, width: rows.width, height: 1)
            let style: Style =
                first + line == selected ? .selected : member.state == .here ? .plain : .faint
            Row(member, now).draw(&frame, place, style: style)
        }
    }

    /// One line, in columns; what has no room is left out from the right.
    private struct Row {
        let server: String
        let bar: (filled: String, empty: String)
        let depth: String
        let counts: String
        let last: String
        let state: String

        init(
            server: String,
            bar: (filled: String, empty: String),
            depth: String,
            counts: String,
            last: String,
            state: String
        ) {
            self.server = server
            self.bar = bar
            self.depth = depth
            self.counts = counts
            self.last = last
            self.state = state
        }

        init(_ member: GroupMembers.Member, _ now: Microseconds) {
            func number(_ key: String) -> UInt64? {
                (member.last[key] ?? member.heartbeat?[key]).flatMap { UInt64($0) }
            }
            func text(_ key: String) -> String { number(key).map { "\($0)" } ?? "-" }
            let (depth, capacity) = (number("depth") ?? 0, number("capacity") ?? 0)
            self.init(
                server: member.heartbeat?["at"] ?? member.sender,
                bar: Bar.draw(
                    fraction: capacity == 0 ? 0 : Double(depth) / Double(capacity),
                    width: 8
                ),
                depth: "\(text("depth"))/\(text("capacity"))",
                counts: GroupScreen.right(text("put"), 7) + GroupScreen.right(text("taken"), 8),
                last: "\(member.last.name)",
                state: GroupScreen.state(of: member, now)
            )
        }

        func draw(_ frame: inout CellBuffer, _ area: Rect, style: Style) {
            frame.fill(area, character: " ", style: style)
            let columns = [
                (server, 22), (bar.filled + bar.empty, 9), (GroupScreen.right(depth, 8), 9),
                (GroupScreen.right(counts, 15), 16), (last, 10), (state, 40),
            ]
            var x = area.x + 1
            for (text, width) in columns where x < area.maxX {
                frame.write(clipped(text, to: width - 1), x: x, y: area.y, style: style, in: area)
                x += width
            }
        }
    }

    fileprivate static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }

    fileprivate static func state(
        of member: GroupMembers.Member,
        _ now: Microseconds
    ) -> String {
        let silent = (now - member.lastHeard).count / 1_000_000
        let word =
            switch member.state {
            case .here: silent < 6 ? "" : "silent \(silent) s"
            case .left: "ended"
            case .gone: "gone"
            }
        let parts = [
            word, member.lost > 0 ? "\(member.lost) lost" : "",
            member.restarts > 0 ? "restarted \(member.restarts)" : "",
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: ", ")
    }
}
