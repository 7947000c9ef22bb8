/// Who offers which service, for as long as its lease runs: the lecture's service registry.
///
/// A provider registers and renews; whoever stops renewing is forgotten, so that nobody has to tell
/// when a program has died. The number of a lease is the right to renew and to cancel it, and cannot
/// be guessed. It belongs to the event loop; what changes is published as a value, with deadlines in
/// place of times left, so that a screen asks nobody.
///
/// Source: Coulouris, Dollimore and Kindberg, *Distributed Systems*, the Jini discovery service.
package final class Registry {
    /// A service that can be found.
    package struct Entry: Equatable, Sendable {
        /// Sanitised.
        package let name: String
        package let address: SocketAddress
        /// The host that registered it.
        package let registrar: String
        /// In the engine's time; `nil` where it never ends.
        package fileprivate(set) var deadline: Microseconds?
        /// Whoever knows it may renew and cancel; it is never shown.
        fileprivate var lease: UInt64
        /// The registrar, as limits count.
        fileprivate var network = SocketAddress()
        /// Whether somebody is there for certain, and not only a forged address.
        fileprivate var isVerified = true

        package init(
            name: String,
            address: SocketAddress,
            registrar: String,
            deadline: Microseconds?
        ) {
            self.init(name, address, registrar, until: deadline, lease: 0)
        }

        fileprivate init(
            _ name: String,
            _ address: SocketAddress,
            _ registrar: String,
            until deadline: Microseconds?,
            lease: UInt64
        ) {
            self.name = name
            self.address = address
            self.registrar = registrar
            self.deadline = deadline
            self.lease = lease
        }
    }

    package static let usualLimit = 1024
    /// Of one stranger's host, so that no one can take all places.
    package static let usualLimitPerPeer = 64
    /// In seconds, where nothing else is asked for.
    package static let usualLease: UInt32 = 30
    package static let longestLease: UInt32 = 3600

    private let own: [Entry]
    private let limit: Int
    private let limitPerPeer: Int
    private let tally: NetworkTally
    private let publish: ([Entry]) -> Void
    private var numbers: any RandomNumberGenerator
    /// The oldest first.
    private var entries: [Entry] = []
    /// No lease ends before.
    private var nextEnd: Microseconds?

    /// - Parameters:
    ///   - own: The server's own address, which is always registered; `nil` for none.
    ///   - limit: The most services.
    ///   - limitPerPeer: The most of one stranger's host.
    ///   - numbers: Makes the numbers of leases.
    ///   - tally: Counts what is refused.
    ///   - publish: Gets all services after each change, the server's own first, then the newest.
    package init(
        own: SocketAddress?,
        limit: Int = usualLimit,
        limitPerPeer: Int = usualLimitPerPeer,
        numbers: any RandomNumberGenerator,
        tally: NetworkTally,
        publish: @escaping ([Entry]) -> Void
    ) {
        precondition(limit > 0 && limitPerPeer > 0, "a registry has at least one place")
        self.own =
            own.map {
                [Entry(name: "signalbox", address: $0, registrar: "itself", deadline: nil)]
            } ?? []
        self.limit = limit
        self.limitPerPeer = limitPerPeer
        self.numbers = numbers
        self.tally = tally
        self.publish = publish
        publish(self.own)
    }

    /// REGISTER: enters a service, in place of the same one of the same host.
    ///
    /// - Parameters:
    ///   - request: What it is called and where it is; the host 0.0.0.0 stands for the peer's own.
    ///   - peer: Who registers it.
    ///   - standing: How far the peer is let in. Who may have forged its address gets a short lease,
    ///     and a place among half of all, until it renews: only who got the reply can do that.
    ///   - now: The time, which never goes back.
    /// - Returns: The lease, or why there is none.
    /// - Complexity: O(n) for n services.
    package func register(
        _ request: RemoteRegister,
        from peer: SocketAddress,
        _ standing: Standing = .trusted,
        at now: Microseconds
    ) -> RemoteLease {
        forgetEnded(at: now)
        let name = Sanitizer.sanitize(request.service.name)
        guard (1...RemoteProgram.longestName).contains(name.utf8.count),
            var address = SocketAddress(universal: request.service.address), address.port > 0
        else { return RemoteLease(.bad) }
        if address.isWildcard {
            let port = address.port
            address = peer
            address.port = port
        }
        let registrar = peer.host
        // A stranger could send requestors to somebody who never asked for them.
        guard peer.isLoopback || address.digits == peer.digits else {
            tally.count(.foreignAddress, by: peer)
            return RemoteLease(.denied)
        }
        let isVerified = standing == .trusted
        let others = entries.filter {
            $0.name != name || $0.address != address || $0.registrar != registrar
        }
        guard hasRoom(for: peer, isVerified: isVerified, beside: others) else {
            tally.count(.registryFull, by: peer)
            return RemoteLease(.denied)
        }
        let longest = isVerified ? Self.longestLease : Self.usualLease
        let seconds = min(Self.granted(request.leaseSeconds), longest)
        let lease = newLease()
        let end = now + .seconds(Double(seconds))
        var entry = Entry(name, address, registrar, until: end, lease: lease)
        (entry.network, entry.isVerified) = (peer.network, isVerified)
        entries = others + [entry]
        nextEnd = min(nextEnd ?? end, end)
        publishAll()
        return RemoteLease(.ok, lease: lease, leaseSeconds: seconds)
    }

    /// RENEW: the lease runs so long from now on; EMPTY where there is none of this number.
    package func renew(_ request: RemoteRenew, at now: Microseconds) -> RemoteLease {
        forgetEnded(at: now)
        guard let place = place(of: request.lease) else { return RemoteLease(.empty) }
        let seconds = Self.granted(request.leaseSeconds)
        let end = now + .seconds(Double(seconds))
        entries[place].deadline = end
        entries[place].isVerified = true
        nextEnd = min(nextEnd ?? end, end)
        publishAll()
        return RemoteLease(.ok, lease: request.lease, leaseSeconds: seconds)
    }

    /// CANCEL: the lease ends; EMPTY where there is none of this number.
    package func cancel(lease: UInt64, at now: Microseconds) -> RemoteCode {
        forgetEnded(at: now)
        guard let place = place(of: lease) else { return .empty }
        entries.remove(at: place)
        publishAll()
        return .ok
    }

    /// LOOKUP: who has this name, or everybody; the server's own first, then the newest.
    ///
    /// - Parameters:
    ///   - name: Empty for all.
    ///   - now: The time, which never goes back.
    /// - Returns: EMPTY where nobody is found, FULL where more are found than one reply gives.
    package func lookup(_ name: String, at now: Microseconds) -> RemoteHits {
        forgetEnded(at: now)
        let clean = Sanitizer.sanitize(name)
        guard name.isEmpty || !clean.isEmpty else { return RemoteHits(.bad) }
        let found = all.filter { name.isEmpty || $0.name == clean }
        let services = found.prefix(RemoteProgram.mostHits).map {
            RemoteService(name: $0.name, address: $0.address.universal)
        }
        let code: RemoteCode =
            found.isEmpty ? .empty : found.count > services.count ? .full : .ok
        return RemoteHits(code, services)
    }

    private var all: [Entry] { own + entries.reversed() }

    private func publishAll() {
        publish(all)
    }

    private func place(of lease: UInt64) -> Int? {
        entries.firstIndex { $0.lease == lease }
    }

    private func hasRoom(
        for peer: SocketAddress,
        isVerified: Bool,
        beside entries: [Entry]
    ) -> Bool {
        guard entries.count < limit else { return false }
        if !isVerified, entries.count(where: { !$0.isVerified }) >= limit / 2 { return false }
        let network = peer.network
        return peer.isLoopback || entries.count { $0.network == network } < limitPerPeer
    }

    private func forgetEnded(at now: Microseconds) {
        guard let end = nextEnd, end <= now else { return }
        entries.removeAll { $0.deadline.map { $0 <= now } ?? false }
        nextEnd = entries.compactMap(\.deadline).min()
        publishAll()
    }

    private static func granted(_ seconds: UInt32) -> UInt32 {
        seconds == 0 ? usualLease : min(seconds, longestLease)
    }

    /// 0 stands for no lease, so it is none.
    private func newLease() -> UInt64 {
        while true {
            let lease = numbers.next()
            if lease != 0, place(of: lease) == nil { return lease }
        }
    }
}
