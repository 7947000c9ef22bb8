import Core
import TerminalUI

/// What a watcher's screen shows before the server has said anything.
enum WatchPage {
    static func draw(_ watch: WatchView, into frame: inout CellBuffer, area: Rect) {
        frame.fill(area, character: " ", style: .plain)
        frame.box(area, title: "Watch", style: .borderFocused, titleStyle: .strong)
        let inner = area.inset()
        var row = inner.y
        for (text, style) in lines(watch) {
            for line in wrapped(text, to: max(1, inner.width - 2)) where row < inner.maxY {
                frame.write(line, x: inner.x + 1, y: row, style: style, in: inner)
                row += 1
            }
        }
    }

    private static func lines(_ watch: WatchView) -> [(String, Style)] {
        switch watch.link {
        case .connecting, .live: [("connecting to \(watch.name)", .plain)]
        case .ended: [("\(watch.name) has ended", .plain)]
        case .lost(let reason, let seconds):
            [("\(watch.name): \(reason)", .alarm), ("trying again in \(seconds) s", .plain)]
                + (reason == WatchClient.nobodyListens ? proposal(watch.name) : [])
        }
    }

    /// What would help where no server is.
    private static func proposal(_ name: String) -> [(String, Style)] {
        [
            ("", .plain),
            ("a server there would be: signalbox serve \(address(name))", .faint),
        ]
    }

    /// Host and port as the server takes them.
    private static func address(_ name: String) -> String {
        guard let colon = name.lastIndex(of: ":") else { return name }
        return "\(name[..<colon]) \(name[name.index(after: colon)...])"
    }
}
