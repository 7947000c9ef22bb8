import TerminalUI

/// The last line: the keys that are used most, or what the last key led to.
enum KeyLine {
    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        guard model.notice == nil else {
            frame.write(
                " \(model.notice ?? "")",
                x: area.x,
                y: area.y,
                style: .strong,
                in: area
            )
            return
        }
        var x = area.x + 1
        for binding in KeyBinding.all {
            guard let hint = hint(binding, model), let key = binding.keys.first else { continue }
            let width = displayWidth(of: key.label) + displayWidth(of: hint) + 1
            guard x + width <= area.maxX else { continue }
            x = frame.write(key.label, x: x, y: area.y, style: .key, in: area)
            x = frame.write(" \(hint)", x: x, y: area.y, style: .faint, in: area) + 2
        }
    }

    /// The key line says what the key would do now.
    private static func hint(_ binding: KeyBinding, _ model: DashboardModel) -> String? {
        switch binding.action {
        case .togglePause where model.live.state.isPaused: "resume"
        case .freeze where model.frozen != nil: "go on"
        default: binding.hint
        }
    }
}
