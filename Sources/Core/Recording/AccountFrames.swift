/// The devices' CPU time on the way, so that any moment's is found by adding up a part of the events.
struct AccountFrames: Sendable {
    struct Account: Sendable {
        var cpuTime = Microseconds.zero
        var jobs: UInt64 = 0

        mutating func add(_ cpuTime: Microseconds) {
            self.cpuTime += cpuTime
            jobs += 1
        }
    }

    typealias Accounts = [DeviceID: Account]

    /// Adding up so many events takes a fraction of a millisecond.
    private static let spacing = 32_768

    /// At the first moment and after every `spacing` events.
    private var frames: [Accounts]
    private var present: Accounts
    private var count = 0

    init(_ entries: [Ledger.Entry]) {
        present = [:]
        for entry in entries {
            present[entry.device] = Account(cpuTime: entry.cpuTime, jobs: entry.jobs)
        }
        frames = [present]
    }

    mutating func note(_ event: Event) {
        present.book(event)
        count += 1
        if count.isMultiple(of: Self.spacing) { frames.append(present) }
    }

    /// The accounts after so many of the events.
    func accounts(after count: Int, of events: [Event]) -> Accounts {
        let frame = count / Self.spacing
        var accounts = frames[frame]
        for event in events[frame * Self.spacing..<count] { accounts.book(event) }
        return accounts
    }
}

extension AccountFrames.Accounts {
    /// Adds what the event finished, if it finished anything.
    fileprivate mutating func book(_ event: Event) {
        guard case .executionFinished(let device?, let cpuTime) = event.fact else { return }
        self[device, default: AccountFrames.Account()].add(cpuTime)
    }
}

extension Timeline {
    /// What the ledger held at this moment: the most CPU time first, ties by number.
    ///
    /// - Complexity: Looks at 32 768 events at most, and sorts the devices.
    package func cpuTimes(at number: UInt64) -> [Ledger.Entry] {
        accounts.accounts(after: position(number), of: events)
            .map { Ledger.Entry(device: $0.key, cpuTime: $0.value.cpuTime, jobs: $0.value.jobs) }
            .sorted { left, right in
                left.cpuTime == right.cpuTime
                    ? left.device.index < right.device.index : left.cpuTime > right.cpuTime
            }
    }
}
