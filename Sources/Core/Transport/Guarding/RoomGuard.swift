import Synchronization

/// Decides who may send what: quotas for each peer and each device, muted devices, their limits.
///
/// Any thread may ask; receivers do so for every datagram. For the programs of this machine nothing
/// holds unless the user said so, and then asking costs one load.
package final class RoomGuard: Sendable {
    struct DeviceRules {
        var bucket: TokenBucket?
        var waits = 0
        var isMuted = false
        /// Set from the keyboard.
        var limit: Int?
        /// Who sent for it last.
        var peer: SocketAddress?
    }

    struct State {
        var peers = PeerAccounts()
        /// By the devices' numbers.
        var devices: [DeviceRules] = []

        mutating func withDevice<Result>(
            _ device: DeviceID,
            _ body: (inout DeviceRules) -> Result
        ) -> Result {
            let place = Int(device.index)
            while devices.count <= place { devices.append(DeviceRules()) }
            return body(&devices[place])
        }

        func rules(of device: DeviceID) -> DeviceRules {
            let place = Int(device.index)
            return place < devices.count ? devices[place] : DeviceRules()
        }
    }

    /// Who was told to be silent.
    package let muted = MutedAddresses()
    /// Whose jobs are on their way.
    package let backlog: Backlog
    let quotas: Quotas
    let clock: any EngineClock
    let guardsLoopback: Atomic<Bool>
    let state = Guarded(State())

    /// - Parameters:
    ///   - quotas: What everybody may have.
    ///   - backlog: The engine's.
    ///   - clock: The engine's.
    package init(
        _ quotas: Quotas = Quotas(),
        backlog: Backlog = Backlog(),
        clock: any EngineClock = SystemClock()
    ) {
        self.quotas = quotas
        self.backlog = backlog
        self.clock = clock
        guardsLoopback = Atomic(quotas.holdForLoopback)
    }

    /// Whether anything holds for this peer.
    @inline(__always)
    func guards(_ peer: SocketAddress) -> Bool {
        guardsLoopback.load(ordering: .relaxed) || !peer.isLoopback
    }

    // MARK: - Datagrams

    /// Why a datagram is not even read: its peer sends more than it may.
    ///
    /// - Parameters:
    ///   - peer: Where it came from.
    ///   - now: When it came.
    /// - Returns: `nil` where it may be read.
    @inline(__always)
    func denial(ofDatagramFrom peer: SocketAddress, at now: Microseconds) -> Denial? {
        guards(peer) ? takeToken(of: peer, at: now) : nil
    }

    private func takeToken(of peer: SocketAddress, at now: Microseconds) -> Denial? {
        guard let size = quotas.datagrams(isLoopback: peer.isLoopback) else { return nil }
        return state.withLock { state in
            let number = self.number(of: peer, at: now, &state)
            var bucket = state.peers[number].bucket ?? TokenBucket(size, at: now)
            let isThere = bucket.take(size, at: now)
            state.peers[number].bucket = bucket
            return isThere ? nil : .tooFast
        }
    }

    /// Whether this peer has sent right seals lately: then each of its seals is looked at, and only
    /// the right ones count.
    func knowsSeals(of peer: SocketAddress, at now: Microseconds) -> Bool {
        guard guards(peer) else { return false }
        return state.withLock { state in
            let number = self.number(of: peer, at: now, &state)
            return state.peers[number].seals?.isRecent(at: now) ?? false
        }
    }

    /// Notes a right seal.
    ///
    /// - Parameters:
    ///   - peer: Who sent it.
    ///   - isCounted: Whether it was counted before it was looked at, as those of strangers are.
    ///   - now: When it came.
    /// - Returns: Why what is in it is not served: its peer seals more than it may.
    func denial(
        ofSealFrom peer: SocketAddress,
        isCounted: Bool,
        at now: Microseconds
    ) -> Denial? {
        guard guards(peer), let size = quotas.datagrams(isLoopback: peer.isLoopback) else {
            return nil
        }
        return state.withLock { state in
            let number = self.number(of: peer, at: now, &state)
            // It is many peers, of whom the others would have to show nothing.
            guard number != PeerAccounts.crowd else { return nil }
            let account = state.peers[number]
            // What the peer has used already, it has not got again.
            var bucket = account.seals?.bucket ?? account.bucket ?? TokenBucket(size, at: now)
            let isThere = isCounted || bucket.take(size, at: now)
            state.peers[number].seals = PeerAccounts.Seals(bucket: bucket, last: now)
            return isThere ? nil : .tooFast
        }
    }

    /// Notes a job in the backlog unless it may not come, in one step.
    ///
    /// - Parameters:
    ///   - device: Whose it is.
    ///   - peer: Who sent it in a datagram.
    ///   - now: When.
    /// - Returns: Why it is refused; then nothing was noted.
    func admit(_ device: DeviceID, from peer: SocketAddress, at now: Microseconds) -> Denial? {
        let (denial, sender, limits) = look(at: device, from: peer, isDatagram: true, now)
        if let denial { return denial }
        return Self.denial(backlog.add(device, from: sender, unlessOver: limits))
    }

    // MARK: - Jobs and calls

    /// Why a job may not be put into the buffer now.
    ///
    /// - Parameters:
    ///   - device: Whose it is.
    ///   - peer: Who sent it.
    ///   - isDatagram: Whether it came in a datagram.
    ///   - evenIfMuted: Whether a muted device's job may come too, because it was there before.
    /// - Returns: `nil` where it may.
    func denial(
        ofJobOf device: DeviceID,
        from peer: SocketAddress,
        isDatagram: Bool,
        evenIfMuted: Bool = false
    ) -> Denial? {
        guard guards(peer) else { return nil }
        let (denial, sender, limits) = look(
            at: device,
            from: peer,
            isDatagram: isDatagram,
            evenIfMuted: evenIfMuted,
            clock.now
        )
        return denial ?? Self.denial(backlog.excess(device, from: sender, over: limits))
    }

    /// The number under which this peer answers for its jobs in the backlog; 0 where it need not.
    func sender(of peer: SocketAddress) -> Int {
        guard guards(peer), quotas.queuedJobs.value(isLoopback: peer.isLoopback) != nil else {
            return 0
        }
        return state.withLock { number(of: peer, at: clock.now, &$0) }
    }

    private func look(
        at device: DeviceID,
        from peer: SocketAddress,
        isDatagram: Bool,
        evenIfMuted: Bool = false,
        _ now: Microseconds
    ) -> (denial: Denial?, sender: Int, limits: Backlog.Limits) {
        let isLoopback = peer.isLoopback
        let size = isDatagram ? quotas.datagrams(isLoopback: isLoopback) : nil
        let queued = quotas.queuedJobs.value(isLoopback: isLoopback)
        return state.withLock { state in
            var denial: Denial?
            let limit = state.withDevice(device) { rules in
                rules.peer = peer.network
                if rules.isMuted, !evenIfMuted {
                    denial = .muted
                } else if let size, rules.take(size, at: now) == false {
                    denial = .deviceTooFast
                }
                return rules.limit ?? quotas.deviceLimit
            }
            let limits = Backlog.Limits(
                device: [limit, queued].compactMap { $0 }.min(),
                sender: queued
            )
            guard denial == nil, queued != nil else { return (denial, 0, limits) }
            return (nil, number(of: peer, at: now, &state), limits)
        }
    }

    private static func denial(_ excess: Backlog.Excess?) -> Denial? {
        switch excess {
        case nil: nil
        case .device(let limit): .deviceQueueFull(limit: limit)
        case .sender(let limit): .queueFull(limit: limit)
        }
    }

    /// The account under which this peer is counted.
    func number(
        of peer: SocketAddress,
        at now: Microseconds,
        _ state: inout State
    ) -> Int {
        state.peers.number(of: peer.network, at: now) { number, account, network in
            guard account.waits == 0, backlog.jobs(from: number) == 0,
                account.seals?.isRecent(at: now) != true
            else { return false }
            guard let size = quotas.datagrams(isLoopback: network.isLoopback) else { return true }
            return account.bucket?.isFull(size, at: now) ?? true
        }
    }

    /// How many peers have an account, for tests.
    var peerCount: Int { state.withLock { $0.peers.count } }
}

extension RoomGuard.DeviceRules {
    fileprivate mutating func take(_ size: TokenBucket.Size, at now: Microseconds) -> Bool {
        var bucket = self.bucket ?? TokenBucket(size, at: now)
        defer { self.bucket = bucket }
        return bucket.take(size, at: now)
    }
}
