/// What one peer address and one device may have of the server, so that none takes it from the others.
///
/// They hold for strangers only, unless the user gave them: then for everybody. Of a peer with an
/// IPv6 address, its network of 64 bits counts as one, because whoever has one address there has all.
package struct Quotas: Equatable, Sendable {
    package typealias PeerLimit = ConnectionLimits.PeerLimit

    /// Datagrams a second, in the long run.
    package var datagramRate: PeerLimit<Int> = .strangers(50)
    /// Datagrams at once.
    package var datagramBurst: PeerLimit<Int> = .strangers(100)
    /// Jobs on their way: accepted, and neither executed, taken nor lost.
    package var queuedJobs: PeerLimit<Int> = .strangers(64)
    /// Calls that wait for a slot or for a job.
    package var blockedWaits: PeerLimit<Int> = .strangers(8)
    /// Replies to remote calls that are remembered.
    package var historySlots: PeerLimit<Int> = .strangers(64)
    /// Jobs on their way of each device, whoever sends them; `nil` leaves it to `queuedJobs`.
    package var deviceLimit: Int?

    package init() {}

    /// Those of datagrams; the one that the user did not give is the usual one.
    func datagrams(isLoopback: Bool) -> TokenBucket.Size? {
        let rate = datagramRate.value(isLoopback: isLoopback)
        let burst = datagramBurst.value(isLoopback: isLoopback)
        guard rate != nil || burst != nil else { return nil }
        return TokenBucket.Size(
            rate: rate ?? datagramRate.number,
            burst: burst ?? datagramBurst.number
        )
    }

    /// Whether anything holds for this machine's own programs.
    var holdForLoopback: Bool {
        datagrams(isLoopback: true) != nil || queuedJobs.value(isLoopback: true) != nil
            || blockedWaits.value(isLoopback: true) != nil || deviceLimit != nil
    }
}

extension ConnectionLimits.PeerLimit where Value == Int {
    /// The limit itself, for whomever it holds.
    fileprivate var number: Int {
        switch self {
        case .everybody(let value), .strangers(let value): value
        }
    }
}
