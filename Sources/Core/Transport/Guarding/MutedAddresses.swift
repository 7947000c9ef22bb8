import Synchronization

/// The addresses that were told from the keyboard to be silent. Any thread may ask, for every datagram.
///
/// Of an IPv6 address its network counts, as for the quotas.
package final class MutedAddresses: Sendable {
    private let isAnyMuted = Atomic(false)
    private let networks = Guarded<Set<SocketAddress>>([])

    package init() {}

    /// While nobody is muted, asking costs one load.
    @inline(__always)
    package func contains(_ peer: SocketAddress) -> Bool {
        isAnyMuted.load(ordering: .relaxed) && networks.withLock { $0.contains(peer.network) }
    }

    /// From now on nothing is accepted from this address, or it is again.
    package func mute(_ peer: SocketAddress, _ isMuted: Bool) {
        networks.withLock { networks in
            if isMuted { networks.insert(peer.network) } else { networks.remove(peer.network) }
            isAnyMuted.store(!networks.isEmpty, ordering: .relaxed)
        }
    }

    package var all: Set<SocketAddress> { networks.withLock { $0 } }
}
