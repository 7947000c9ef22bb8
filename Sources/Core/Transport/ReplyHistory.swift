/// Remembers the replies to remote calls, so that a call that comes again is not executed again: at
/// most once.
///
/// A client that got no reply repeats its call, byte for byte, from the same port. A call is known
/// again by its transport, its peer's address and port, its number, its procedure and the checksum of
/// its arguments; program and version are always ours. What cannot be executed twice by mistake is
/// not remembered at all: NULL, STATUS, LOOKUP, MAILBOXES.
///
/// Each peer has places of its own, and at the last one its own oldest reply gives way; no peer
/// takes another's. The number of all places is limited too, and connections have at most half of
/// them: over TCP nothing is sent again, so remembering matters less there than over UDP. It belongs
/// to the event loop.
package final class ReplyHistory {
    /// What is known of a call.
    package enum Recollection {
        /// Never seen: execute it, then tell `finish` the reply.
        case unknown(Claim)
        /// Being executed: the copy is dropped in silence, the reply will come.
        case inProgress
        /// Executed: the same reply again.
        case done([UInt8])
        /// Never seen, and there is no place to remember it.
        case full
    }

    /// What tells one call of a peer from another.
    package struct Key: Equatable, Sendable {
        let xid: UInt32
        let procedure: RemoteProcedure
        let checksum: UInt32

        package init(_ call: RemoteCall) {
            xid = call.xid
            procedure = call.procedure
            checksum = CRC32.checksum(call.argumentBytes)
        }
    }

    /// A place that was given to a call.
    package struct Claim {
        let peer: Peer
        let place: Int
    }

    /// The calls of one peer: one TCP connection, or one address and port over UDP.
    package final class Peer {
        fileprivate var entries: [Entry] = []
        /// How often a place was given away.
        private var number: UInt64 = 0
        fileprivate var isForgotten = false
        fileprivate let isConnection: Bool
        /// Of a datagram's sender.
        fileprivate var address: SocketAddress?

        package init(isConnection: Bool) {
            self.isConnection = isConnection
        }

        fileprivate func nextNumber() -> UInt64 {
            number += 1
            return number
        }
    }

    fileprivate struct Entry {
        var key: Key
        /// The places were given away in this order.
        var number: UInt64
        var reply: [UInt8] = []
        /// When the reply was sent; `nil` while the call is in progress.
        var done: Microseconds?
    }

    package static let usualLimit = 4096
    package static let usualLimitPerPeer = 64
    package static let usualLifetime = Microseconds(60_000_000)
    private static let sweepPeriod = Microseconds(1_000_000)

    private let limit: Int
    private let limitPerPeer: Int
    private let limitPerHost: ConnectionLimits.PeerLimit<Int>
    private let lifetime: Microseconds
    private var datagramPeers: [SocketAddress: Peer] = [:]
    /// The peers at an address that may not have as many calls as it likes, the oldest first.
    private var neighbours: [SocketAddress: [SocketAddress]] = [:]
    private var nextSweep = Microseconds.zero
    /// How many calls are remembered.
    package private(set) var count = 0
    /// How many of them are calls over TCP.
    private var connectionCount = 0

    /// - Parameters:
    ///   - limit: The most calls remembered.
    ///   - limitPerPeer: The most calls of one peer.
    ///   - limitPerHost: The most calls over UDP of one address, from all of its ports.
    ///   - lifetime: How long a reply is kept at least, unless its peer makes so many calls.
    package init(
        limit: Int = usualLimit,
        limitPerPeer: Int = usualLimitPerPeer,
        limitPerHost: ConnectionLimits.PeerLimit<Int> = .strangers(usualLimitPerPeer),
        lifetime: Microseconds = usualLifetime
    ) {
        precondition(limit > 0 && limitPerPeer > 0, "a history has at least one place")
        self.limit = limit
        self.limitPerPeer = limitPerPeer
        self.limitPerHost = limitPerHost
        self.lifetime = lifetime
    }

    /// What is known of a call over UDP.
    package func recall(_ key: Key, from address: SocketAddress, at now: Microseconds)
        -> Recollection
    {
        if let peer = datagramPeers[address] { return recall(key, of: peer, at: now) }
        let peer = Peer(isConnection: false)
        peer.address = address
        let recollection = recall(key, of: peer, at: now)
        if case .unknown = recollection {
            datagramPeers[address] = peer
            if isLimited(address) { neighbours[address.network, default: []].append(address) }
        }
        return recollection
    }

    /// What is known of a call of this peer; over TCP the connection holds its peer.
    ///
    /// - Parameters:
    ///   - key: The call.
    ///   - peer: Who calls.
    ///   - now: The time, which never goes back.
    /// - Returns: With a claim where the call is new; the claim must be finished.
    /// - Complexity: O(n) for n remembered calls of the peer.
    package func recall(_ key: Key, of peer: Peer, at now: Microseconds) -> Recollection {
        let place = peer.entries.firstIndex { $0.key.xid == key.xid && $0.key == key }
        if let place {
            guard let done = peer.entries[place].done else { return .inProgress }
            if now - done <= lifetime { return .done(peer.entries[place].reply) }
            peer.entries[place].done = nil
            return .unknown(Claim(peer: peer, place: place))
        }
        if peer.entries.count < limitPerPeer, hostHasRoom(for: peer) {
            guard hasRoom(for: peer, at: now) else {
                return recallInOldPlace(key, of: peer, at: now)
            }
            count += 1
            if peer.isConnection { connectionCount += 1 }
            peer.entries.append(Entry(key: key, number: peer.nextNumber()))
            return .unknown(Claim(peer: peer, place: peer.entries.count - 1))
        }
        guard let place = oldestDone(of: peer) else { return .full }
        return give(place, of: peer, to: key)
    }

    /// Where others have all places there are, a peer still has those of its own that are old.
    private func recallInOldPlace(_ key: Key, of peer: Peer, at now: Microseconds) -> Recollection {
        guard let place = oldestDone(of: peer), let done = peer.entries[place].done,
            now - done > lifetime
        else { return .full }
        return give(place, of: peer, to: key)
    }

    private func give(_ place: Int, of peer: Peer, to key: Key) -> Recollection {
        peer.entries[place].key = key
        peer.entries[place].done = nil
        peer.entries[place].number = peer.nextNumber()
        return .unknown(Claim(peer: peer, place: place))
    }

    /// Remembers the reply to a call.
    package func finish(_ claim: Claim, with reply: UnsafeRawBufferPointer, at now: Microseconds) {
        guard !claim.peer.isForgotten else { return }
        // Into the place's own memory, so that a busy peer allocates nothing.
        claim.peer.entries[claim.place].reply.removeAll(keepingCapacity: true)
        claim.peer.entries[claim.place].reply.append(contentsOf: reply)
        claim.peer.entries[claim.place].done = now
    }

    package func finish(_ claim: Claim, with reply: [UInt8], at now: Microseconds) {
        reply.withUnsafeBytes { finish(claim, with: $0, at: now) }
    }

    /// Forgets a connection that was closed: nothing can be repeated on it.
    package func forget(_ peer: Peer) {
        guard !peer.isForgotten else { return }
        peer.isForgotten = true
        count -= peer.entries.count
        if peer.isConnection { connectionCount -= peer.entries.count }
        peer.entries = []
    }

    private func oldestDone(of peer: Peer) -> Int? {
        var oldest: Int?
        for place in peer.entries.indices where peer.entries[place].done != nil {
            if let found = oldest, peer.entries[found].number < peer.entries[place].number {
                continue
            }
            oldest = place
        }
        return oldest
    }

    private func hasRoom(for peer: Peer, at now: Microseconds) -> Bool {
        if peer.isConnection, connectionCount >= limit / 2 { return false }
        if count >= limit, now >= nextSweep {
            // Not more often, or strangers who fill the history would make every call walk through it.
            nextSweep = now + Self.sweepPeriod
            forgetOldPeers(at: now)
        }
        return count < limit
    }

    /// Peers go as a whole, once all that is known of them is old: claims keep their places.
    private func forgetOldPeers(at now: Microseconds) {
        for (address, peer) in datagramPeers {
            let isOld = peer.entries.allSatisfy { entry in
                entry.done.map { now - $0 > lifetime } ?? false
            }
            guard isOld else { continue }
            forget(peer, at: address)
        }
    }

    private func forget(_ peer: Peer, at address: SocketAddress) {
        forget(peer)
        datagramPeers[address] = nil
        guard isLimited(address) else { return }
        neighbours[address.network]?.removeAll { $0 == address }
        if neighbours[address.network]?.isEmpty == true { neighbours[address.network] = nil }
    }

    // MARK: - One host, many ports

    private func isLimited(_ address: SocketAddress) -> Bool {
        limitPerHost.value(isLoopback: address.isLoopback) != nil
    }

    /// Whether one more call of this address may be remembered. At its limit the address's oldest
    /// ports give way, as long as their calls are done.
    private func hostHasRoom(for peer: Peer) -> Bool {
        guard let address = peer.address,
            let limit = limitPerHost.value(isLoopback: address.isLoopback)
        else { return true }
        let ports = neighbours[address.network] ?? []
        var held = ports.reduce(0) { $0 + (datagramPeers[$1]?.entries.count ?? 0) }
        for port in ports where held >= limit && port != address {
            guard let other = datagramPeers[port], other.entries.allSatisfy({ $0.done != nil })
            else { continue }
            held -= other.entries.count
            forget(other, at: port)
        }
        return held < limit
    }
}
