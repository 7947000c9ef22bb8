import TerminalUI

/// One row of the key table, which dispatch, the key line and the help all read.
struct KeyBinding {
    let keys: [Key]
    let action: Action
    /// What the help says; `nil` where the row before says it for this key too.
    let help: String?
    /// What the key line says; `nil` leaves it to the help.
    var hint: String?
    /// The keys as the key line names them, where the hint is about another binding as well.
    var hintKeys: String?

    enum Action {
        case togglePause, step, stepSelected, slowMotion, faster, slower, freeze
        case nextProgram, previousProgram, correctProgram, attack, why, hideVerdict
        case theory, schedules, watchers, registry
        case back, forth, pageBack, pageForth, markBefore, markAfter, oldest, newest, mark, live
        case killOrRevive, slowDown
        case nextPane, previousPane, down, up, first, last
        case zoom, present, filter, dropDatagram, doubleDatagram
        case mailboxes
        case predict, answer, chapterAgain
        case kick, mute, limit, refused, join
        case toggleHelp, quit
    }

    static let all = [
        KeyBinding(
            keys: [.character(" ")],
            action: .togglePause,
            help: "pause or resume the engine and every running job",
            hint: "pause"
        ),
        KeyBinding(
            keys: [.character("n")],
            action: .step,
            help: "step: one statement of one thread (pauses first)",
            hint: "step"
        ),
        KeyBinding(
            keys: [.enter],
            action: .stepSelected,
            help: "step the thread selected in the threads' pane"
        ),
        KeyBinding(
            keys: [.character("s")],
            action: .slowMotion,
            help: "slow motion: statement by statement; + - change the pace",
            hint: "stop"
        ),
        KeyBinding(
            keys: [.character("+"), .character("=")],
            action: .faster,
            help: "faster and slower: jobs take less time, in the end none",
            hint: "rate",
            hintKeys: "+ -"
        ),
        KeyBinding(keys: [.character("-")], action: .slower, help: nil),
        KeyBinding(
            keys: [.character("v")],
            action: .nextProgram,
            help: "next program, or the one before; some are broken",
            hint: "program"
        ),
        KeyBinding(keys: [.character("V")], action: .previousProgram, help: nil),
        KeyBinding(
            keys: [.character("c")],
            action: .correctProgram,
            help: "the correct program: what is stuck goes on"
        ),
        KeyBinding(
            keys: [.character("a")],
            action: .attack,
            help: "adversary: find the interleaving that breaks it",
            hint: "adversary"
        ),
        KeyBinding(
            keys: [.character("x")],
            action: .killOrRevive,
            help: "kill or revive the selected thread; make it slow"
        ),
        KeyBinding(keys: [.character("X")], action: .slowDown, help: nil),
        KeyBinding(
            keys: [.character("w")],
            action: .why,
            help: "why does each thread wait; esc: back, or hide the fault",
            hint: "why"
        ),
        KeyBinding(keys: [.escape], action: .hideVerdict, help: nil),
        KeyBinding(
            keys: [.character("t")],
            action: .theory,
            help: "theory beside what is measured; schedules: who ran when"
        ),
        KeyBinding(keys: [.character("T")], action: .schedules, help: nil),
        KeyBinding(
            keys: [.character("R")],
            action: .registry,
            help: "registry: who offers which service, and for how long"
        ),
        KeyBinding(
            keys: [.character("p")],
            action: .predict,
            help: "predict the next step, answer; b: the lesson's chapter again",
            hint: "predict"
        ),
        KeyBinding(
            keys: [.character("1"), .character("2"), .character("3"), .character("4")],
            action: .answer,
            help: nil
        ),
        KeyBinding(keys: [.character("b")], action: .chapterAgain, help: nil),
        KeyBinding(
            keys: [.left],
            action: .back,
            help: "back and forth in time, by an event; the engine runs on",
            hint: "time",
            hintKeys: "← →"
        ),
        KeyBinding(keys: [.right], action: .forth, help: nil),
        KeyBinding(
            keys: [.pageUp],
            action: .pageBack,
            help: "back and forth by ten seconds"
        ),
        KeyBinding(keys: [.pageDown], action: .pageForth, help: nil),
        KeyBinding(
            keys: [.character("[")],
            action: .markBefore,
            help: "to the mark before or after; what goes wrong sets one",
            hint: "marks",
            hintKeys: "[ ]"
        ),
        KeyBinding(keys: [.character("]")], action: .markAfter, help: nil),
        KeyBinding(
            keys: [.home],
            action: .oldest,
            help: "to the oldest and the newest event kept"
        ),
        KeyBinding(keys: [.end], action: .newest, help: nil),
        KeyBinding(
            keys: [.character("m")],
            action: .mark,
            help: "mark this moment; L goes back to the live engine"
        ),
        KeyBinding(keys: [.character("L")], action: .live, help: nil, hint: "live"),
        KeyBinding(
            keys: [.character("f")],
            action: .freeze,
            help: "freeze the picture; the engine runs on",
            hint: "freeze"
        ),
        KeyBinding(
            keys: [.tab],
            action: .nextPane,
            help: "next pane, and the one before",
            hint: "pane"
        ),
        KeyBinding(keys: [.backTab], action: .previousPane, help: nil),
        KeyBinding(
            keys: [.down, .character("j")],
            action: .down,
            help: "in the pane: down, up, to the first row, to the last"
        ),
        KeyBinding(keys: [.up, .character("k")], action: .up, help: nil),
        KeyBinding(
            keys: [.character("g")],
            action: .first,
            help: nil
        ),
        KeyBinding(keys: [.character("G")], action: .last, help: nil),
        KeyBinding(
            keys: [.character("z")],
            action: .zoom,
            help: "the pane in focus alone, and back; tab: the next one",
            hint: "zoom"
        ),
        KeyBinding(
            keys: [.character("/")],
            action: .filter,
            help: "only devices and log lines with a text; esc: all again",
            hint: "filter"
        ),
        KeyBinding(
            keys: [.character("P")],
            action: .present,
            help: "large figures for the last row, and back",
            hint: "large"
        ),
        KeyBinding(
            keys: [.character("W")],
            action: .watchers,
            help: "who watches this server from another terminal"
        ),
        KeyBinding(
            keys: [.character("M")],
            action: .mailboxes,
            help: "mailboxes: their buffers; enter shows another one"
        ),
        KeyBinding(
            keys: [.character("d")],
            action: .dropDatagram,
            help: "drop the next datagram, or double it, as networks do"
        ),
        KeyBinding(keys: [.character("D")], action: .doubleDatagram, help: nil),
        KeyBinding(
            keys: [.character("u")],
            action: .mute,
            help: "mute the selected device or let it speak; K: kick it out"
        ),
        KeyBinding(keys: [.character("K")], action: .kick, help: nil),
        KeyBinding(
            keys: [.character("l")],
            action: .limit,
            help: "limit how many jobs the selected device may have queued"
        ),
        KeyBinding(
            keys: [.character("N")],
            action: .refused,
            help: "who sends and was refused, u K an address; i: where to send"
        ),
        KeyBinding(keys: [.character("i")], action: .join, help: nil),
        KeyBinding(
            keys: [.character("?")],
            action: .toggleHelp,
            help: "this help",
            hint: "help"
        ),
        KeyBinding(
            keys: [.character("q")],
            action: .quit,
            help: "quit, and print the summary",
            hint: "quit"
        ),
    ]

