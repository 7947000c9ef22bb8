import Core
import TerminalUI

/// The first line: what this is, and whether it runs.
enum TitleLine {
    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let joins = model.setup.join?.titles ?? []
        // Where to send to gives way to nothing, so its shortest form is kept room for.
        let kept = joins.last.map { displayWidth(of: $0) + 3 } ?? 0
        let texts = stateTexts(model)
        let most = area.width - 1
        let right = firstFitting(texts, in: min(most, max(most - kept, widthOfLast(texts))))
        let room = area.width - displayWidth(of: right) - 2
        let join = joins.isEmpty ? [] : [firstFitting(joins, in: room - 3)]
        let left = (join + parts(model)).reduce(" ") { text, part in
            displayWidth(of: text + part) + 2 <= room ? text + part + "  " : text
        }
        frame.fill(area, character: " ", style: .title)
        frame.write(left, x: area.x, y: area.y, style: .title, in: area)
        frame.writeRight(
            right + " ",
            x: area.x,
            y: area.y,
            style: stateStyle(model),
            width: area.width,
            in: area
        )
    }

    private static func widthOfLast(_ texts: [String]) -> Int {
        texts.last.map { displayWidth(of: $0) } ?? 0
    }

    /// What is most worth its room comes first.
    private static func parts(_ model: DashboardModel) -> [String] {
        let programs = model.shown.state.programs
        let hasJoin = model.setup.join != nil
        return (hasJoin ? [] : ["signalbox"]) + (model.setup.isReadOnly ? ["read-only"] : [])
            + (model.mailboxes.title.map { [$0] } ?? []) + network(model) + refused(model)
            + (programs.name == ProgramCatalog.correct.name ? [] : [programs.name])
            + (hasJoin ? [] : [model.setup.source]) + watchers(model) + [
                model.setup.policy.name,
                "\(model.setup.producers)P \(model.setup.consumers)C",
                "rate \(model.shown.state.rate)",
            ]
    }

    private static func watchers(_ model: DashboardModel) -> [String] {
        let count = model.shown.watchers.count
        return count == 0 ? [] : [count == 1 ? "1 watcher" : "\(count) watchers"]
    }

    /// What somebody has in mind with the next datagram.
    private static func network(_ model: DashboardModel) -> [String] {
        switch model.armedDeed {
        case .drop: ["drops the next datagram"]
        case .double: ["doubles the next datagram"]
        case nil: []
        }
    }

    /// Somebody ought to know at once.
    private static func refused(_ model: DashboardModel) -> [String] {
        let count = model.shown.refusedLately
        return count == 0 || model.rewind != nil ? [] : ["\(count) refused/min"]
    }

    /// The longest first.
    private static func stateTexts(_ model: DashboardModel) -> [String] {
        if let texts = linkTexts(model) { return texts }
        if let rewind = model.rewind {
            let texts =
                model.player.map { replayTexts($0, rewind) } ?? rewoundTexts(rewind, model)
            guard let wrong = rewind.picture.verdict?.title.uppercased() else { return texts }
            return texts.map { "\(wrong)  \($0)" } + texts
        }
        if model.frozen != nil { return frozenTexts(model) }
        let word = modeWord(model)
        let texts = ["\(word) \(Span.clock(model.live.now))", word]
        guard let wrong = model.shown.verdict?.title.uppercased() else { return texts }
        return texts.map { "\(wrong)  \($0)" } + [wrong]
    }

    /// Where a watcher's screen has no stream, that comes first; the past is there all the same.
    private static func linkTexts(_ model: DashboardModel) -> [String]? {
        guard model.rewind == nil, let watch = model.watch else { return nil }
        return switch watch.link {
        case .live: nil
        case .connecting: ["CONNECTING"]
        case .ended: ["ENDED \(Span.clock(model.live.now))", "ENDED"]
        case .lost: ["LOST \(Span.clock(model.live.now))", "LOST"]
        }
    }

    private static func rewoundTexts(_ rewind: Rewind, _ model: DashboardModel) -> [String] {
        let back = model.live.state.number - min(rewind.number, model.live.state.number)
        let moment = "event \(rewind.number)"
        return [
            "\(moment), \(back) back  REWOUND \(Span.clock(rewind.picture.now))",
            "REWOUND \(moment), -\(back)", "REWOUND -\(back)", "REWOUND",
        ]
    }

    private static func replayTexts(_ player: Player, _ rewind: Rewind) -> [String] {
        let word = player.isPlaying ? "REPLAY \(player.text)" : "REPLAY paused \(player.text)"
        let now = Span.clock(rewind.picture.now)
        let end = Span.clock(rewind.film.timeline.lastState.time)
        return [
            "event \(rewind.number)  \(word) \(now) of \(end)", "\(word) \(now) of \(end)",
            "\(word) \(now)", word,
        ]
    }

    private static func modeWord(_ model: DashboardModel) -> String {
        switch model.attack {
        case .searching: return "ADVERSARY"
        case .driving(let schedule, let done, _): return "ADVERSARY \(done)/\(schedule.count)"
        case nil: break
        }
        guard let pace = model.pace, !model.isPaceHeld else { return word(model.live.state) }
        return "SLOW \(pace.text)"
    }

    private static func word(_ state: EngineState) -> String {
        state.isCancelled ? "STOPPING" : state.isPaused ? "PAUSED" : "RUNNING"
    }

    /// That the engine runs goes without saying; that it does not is said as long as there is room.
    private static func frozenTexts(_ model: DashboardModel) -> [String] {
        let state = model.live.state
        let behind = model.eventsBehind
        let events = behind == 1 ? "event" : "events"
        let stands = state.isCancelled || state.isPaused ? "FROZEN (\(word(state)))" : "FROZEN"
        return [
            "\(stands) +\(behind) \(events) behind", "\(stands) +\(behind) behind",
            "\(stands) +\(behind)", "FROZEN +\(behind)", "FROZEN",
        ]
    }

    private static func stateStyle(_ model: DashboardModel) -> Style {
        if model.shown.verdict != nil { return .alarm }
        if model.rewind == nil, case .lost? = model.watch?.link { return .alarm }
        if model.rewind != nil { return .titlePaused }
        return model.frozen != nil || model.live.state.isPaused ? .titlePaused : .titleRunning
    }
}
