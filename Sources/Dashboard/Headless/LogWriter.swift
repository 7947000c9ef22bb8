import Core
import Foundation

/// Writes events as lines, for people or for programs, and what goes wrong with them.
struct LogWriter {
    private var output: Output
    private let format: LogFormat
    private let sentences: Sentences
    private let wallClock: WallClock
    private let whenBroken: () -> Void
    private var watch: FaultWatch
    private var pending = ""
    /// Whether everything could be written so far. Once not, nothing more is.
    private(set) var isIntact = true

    /// - Parameters:
    ///   - output: Where the lines go.
    ///   - format: Of the lines.
    ///   - sentences: Say the events.
    ///   - wallClock: Tells when they were.
    ///   - isStrict: Whether service is strict, which makes convoys.
    ///   - whenBroken: Called once, when a line cannot be written.
    init(
        _ output: Output,
        format: LogFormat,
        sentences: Sentences,
        wallClock: WallClock,
        isStrict: Bool = false,
        whenBroken: @escaping () -> Void
    ) {
        self.output = output
        self.format = format
        self.sentences = sentences
        self.wallClock = wallClock
        self.whenBroken = whenBroken
        watch = FaultWatch(isStrict: isStrict)
    }

    /// Whether it writes no events at all.
    var isSilent: Bool { format == .none }

    mutating func add(_ event: Event, before state: EngineState) {
        switch format {
        case .text:
            let sentence = sentences.sentence(for: event, before: state)
            pending += "\(wallClock.time(at: event.time))  \(sentence)\n"
        case .json:
            addLine(
                Line(
                    number: state.number + 1,
                    seconds: event.time.inSeconds,
                    thread: sentences.doer(of: event, before: state),
                    text: sentences.sentence(for: event, before: state)
                )
            )
        case .none: return
        }
        var after = state
        after.apply(event)
        add(watch.note(event, before: state, after: after), in: after)
        if pending.utf8.count > 60_000 { flush() }
    }

    /// Says that events happened that nobody wrote down.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - state: What they led to.
    mutating func addGap(_ count: UInt64, to state: EngineState) {
        switch format {
        case .text: pending += "              … \(count) events not shown\n"
        case .json: addLine(Gap(number: state.number, notShown: count))
        case .none: return
        }
        add(watch.see(state), in: state)
    }

    /// Says what no event says.
    ///
    /// - Parameters:
    ///   - remark: Safe to show.
    ///   - moment: When it was said.
    mutating func add(remark: String, at moment: Microseconds) {
        switch format {
        case .text: pending += "\(wallClock.time(at: moment))  \(remark)\n"
        case .json: addLine(Remark(seconds: moment.inSeconds, remark: remark))
        case .none: return
        }
        if pending.utf8.count > 60_000 { flush() }
    }

    private mutating func add(_ faults: [Fault], in state: EngineState) {
        for fault in faults {
            let explanation = Explainer().explain(fault, in: state)
            if format == .text {
                pending += "\(wallClock.time(at: state.time))  \(explanation.text)\n"
            } else {
                addLine(
                    Line(
                        number: state.number,
                        seconds: state.time.inSeconds,
                        thread: nil,
                        text: explanation.text,
                        fault: explanation.title
                    )
                )
            }
        }
    }

    /// The end was asked for: from now on a reader that takes nothing is given up.
    mutating func hurry() { output = output.inHurry }

    mutating func flush() {
        defer { pending = "" }
        guard isIntact, !pending.isEmpty, !output.write(pending) else { return }
        isIntact = false
        whenBroken()
    }

    private mutating func addLine(_ value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding numbers and text cannot fail, except for numbers that are not finite.
        guard let line = try? encoder.encode(value) else { return }
        pending += String(decoding: line, as: UTF8.self) + "\n"
    }

    private struct Line: Encodable {
        let number: UInt64
        let seconds: Double
        let thread: String?
        let text: String
        /// What kind of fault the text explains; not there where it tells an event.
        var fault: String?
    }

    private struct Remark: Encodable {
        let seconds: Double
        let remark: String
    }

    private struct Gap: Encodable {
        let number: UInt64
        let notShown: UInt64

        enum CodingKeys: String, CodingKey {
            case number
            case notShown = "not_shown"
        }
    }
}
