/// What each peer has used of its quotas; bounded, whoever sends from wherever.
///
/// A peer that has been at rest for so long that its account is as new may be forgotten; no peer's
/// account gives way to another's. Where there is no room, newcomers share one account: the crowd's.
struct PeerAccounts {
    struct Account {
        var bucket: TokenBucket?
        /// Of one that has shown the token in sealed datagrams.
        var seals: Seals?
        /// Calls that wait.
        var waits = 0
    }

    /// What datagrams with right seals draw from, and no others, as anybody may write a peer's address.
    struct Seals {
        /// For so long the peer is known by them.
        private static let memory = Microseconds(600_000_000)

        var bucket: TokenBucket
        /// When the last came.
        var last: Microseconds

        func isRecent(at now: Microseconds) -> Bool { now <= last + Self.memory }
    }

    static let limit = 4096
    /// The number of the account that those share who have none of their own.
    static let crowd = limit + 1
    private static let sweepPeriod = Microseconds(100_000)

    private var numbers: [SocketAddress: Int] = [:]
    /// By number; 0 is nobody.
    private var accounts = Array(repeating: Account(), count: 1)
    private var freeNumbers: [Int] = []
    private var nextSweep = Microseconds.zero

    var count: Int { numbers.count }

    subscript(number: Int) -> Account {
        get { number < accounts.count ? accounts[number] : Account() }
        set {
            while accounts.count <= number { accounts.append(Account()) }
            accounts[number] = newValue
        }
    }

    /// The number of a peer's account.
    ///
    /// - Parameters:
    ///   - network: The peer, as `SocketAddress.network` has it.
    ///   - now: The time.
    ///   - isIdle: Whether an account is as new.
    /// - Returns: From 1 to `crowd`.
    mutating func number(
        of network: SocketAddress,
        at now: Microseconds,
        isIdle: (Int, Account, SocketAddress) -> Bool
    ) -> Int {
        if let number = numbers[network] { return number }
        if numbers.count >= Self.limit { forgetIdle(at: now, isIdle) }
        guard numbers.count < Self.limit else { return Self.crowd }
        let number = freeNumbers.popLast() ?? numbers.count + 1
        numbers[network] = number
        self[number] = Account()
        return number
    }

    /// Not for each newcomer, or forged addresses would make every datagram walk through all peers.
    private mutating func forgetIdle(
        at now: Microseconds,
        _ isIdle: (Int, Account, SocketAddress) -> Bool
    ) {
        guard now >= nextSweep else { return }
        nextSweep = now + Self.sweepPeriod
        for (network, number) in numbers where isIdle(number, self[number], network) {
            numbers[network] = nil
            freeNumbers.append(number)
        }
    }
}
