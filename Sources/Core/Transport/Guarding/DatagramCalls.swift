/// The calls in datagrams that wait, by who sent them: nobody who is kicked out waits on for a job.
///
/// A connection's calls end with it; a datagram leaves nothing that could be closed. Used on the
/// event loop only.
final class DatagramCalls {
    private var calls: [SocketAddress: [Int: () -> Void]] = [:]
    private var lastNumber = 0

    /// Notes a call that waits.
    ///
    /// - Parameters:
    ///   - peer: Who sent it.
    ///   - deny: Ends it, and has its client told.
    /// - Returns: Its number, for `remove`.
    func add(from peer: SocketAddress, deny: @escaping () -> Void) -> Int {
        lastNumber += 1
        calls[peer.network, default: [:]][lastNumber] = deny
        return lastNumber
    }

    /// The call is over; one that never waited has no number.
    func remove(_ number: Int?, from peer: SocketAddress) {
        guard let number else { return }
        let network = peer.network
        calls[network]?[number] = nil
        if calls[network]?.isEmpty ?? false { calls[network] = nil }
    }

    /// Ends all calls of this address, the oldest first.
    func denyAll(from peer: SocketAddress) {
        let denied = calls.removeValue(forKey: peer.network) ?? [:]
        for (_, deny) in denied.sorted(by: { $0.key < $1.key }) { deny() }
    }
}
