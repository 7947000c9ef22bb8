import TerminalUI

/// The last line: the keys that are used most, or what the last key led to.
enum KeyLine {
    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        if let filter = model.filter, filter.isTyping {
            return draw(filter, into: &frame, area: area)
        }
        if let notice = model.notice ?? progress(model.attack) {
            frame.write(
                clipped(notice, to: max(0, area.width - 1)),
                x: area.x + 1,
                y: area.y,
                style: .strong,
                in: area
            )
            return
        }
        var x = area.x + 1
        for hint in hints(model, width: area.width) {
            x = frame.write(hint.keys, x: x, y: area.y, style: .key, in: area)
            x = frame.write(" \(hint.text)", x: x, y: area.y, style: .faint, in: area) + 2
        }
    }

    /// The filter as it is typed; of one that is too long the end, where the typing goes on.
    private static func draw(_ filter: Filter, into frame: inout CellBuffer, area: Rect) {
        var text = filter.text
        while displayWidth(of: text) > max(0, area.width - 4) { text.removeFirst() }
        let x = frame.write(" /\(text)", x: area.x, y: area.y, style: .strong, in: area)
        let end = frame.write("█", x: x, y: area.y, style: .key, in: area)
        let hint = "enter keep  esc clear"
        guard area.maxX - end > displayWidth(of: hint) + 2 else { return }
        frame.write(hint, x: end + 2, y: area.y, style: .faint, in: area)
    }

    /// While the adversary drives, what it does and what chance would have done.
    private static func progress(_ attack: Attack?) -> String? {
        guard case .driving(let schedule, let done, let forecast) = attack else { return nil }
        return "\(forecast.text); the adversary: statement \(done) of \(schedule.count)"
    }

    private struct Hint {
        let keys: String
        let text: String
        var width: Int { displayWidth(of: keys) + 1 + displayWidth(of: text) }
    }

    /// The most important ones that fit, in the order of the key table.
    private static func hints(_ model: DashboardModel, width: Int) -> [Hint] {
        var room = width + 1
        var kept: Set<KeyBinding.Action> = []
        for action in importance(model) {
            guard !model.refuses(action), let hint = hint(action, model), hint.width + 2 <= room
            else { continue }
            room -= hint.width + 2
            kept.insert(action)
        }
        return KeyBinding.all.filter { kept.contains($0.action) }
            .compactMap { hint($0.action, model) }
    }

    private static func importance(_ model: DashboardModel) -> [KeyBinding.Action] {
        if model.isZoomed { return KeyBinding.zoomedImportance }
        if model.isPresenting { return KeyBinding.presentingImportance }
        if model.player != nil { return KeyBinding.replayImportance }
        if model.leadsThroughLesson { return KeyBinding.lessonImportance }
        if model.rewind != nil { return KeyBinding.rewoundImportance }
        if model.pace != nil { return KeyBinding.slowImportance }
        return model.frozen == nil ? KeyBinding.importance : KeyBinding.frozenImportance
    }

    /// The key line says what the key would do now.
    private static func hint(_ action: KeyBinding.Action, _ model: DashboardModel) -> Hint? {
        guard let binding = KeyBinding.all.first(where: { $0.action == action }),
            let usual = binding.hint ?? model.lessonHint(action), let key = binding.keys.first
        else { return nil }
        let text =
            switch action {
            case .togglePause where model.player != nil:
                model.player?.isPlaying == true ? "pause" : "play"
            case .faster where model.player != nil: "speed"
            case .faster where model.pace != nil: "pace"
            case .togglePause where model.pace != nil: model.isPaceHeld ? "go on" : "pause"
            case .live where model.player != nil: "end"
            case .togglePause where model.live.state.isPaused: "resume"
            case .zoom where model.isZoomed, .present where model.isPresenting: "back"
            case .freeze where model.frozen != nil: "live"
            default: usual
            }
        return Hint(keys: binding.hintKeys ?? key.label, text: text)
    }
}
