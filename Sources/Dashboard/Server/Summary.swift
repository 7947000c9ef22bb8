import Core

/// What is printed at the end: each device's CPU time, then totals, then whether all adds up.
struct Summary {
    /// The default one first.
    var mailboxes: [MailboxSummary]
    let nameOfDevice: (DeviceID) -> String
    var counters: ReceiverCounters
    let network: NetworkTally

    /// Nothing was lost and nothing doubled.
    var isSound: Bool { violations.isEmpty }

    var text: String {
        (deviceLines + [jobLine] + timeLines + networkLines + mailboxLines + standstillLines
            + [soundnessLine])
            .joined(separator: "\n") + "\n"
    }

    private var ledger: [Ledger.Entry] { mailboxes.flatMap(\.ledger).joined }

    private func sum(_ count: (MailboxSummary) -> UInt64) -> UInt64 {
        mailboxes.reduce(0) { $0 + count($1) }
    }

    private var deviceLines: [String] {
        ledger.map { (name: nameOfDevice($0.device), cpuTime: $0.cpuTime) }
            .sorted { DeviceOrder.precedes($0.name, $1.name) }
            .map { "Device \($0.name) consumed \($0.cpuTime) seconds of CPU time" }
    }

    private var jobLine: String {
        let ledger = ledger
        let cpuTime = ledger.reduce(Microseconds.zero) { $0 + $1.cpuTime }
        return "Jobs: \(sum(\.state.consumed)) done, \(sum(\.notRun)) not run;"
            + " \(cpuTime) seconds of CPU time for \(Self.number(ledger.count, "device"))"
    }

    private var timeLines: [String] {
        guard let times = mailboxes.first?.times, times.turnaround.count > 0 else { return [] }
        return [
            ("Response", times.response), ("Waiting", times.waiting),
            ("Turnaround", times.turnaround),
        ].compactMap { name, histogram in
            MailboxSummary.sentence(histogram).map { "\(name) time: \($0)" }
        } + ["(Times are by the clock: the rate and pauses count.)"]
    }

    private static func number(_ count: Int, _ thing: String) -> String {
        "\(count) \(thing)\(count == 1 ? "" : "s")"
    }

    private var networkLines: [String] {
        [
            "Datagrams: \(counters.received) received, \(counters.accepted) jobs,"
                + " \(counters.refused) refused\(refusalReasons)",
            "Not received: \(counters.droppedBySystem) dropped by the system,"
                + " \(counters.unread) unread at the end",
            "Replies: \(counters.repliesSent) sent, \(counters.repliesFailed) failed",
        ] + kickLines + chaosLines + callLines
    }

    /// Only where somebody was kicked out while his jobs waited.
    private var kickLines: [String] {
        guard counters.kickedOut > 0 else { return [] }
        let jobs = Self.number(counters.kickedOut, "waiting job")
        return ["Given up, kicked out: \(jobs), among those not run"]
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
        let agents = mailboxes.map(\.agents).sum
        let events = NetworkEvent.allCases.filter { $0.isRefusal && network[$0] > 0 }
        if network[.connectionAccepted] > 0 || counters.calls > 0 || !events.isEmpty {
            lines.append(
                "Remote clients: \(Self.number(network[.connectionAccepted], "connection")),"
                    + " \(Self.number(counters.calls, "call")) in datagrams;"
                    + " \(agents.inserted) put, \(agents.taken) taken\(callEnds(agents.refusals))"
            )
        }
        if !events.isEmpty {
            let counts = events.map { "\(network[$0]) \($0.rawValue)" }
            lines.append("Refused or cut off: \(counts.joined(separator: ", "))")
        }
        return lines
    }

    private func callEnds(_ refusals: Agents.Refusals) -> String {
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

    /// Only where there are others than the default one.
    private var mailboxLines: [String] { mailboxes.dropFirst().map(\.line) }

    private var standstillLines: [String] {
        mailboxes.compactMap { mailbox in
            mailbox.standstill.map { "Stuck in the end\(place(of: mailbox)): \($0.text)" }
        }
    }

    private func place(of mailbox: MailboxSummary) -> String {
        mailbox.name == mailboxes.first?.name ? "" : ", mailbox \(mailbox.name)"
    }

    private var soundnessLine: String {
        // A doubled job may be withdrawn once more than it was produced.
        let produced = sum { $0.state.produced + $0.state.doubled - $0.state.withdrawn }
        let held = sum { UInt64($0.state.jobsHeld) }
        let equation = "\(produced) produced = \(sum(\.state.consumed)) consumed + \(held) held"
        return isSound
            ? "Nothing lost, nothing doubled: \(equation)"
            : "BROKEN: \(violations.joined(separator: "; "))"
    }

    private var violations: [String] {
        mailboxes.enumerated().flatMap { number, mailbox in
            // Datagrams that wait for a producer are for the default one.
            mailbox.violations(received: number == 0 ? UInt64(counters.accepted) : 0)
                .map { number == 0 ? $0 : "mailbox \(mailbox.name): \($0)" }
        }
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
