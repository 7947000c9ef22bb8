import Core

/// What went wrong in a recorded run, as text: each fault where it began, then how it ended.
struct Report {
    private let film: Film
    private let findings: [Finding]
    /// The last state before the engine was told to stop, which lets all threads go.
    private let end: EngineState
    /// When it was told.
    private let endTime: Microseconds
    /// Whether the recording has its end.
    private let isWhole: Bool

    private struct Finding {
        let kind: Fault.Kind
        let number: UInt64
        let time: Microseconds
        var explanation: Explanation
    }

    init(_ recording: Recording) {
        film = recording.film
        let timeline = film.timeline
        var watch = FaultWatch(isStrict: film.isStrict)
        var state = timeline.state(at: timeline.firstNumber)
        var end: (state: EngineState, time: Microseconds)?
        var findings: [Finding] = []
        timeline.walk(from: timeline.firstNumber + 1, to: timeline.lastNumber) { event, before in
            if event.fact.freesThreads {
                Self.complete(&findings, watch.present, in: before)
                if event.fact == .cancelled { end = end ?? (before, event.time) }
            }
            state.apply(event)
            for fault in watch.note(event, before: before, after: state) {
                let explanation = Explainer().explain(fault, in: state)
                findings.append(
                    Finding(
                        kind: fault.kind,
                        number: state.number,
                        time: event.time,
                        explanation: explanation
                    )
                )
            }
        }
        Self.complete(&findings, watch.present, in: state)
        self.findings = findings
        (self.end, endTime) = end ?? (state, state.time)
        isWhole = recording.caution == nil
    }

    /// A deadlock is certain before all of it is there to be seen, so it is explained as it was in
    /// the end.
    private static func complete(
        _ findings: inout [Finding],
        _ present: [Fault],
        in state: EngineState
    ) {
        for fault in present where fault.kind == .deadlock || fault.kind == .lostWakeUp {
            guard let last = findings.lastIndex(where: { $0.kind == fault.kind }) else { continue }
            findings[last].explanation = Explainer().explain(fault, in: state)
        }
    }

    var findsFault: Bool { !findings.isEmpty }

    var text: String {
        (heading + findings.flatMap(lines) + endLines).joined(separator: "\n") + "\n"
    }

    private var heading: [String] {
        let state = film.timeline.lastState
        let run =
            "\(state.number) events, \(state.time) s; \(state.produced) jobs produced,"
            + " \(state.consumed) executed"
        guard findings.isEmpty else { return [run] }
        return [run, "nothing went wrong" + (isWhole ? "" : " in the part that is left")]
    }

    private func lines(_ finding: Finding) -> [String] {
        let moment = "\(film.wallClock.time(at: finding.time)), event \(finding.number)"
        let text = "\(finding.explanation.sentence) \(finding.explanation.advice)"
        let body = wrapped(text, to: 78) + finding.explanation.drawing
        return ["", "\(finding.explanation.title) (\(moment))"] + body.map { "  \($0)" }
    }

    private var endLines: [String] {
        let threads = end.threads.filter { !$0.isResting }
        guard !threads.isEmpty else { return [] }
        let explainer = Explainer()
        let reasons = threads.flatMap { thread in
            wrapped(explainer.why(thread.id, in: end, now: endTime), to: 78).map { "  \($0)" }
        }
        return ["", "In the end:"] + reasons
    }
}

extension Event.Fact {
    /// Whether whoever is stuck no longer is afterwards.
    fileprivate var freesThreads: Bool {
        switch self {
        case .cancelled, .programChanged: true
        default: false
        }
    }
}
