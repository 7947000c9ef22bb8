import Core

/// What the keyboard does to the selected device: mute it, kick it out, limit it.
extension DashboardModel {
    mutating func guardRoom(_ action: KeyBinding.Action) -> [Effect] {
        guard rewind == nil else {
            notice = "you look at the past; L goes back to the engine, whose devices these are"
            return []
        }
        guard setup.hasRoom else {
            notice = "no device sends jobs over the network here"
            return []
        }
        if panel == .refused { return guardPeers(action) }
        guard focus == .devices else {
            // Nobody is to be silenced whom the user does not see marked.
            focus = .devices
            notice = "↑ ↓ select a device, then u mutes it, K kicks it out, l limits it"
            return []
        }
        let rows = devices
        guard !rows.isEmpty else {
            notice = "there is no device yet"
            return []
        }
        guard let place = selectedDevicePlace else {
            notice = "select a device first (↑ ↓); rows move, the selection stays with it"
            return []
        }
        let device = rows[place]
        chosenDevice = device.identity
        switch action {
        case .kick: return kick(device)
        case .mute: return mute(device)
        default: return limit(device)  // `performLive` sends nothing else here.
        }
    }

    /// In which row the selected device is now; of a single one there is nothing to choose.
    var selectedDevicePlace: Int? {
        let rows = devices
        if let chosenDevice, let place = rows.firstIndex(where: { $0.identity == chosenDevice }) {
            return place
        }
        return rows.count == 1 && chosenDevice == nil ? 0 : nil
    }

    private mutating func kick(_ device: DeviceRow) -> [Effect] {
        set(RoomGuard.Rules(isMuted: true, limit: device.rules.limit), for: device.id)
        notice = "\(device.name) was kicked out: muted, its connections closed; u lets it back"
        return [.kick(device.id)]
    }

    private mutating func mute(_ device: DeviceRow) -> [Effect] {
        let isMuted = !device.rules.isMuted
        set(RoomGuard.Rules(isMuted: isMuted, limit: device.rules.limit), for: device.id)
        notice =
            isMuted
            ? "\(device.name) is muted: its jobs are refused; u lets it speak again"
            : "\(device.name) may speak again"
        return [.mute(device.id, isMuted)]
    }

    private static let limits = [1, 4, 16, 64]

    private mutating func limit(_ device: DeviceRow) -> [Effect] {
        let limit = Self.limits.first { $0 > device.rules.limit ?? 0 }
        set(RoomGuard.Rules(isMuted: device.rules.isMuted, limit: limit), for: device.id)
        notice =
            limit.map {
                "\(device.name) may have \($0) \($0 == 1 ? "job" : "jobs") queued; l goes on"
            }
            ?? "\(device.name) has the usual limit again"
        return [.limit(device.id, limit)]
    }

    /// The next look tells how it is; until then a second press of the same key must count too.
    private mutating func set(_ rules: RoomGuard.Rules, for device: DeviceID) {
        for place in live.devices.indices where live.devices[place].id == device {
            live.devices[place].rules = rules
        }
        for place in frozen?.devices.indices ?? 0..<0 where frozen?.devices[place].id == device {
            frozen?.devices[place].rules = rules
        }
    }
}
