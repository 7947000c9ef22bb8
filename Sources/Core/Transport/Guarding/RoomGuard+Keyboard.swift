import Synchronization

/// What is set from the keyboard for one device, and what is known of it there.
extension RoomGuard {
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

    /// What holds for this device now.
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
        // Sorted out without the lock, which receivers take for every datagram.
        let peers = state.withLock { $0.devices.map(\.peer) }
        return peers.indices.reduce(into: [:]) { known, place in
            guard let peer = peers[place] else { return }
            known[peer, default: []].append(DeviceID(UInt32(place)))
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
}