    /// Which hints a narrow key line keeps: the first of these.
    static let importance: [Action] = [
        .togglePause, .quit, .toggleHelp, .step, .why, .nextProgram, .back, .faster, .attack,
        .nextPane, .freeze, .zoom, .present, .filter,
    ]
    // The same while the screen shows another moment, where nothing matters more than how to go on.
    static let frozenImportance = [.freeze] + importance.filter { $0 != .freeze }
    static let rewoundImportance: [Action] = [
        .live, .back, .markBefore, .why, .quit, .toggleHelp, .nextPane,
    ]
    static let zoomedImportance = [.zoom, .nextPane] + importance.filter { $0 != .zoom }
    static let presentingImportance = [.present] + importance.filter { $0 != .present }
    static let slowImportance: [Action] = [
        .togglePause, .slowMotion, .faster, .quit, .toggleHelp, .step, .why, .nextProgram, .back,
    ]
    static let lessonImportance: [Action] = [
        .stepSelected, .chapterAgain, .predict, .quit, .toggleHelp, .why, .step, .nextPane,
    ]
    static let replayImportance: [Action] = [
        .togglePause, .back, .markBefore, .faster, .quit, .toggleHelp, .why, .live, .nextPane,
    ]

    /// One row of the help: bindings that belong together.
    struct HelpRow {
        let label: String
        let help: String
        /// The first of them.
        let action: Action
    }

    /// What a recording has no use for: the past cannot be changed.
    private static let liveOnly: Set<Action> = [
        .watchers,
        .stepSelected, .slowMotion, .killOrRevive, .slowDown, .nextProgram, .previousProgram,
        .correctProgram, .attack, .freeze, .dropDatagram, .doubleDatagram, .predict, .answer,
        .chapterAgain, .mailboxes, .registry, .kick, .mute, .limit, .refused, .join,
    ]

    static func helpRows(inReplay: Bool) -> [HelpRow] {
        inReplay ? helpRows.filter { !liveOnly.contains($0.action) } : helpRows
    }

    static let helpRows: [HelpRow] = all.reduce(into: []) { rows, binding in
        if let help = binding.help {
            rows.append(HelpRow(label: binding.label, help: help, action: binding.action))
        } else if let row = rows.popLast() {
            let label = "\(row.label) \(binding.label)"
            rows.append(HelpRow(label: label, help: row.help, action: row.action))
        }
    }

    static func binding(for key: Key) -> KeyBinding? {
        all.first { $0.keys.contains(key) }
    }

    /// The keys as the help writes them.
    var label: String { keys.map(\.label).joined(separator: " ") }
}
