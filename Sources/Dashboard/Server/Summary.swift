import Core

/// What is printed at the end: each device's CPU time, then totals, then whether all adds up.
struct Summary {
    let ledger: [Ledger.Entry]
    let nameOfDevice: (DeviceID) -> String
    let times: JobTimes
    let counters: ReceiverCounters
    let agents: AgentsReport
    let network: NetworkTally
    let state: EngineState
    /// Jobs that were received and nobody executed.
    let notRun: UInt64
    /// What nobody could get out of any more, when the run was ended; `nil` when nobody was stuck.
    var standstill: Explanation?

    /// Nothing was lost and nothing doubled.
    var isSound: Bool { violations.isEmpty }

    var text: String {
        (deviceLines + [jobLine] + timeLines + networkLines + standstillLines
            + [soundnessLine])
            .joined(separator: "\n") + "\n"
    }

    private var deviceLines: [String] {
        ledger.map { (name: nameOfDevice($0.device), cpuTime: $0.cpuTime) }
            .sorted { DeviceOrder.precedes($0.name, $1.name) }
            .map { "Device \($0.name) consumed \($0.cpuTime) seconds of CPU time" }
    }

    private var jobLine: String {
        let cpuTime = ledger.reduce(Microseconds.zero) { $0 + $1.cpuTime }
        return "Jobs: \(state.consumed) done, \(notRun) not run;"
            + " \(cpuTime) seconds of CPU time for \(Self.number(ledger.count, "device"))"
    }

    private var timeLines: [String] {
        guard times.turnaround.count > 0 else { return [] }
        return [
            ("Response", times.response), ("Waiting", times.waiting),
            ("Turnaround", times.turnaround),
        ].map { name, histogram in
            "\(name) time: mean \(Self.seconds(histogram.mean)),"
                + " median \(Self.seconds(histogram.percentile(50))),"
                + " 99 % within \(Self.seconds(histogram.percentile(99)))"
        } + ["(Times are by the clock: the rate and pauses count.)"]
    }

    private static func number(_ count: Int, _ thing: String) -> String {
        "\(count) \(thing)\(count == 1 ? "" : "s")"
    }

    private static func seconds(_ time: Microseconds?) -> String {
        guard let time else { return "-" }
        return time.count < 10_000
            ? "\(time.count) µs" : "\(Microseconds(time.count / 1000 * 1000)) s"
    }

    private var networkLines: [String] {
        [
            "Datagrams: \(counters.received) received, \(counters.accepted) jobs,"
                + " \(counters.refused) refused\(refusalReasons)",
            "Not received: \(counters.droppedBySystem) dropped by the system,"
                + " \(counters.unread) unread at the end",
            "Replies: \(counters.repliesSent) sent, \(counters.repliesFailed) failed",
        ] + chaosLines + callLines
    }

    /// Only where somebody played the network's tricks.
    private var chaosLines: [String] {
        let (dropped, doubled) = (counters.droppedOnPurpose, counters.doubledOnPurpose)
        guard dropped + doubled > 0 else { return [] }
        return ["On purpose: \(Self.number(dropped, "datagram")) dropped, \(doubled) doubled"]
    }

    /// Only where somebody came that way.
    private var callLines: [String] {
        var lines: [String] = []
        let events = NetworkEvent.allCases.filter { $0.isRefusal && network[$0] > 0 }
        if network[.connectionAccepted] > 0 || counters.calls > 0 || !events.isEmpty {
            lines.append(
                "Remote clients: \(Self.number(network[.connectionAccepted], "connection")),"
                    + " \(Self.number(counters.calls, "call")) in datagrams;"
                    + " \(agents.inserted) put, \(agents.taken) taken\(callEnds)"
            )
        }
        if !events.isEmpty {
            let counts = events.map { "\(network[$0]) \($0.rawValue)" }
            lines.append("Refused or cut off: \(counts.joined(separator: ", "))")
        }
        return lines
    }

    private var callEnds: String {
        let refusals = agents.refusals
        let ends = [
            (refusals.full, "found it full"), (refusals.empty, "found it empty"),
            (refusals.timedOut, "timed out"), (refusals.late, "came too late"),
            (refusals.tooLarge, "too large for the taker"),
            (refusals.tooManyCalls, "beyond the limit of calls"),
            (refusals.withdrawn, "withdrawn"), (refusals.undelivered, "not delivered"),
            (network[.callRepeated], "sent again by the client"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return ends.isEmpty ? "" : "; \(ends.joined(separator: ", "))"
    }

    private var refusalReasons: String {
        let reasons = Refusal.allCases.filter { counters.refused($0) > 0 }
            .map { "\(counters.refused($0)) \($0.rawValue)" }
        return reasons.isEmpty ? "" : " (\(reasons.joined(separator: ", ")))"
    }

    private var standstillLines: [String] {
        standstill.map { ["Stuck in the end: \($0.text)"] } ?? []
    }

    private var soundnessLine: String {
        // A doubled job may be withdrawn once more than it was produced.
        let produced = state.produced + state.doubled - state.withdrawn
        let sum =
            "\(produced) produced = \(state.consumed) consumed + \(state.jobsHeld) held"
        return isSound
            ? "Nothing lost, nothing doubled: \(sum)"
            : "BROKEN: \(violations.joined(separator: "; "))"
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

    private var violations: [String] {
        let booked = ledger.reduce(0) { $0 + $1.jobs }
        let missing =
            booked == state.consumed
            ? [] : ["the ledger has \(booked) jobs, not \(state.consumed)"]
        let known = state.consumed + state.lost + notRun
        let accepted = UInt64(counters.accepted) + agents.inserted
        let unaccounted =
            accepted + state.doubled == known
            ? [] : ["\(accepted) jobs were received, \(known) are known"]
        return damage + state.violations().map(\.description) + missing + unaccounted
    }
}

/// Numbers as numbers, before names; names as text.
enum DeviceOrder {
    static func precedes(_ left: String, _ right: String) -> Bool {
        switch (UInt64(left), UInt64(right)) {
        case (let left?, let right?) where left != right: left < right
        case (.some, .none): true
        case (.none, .some): false
        default: left < right
        }
    }
}
