import Core

/// What the student simulation says in the end, and whether all adds up.
struct StudentSummary {
    let tally: StudentTally
    /// How many students there were to be.
    let wanted: Int
    let state: EngineState
    /// Students whose documents were written and whom nobody judged.
    let notRun: UInt64
    let timeOuts: UInt64
    let elapsed: Microseconds
    /// Whether nobody could move any more, with students left.
    let isStuck: Bool
    /// Whether figures are asked for.
    let isLarge: Bool
    /// What nobody could get out of any more, when the run was ended; `nil` when nobody was stuck.
    var standstill: Explanation?

    /// Nothing failed, hung, was refused or lost; a run that the user ended is sound.
    var isSound: Bool { problems.isEmpty }

    var text: String {
        let lines =
            [
                "Produced: \(tally.produced) of \(wanted) students",
                "Consumed: \(tally.consumed) (\(tally.passed) PASS, \(tally.failed) FAIL,"
                    + " \(tally.refused) refused)",
                "In the buffer at the end: \(state.occupied) of \(state.capacity)",
                "Time-outs: \(timeOuts)",
                "Elapsed: \(Span.precise(elapsed))",
            ] + leftLines + figures + tally.refusals.map { "Refused: \($0)" }
            + (standstill.map { ["Stuck in the end: \($0.text)"] } ?? [])
            + (tally.failure.map { ["Stopped: \($0)"] } ?? [])
            + [soundnessLine]
        return lines.map { $0 + "\n" }.joined()
    }

    private var leftLines: [String] {
        notRun == 0 ? [] : ["Not read: \(notRun), whose files are left as they were written"]
    }

    /// Megabytes are millions of bytes.
    private var figures: [String] {
        guard isLarge, elapsed > .zero else { return [] }
        let rate = Int((Double(tally.consumed) / elapsed.inSeconds).rounded())
        return [
            "Records: \(rate) a second; \(Self.megabytes(tally.bytesWritten)) MB written,"
                + " \(Self.megabytes(tally.bytesRead)) MB read"
        ]
    }

    private static func megabytes(_ bytes: Int) -> String {
        "\(bytes / 1_000_000).\(bytes / 100_000 % 10)"
    }

    private var soundnessLine: String {
        isSound
            ? "Nothing lost, nothing judged twice: \(tally.produced) produced ="
                + " \(tally.consumed) consumed + \(notRun) not read"
            : "BROKEN: \(problems.joined(separator: "; "))"
    }

    private var problems: [String] {
        var found: [String] = []
        if tally.failure != nil { found.append("the run could not go on") }
        if isStuck { found.append("nobody can move any more") }
        if tally.refused > 0 {
            found.append("\(tally.refused) document\(tally.refused == 1 ? "" : "s") refused")
        }
        if tally.overwritten > 0 {
            found.append(
                "\(tally.overwritten) student\(tally.overwritten == 1 ? "" : "s") overwritten"
            )
        }
        if state.doubled > 0 { found.append("\(state.doubled) taken twice") }
        let known = UInt64(tally.consumed + tally.overwritten) + notRun
        // A job that is taken twice has one ticket, so its student is judged once.
        if tally.failure == nil, UInt64(tally.produced) != known {
            found.append("\(tally.produced) were produced, \(known) are known")
        }
        return found + state.violations().map(\.description)
    }
}
