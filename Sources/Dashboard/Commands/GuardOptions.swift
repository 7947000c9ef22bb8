import ArgumentParser
import Core

/// The flags about what one peer and one device may have.
struct GuardOptions: ParsableArguments {
    @Option(
        name: .customLong("datagram-rate"),
        help: "Datagrams a second of one address or device. (default: 50, none for this machine)"
    )
    var datagramRate: Int?

    @Option(
        name: .customLong("datagram-burst"),
        help: "Datagrams at once of one of them. (default: 100, none for this machine)"
    )
    var datagramBurst: Int?

    @Option(
        name: .customLong("queued-jobs"),
        help: "Jobs of one of them on their way. (default: 64, none for this machine)"
    )
    var queuedJobs: Int?

    @Option(
        name: .customLong("blocked-waits"),
        help: "Calls of one of them that wait. (default: 8, none for this machine)"
    )
    var blockedWaits: Int?

    @Option(
        name: .customLong("history-slots"),
        help: "Remembered calls over UDP of one address. (default: 64, none for this machine)"
    )
    var historySlots: Int?

    @Option(
        name: .customLong("device-limit"),
        help: "Jobs of each device on their way, whoever sends them. (default: none)"
    )
    var deviceLimit: Int?

    func validate() throws {
        let counts = [
            ("--datagram-rate", datagramRate), ("--datagram-burst", datagramBurst),
            ("--queued-jobs", queuedJobs), ("--blocked-waits", blockedWaits),
            ("--history-slots", historySlots), ("--device-limit", deviceLimit),
        ]
        for case (let option, let count?) in counts {
            try EngineOptions.check(option, count, 1...1_000_000)
        }
    }

    /// What they say; a limit that is given holds for everybody.
    var quotas: Quotas {
        var quotas = Quotas()
        if let datagramRate { quotas.datagramRate = .everybody(datagramRate) }
        if let datagramBurst { quotas.datagramBurst = .everybody(datagramBurst) }
        if let queuedJobs { quotas.queuedJobs = .everybody(queuedJobs) }
        if let blockedWaits { quotas.blockedWaits = .everybody(blockedWaits) }
        if let historySlots { quotas.historySlots = .everybody(historySlots) }
        quotas.deviceLimit = deviceLimit
        return quotas
    }
}

/// The flags of a screen that a room looks at.
struct ProjectingOptions: ParsableArguments {
    @Flag(
        name: .customLong("read-only"),
        inversion: .prefixedNo,
        help:
            "The keyboard can look, but change nothing: for projecting. Only q, pressed twice, ends it."
    )
    var readOnly = false
}
