import Synchronization

/// Decides who may send what: quotas for each peer and each device, muted devices, their limits.
///
/// Any thread may ask; receivers do so for every datagram. For the programs of this machine nothing
/// holds unless the user said so, and then asking costs one load.
package final class RoomGuard: Sendable {
    fileprivate struct DeviceRules {
        var bucket: TokenBucket?
        var waits = 0
        var isMuted = false
        /// Set from the keyboard.
        var limit: Int?
        /// Who sent for it last.
        var peer: SocketAddress?
    }

    fileprivate struct State {
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
    private let quotas: Quotas
    private let clock: any EngineClock
    private let guardsLoopback: Atomic<Bool>
    private let state = Guarded(State())

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

    private func number(
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

    // MARK: - Waits

    /// A wait that was begun, to be given back.
    struct Wait {
        fileprivate let peer: Int
        fileprivate let device: DeviceID?
    }

    /// Why a call may not wait.
    func denial(ofWaitOf device: DeviceID?, by peer: SocketAddress) -> Denial? {
        guard guards(peer), let limit = waitLimit(peer) else { return nil }
        return state.withLock { state in
            let number = number(of: peer, at: clock.now, &state)
            let ofDevice = device.map { state.rules(of: $0).waits } ?? 0
            return max(state.peers[number].waits, ofDevice) >= limit
                ? .tooManyWaits(limit: limit) : nil
        }
    }

    /// Notes a call that waits; `nil` where waits are not counted.
    func beginWait(of device: DeviceID?, by peer: SocketAddress) -> Wait? {
        guard guards(peer), waitLimit(peer) != nil else { return nil }
        return state.withLock { state in
            let number = number(of: peer, at: clock.now, &state)
            state.peers[number].waits += 1
            if let device { state.withDevice(device) { $0.waits += 1 } }
            return Wait(peer: number, device: device)
        }
    }

    func end(_ wait: Wait) {
        state.withLock { state in
            state.peers[wait.peer].waits -= 1
            if let device = wait.device { state.withDevice(device) { $0.waits -= 1 } }
        }
    }

    private func waitLimit(_ peer: SocketAddress) -> Int? {
        quotas.blockedWaits.value(isLoopback: peer.isLoopback)
    }

    // MARK: - From the keyboard

    /// From now on the device's jobs are refused, or no longer; what is in the buffer is executed.
    package func mute(_ device: DeviceID, _ isMuted: Bool) {
        state.withLock { $0.withDevice(device) { $0.isMuted = isMuted } }
        lookAgain()
    }

    /// The most jobs of this device that may be on their way; `nil` is the usual limit.
    package func limit(_ device: DeviceID, to limit: Int?) {
        state.withLock { $0.withDevice(device) { $0.limit = limit } }
        lookAgain()
    }

    /// What holds for one device alone.
    package struct Rules: Equatable, Sendable {
        package var isMuted = false
        /// The most of its jobs that may be on their way; `nil` for no limit of its own.
        package var limit: Int?

        package init(isMuted: Bool = false, limit: Int? = nil) {
            self.isMuted = isMuted
            self.limit = limit
        }
    }

    package func rules(of device: DeviceID) -> Rules {
        state.withLock { state in
            let rules = state.rules(of: device)
            return Rules(isMuted: rules.isMuted, limit: rules.limit ?? quotas.deviceLimit)
        }
    }

    /// The address from which the device was heard last; `nil` where nothing was asked of it yet.
    package func address(of device: DeviceID) -> SocketAddress? {
        state.withLock { $0.rules(of: device).peer }
    }

    /// For which devices each address was heard last, those with the lowest numbers first.
    var devicesOfAddresses: [SocketAddress: [DeviceID]] {
        state.withLock { state in
            state.devices.indices.reduce(into: [:]) { known, place in
                guard let peer = state.devices[place].peer else { return }
                known[peer, default: []].append(DeviceID(UInt32(place)))
            }
        }
    }

    /// The devices that were heard last from this address.
    package func devices(heardFrom address: SocketAddress) -> Set<DeviceID> {
        Set(devicesOfAddresses[address.network] ?? [])
    }

    /// The devices for which something was set from the keyboard, by number.
    package var marked: [DeviceID] {
        guard guardsLoopback.load(ordering: .relaxed) else { return [] }
        return state.withLock { state in
            state.devices.indices.filter {
                state.devices[$0].isMuted || state.devices[$0].limit != nil
            }.map { DeviceID(UInt32($0)) }
        }
    }

    private func lookAgain() {
        let isMarked = state.withLock { state in
            state.devices.contains { $0.isMuted || $0.limit != nil }
        }
        guardsLoopback.store(isMarked || quotas.holdForLoopback, ordering: .relaxed)
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
