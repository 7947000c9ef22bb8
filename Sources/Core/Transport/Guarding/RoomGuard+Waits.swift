/// Calls that wait: how many each peer and each device has.
extension RoomGuard {
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

    /// Gives a wait back.
    func end(_ wait: Wait) {
        state.withLock { state in
            state.peers[wait.peer].waits -= 1
            if let device = wait.device { state.withDevice(device) { $0.waits -= 1 } }
        }
    }

    private func waitLimit(_ peer: SocketAddress) -> Int? {
        quotas.blockedWaits.value(isLoopback: peer.isLoopback)
    }
}
