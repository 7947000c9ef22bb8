import Core

/// What became of the jobs of one mailbox, when its engine has stopped.
struct MailboxSummary {
    let name: String
    let ledger: [Ledger.Entry]
    /// How long its jobs took.
    var times = JobTimes()
    let agents: AgentsReport
    let state: EngineState
    /// Jobs that were received and nobody executed or took.
    var notRun: UInt64
    /// What nobody could get out of any more, when the run was ended; `nil` when nobody was stuck.
    var standstill: Explanation?

    /// Such as `Mailbox left: 3 put, 1 taken, 2 left; waiting time: mean 5 µs, …`.
    ///
    /// Nobody executes its jobs, so the other times would be the same.
    var line: String {
        "Mailbox \(name): \(agents.inserted) put, \(agents.taken) taken, \(notRun) left"
            + (Self.sentence(times.waiting).map { "; waiting time: \($0)" } ?? "")
    }

    /// Mean and quantiles in words; `nil` where there is nothing to tell.
    static func sentence(_ histogram: LatencyHistogram) -> String? {
        guard histogram.count > 0 else { return nil }
        return "mean \(seconds(histogram.mean)), median \(seconds(histogram.percentile(50))),"
            + " 99 % within \(seconds(histogram.percentile(99)))"
    }

    private static func seconds(_ time: Microseconds?) -> String {
        guard let time else { return "-" }
        return time.count < 10_000
            ? "\(time.count) µs" : "\(Microseconds(time.count / 1000 * 1000)) s"
    }

    /// What does not add up; where nothing was lost or doubled there is none.
    ///
    /// - Parameter received: Jobs that came in another way than by remote calls.
    /// - Returns: A part of a sentence for each.
    func violations(received: UInt64) -> [String] {
        let booked = ledger.reduce(0) { $0 + $1.jobs }
        let missing =
            booked == state.consumed
            ? [] : ["the ledger has \(booked) jobs, not \(state.consumed)"]
        let known = state.consumed + state.lost + notRun
        let accepted = received + agents.inserted
        let unaccounted =
            accepted + state.doubled == known
            ? [] : ["\(accepted) jobs were received, \(known) are known"]
        return damage + state.violations().map(\.description) + missing + unaccounted
    }

    /// What a broken program did to the jobs.
    private var damage: [String] {
        let kinds = [
            (
                state.lost,
                state.lost == 1 ? "overwritten in its slot" : "overwritten in their slots"
            ),
            (state.doubled, "taken twice"),
            (state.emptyTakes - state.doubled, "taken from slots where nothing was"),
        ]
        return kinds.filter { $0.0 > 0 }
            .map { "\($0.0) \($0.0 == 1 ? "job" : "jobs") \($0.1)" }
    }
}

extension MailboxSummary {
    /// - Parameters:
    ///   - mailbox: Its engine has stopped.
    ///   - last: Its state before.
    ///   - agents: What remote clients did there.
    init(_ mailbox: MailboxEngine, _ last: EngineState, _ agents: AgentsReport) {
        self.init(
            name: mailbox.name,
            ledger: mailbox.engine.ledger.all,
            times: mailbox.engine.ledger.jobTimes,
            agents: agents,
            state: mailbox.engine.kernel.completeState(),
            notRun: mailbox.engine.jobsNotRun,
            standstill: last.standstill.map { Explainer().explain($0, in: last) }
        )
    }
}

extension [Ledger.Entry] {
    /// Each device once.
    var joined: [Ledger.Entry] {
        reduce(into: [DeviceID: Ledger.Entry]()) { entries, entry in
            let known = entries[entry.device]
            entries[entry.device] = Ledger.Entry(
                device: entry.device,
                cpuTime: entry.cpuTime + (known?.cpuTime ?? .zero),
                jobs: entry.jobs + (known?.jobs ?? 0)
            )
        }.values.map { $0 }
    }
}

extension [AgentsReport] {
    /// All together.
    var sum: AgentsReport {
        reduce(into: AgentsReport()) { sum, report in
            sum.inserted += report.inserted
            sum.taken += report.taken
            sum.refusals += report.refusals
        }
    }
}
