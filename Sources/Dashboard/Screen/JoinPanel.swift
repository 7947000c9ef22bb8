import Core
import TerminalUI

/// Where to send jobs to, over the panes, in letters that are read from the last row.
enum JoinPanel {
    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        frame.fill(area, character: " ", style: .plain)
        frame.box(
            area,
            title: "Join",
            style: .borderFocused,
            titleStyle: .strong,
            footer: "any key goes back"
        )
        let inner = area.inset()
        guard let join = model.setup.join else {
            return drawClosed(model, into: &frame, area: inner)
        }
        draw(join, into: &frame, area: inner)
    }

    private static func draw(_ join: JoinLine, into frame: inout CellBuffer, area: Rect) {
        let isBig = scale(of: join.hosts[0], join, in: area) != nil
        let sentence = join.needsToken ? "send with signalbox-device to" : "send name:seconds to"
        let inOneLine = join.titles.first { displayWidth(of: $0) <= area.width - 2 }
        frame.write(
            isBig
                ? sentence
                : inOneLine ?? clipped(join.titles.last ?? "", to: max(0, area.width - 2)),
            x: area.x + 1,
            y: area.y,
            style: .strong,
            in: area
        )
        var y = area.y + 2
        for word in [join.hosts[0], "\(join.port)"] {
            guard let scale = scale(of: word, join, in: area) else { break }
            frame.writeBig(word, x: area.x + 1, y: y, scale: scale, style: .value, in: area)
            y += BigText.height * scale.rows + 1
        }
        if y == area.y + 2 { y = area.y + 1 }
        for line in join.commands.flatMap({ wrapped($0, to: area.width - 2) }) {
            frame.write(line, x: area.x + 1, y: y, style: .plain, in: area)
            y += 1
        }
    }

    /// The largest with which the word fits, and beneath both words a line; `nil` where none does.
    private static func scale(of word: String, _ join: JoinLine, in area: Rect) -> BigText.Scale? {
        let widest = max(BigText.width(of: join.hosts[0]), BigText.width(of: word))
        return BigText.Scale.all.first {
            widest * $0.columns <= area.width - 2
                && 2 * (BigText.height * $0.rows + 1) + 3 <= area.height
        }
    }

    private static func drawClosed(
        _ model: DashboardModel,
        into frame: inout CellBuffer,
        area: Rect
    ) {
        var lines = ["Only programs on this machine can send jobs to this server."]
        if let netcat = model.setup.netcat { lines.append("echo anna:3 | \(netcat)") }
        lines.append("To let others in: signalbox serve 0.0.0.0 --open")
        for (row, line) in lines.flatMap({ wrapped($0, to: area.width - 2) }).enumerated() {
            frame.write(line, x: area.x + 1, y: area.y + row, style: .plain, in: area)
        }
    }
}
