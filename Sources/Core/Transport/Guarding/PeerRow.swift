/// An address that is connected, sends for devices, was refused something, is muted or chosen: whom
/// the keyboard can silence, whatever names it uses.
package struct PeerRow: Equatable, Sendable {
    /// Without a port; of IPv6 the network.
    package let address: SocketAddress
    package var connections = 0
    /// Some of those for which it sent last, the newest first.
    package var devices: [DeviceID] = []
    package var deviceCount = 0
    package var isMuted = false
    /// What was refused to it, the latest first.
    package var refusals: [RefusalBook.Row] = []
    /// The address, made once: where nothing else differs, thousands of rows are sorted by it.
    private let host: String

    /// More names nobody reads in one line.
    private static let shownDevices = 4
    /// More addresses nobody looks through; the muted and the chosen ones are always there. Twice as
    /// many as those to whom something was refused, so that refused forged ones push out nobody who
    /// is connected.
    private static let limit = 2 * RefusalBook.limit

    package init(_ address: SocketAddress) {
        self.address = address
        host = address.host
    }

    /// How often something was refused to it, as far as that is still known.
    package var refusalCount: Int { refusals.reduce(0) { $0 + $1.count } }

    /// Brings together what is known of the addresses.
    ///
    /// - Parameters:
    ///   - connections: How many each has.
    ///   - muted: Who is muted.
    ///   - devices: For whom each sent last, the oldest first.
    ///   - refusals: What was refused, the latest first.
    ///   - chosen: Who is there in any case, because the keyboard means it; `nil` for nobody.
    /// - Returns: The muted ones first, then whoever was refused something last, then those with the
    ///   most connections and devices.
    static func rows(
        connections: [SocketAddress: Int],
        muted: Set<SocketAddress>,
        devices: [SocketAddress: [DeviceID]],
        refusals: [RefusalBook.Row],
        chosen: SocketAddress? = nil
    ) -> [PeerRow] {
        var rows: [SocketAddress: PeerRow] = [:]
        if let chosen { rows[chosen] = PeerRow(chosen) }
        for address in muted { rows[address, default: PeerRow(address)].isMuted = true }
        for (address, count) in connections {
            rows[address, default: PeerRow(address)].connections = count
        }
        for (address, all) in devices {
            let newest = Array(all.suffix(shownDevices).reversed())
            rows[address, default: PeerRow(address)].devices = newest
            rows[address]?.deviceCount = all.count
        }
        for refusal in refusals {
            rows[refusal.peer, default: PeerRow(refusal.peer)].refusals.append(refusal)
        }
        let all = rows.values.sorted(by: precedes)
        return Array(all.prefix(limit)) + all.dropFirst(limit).filter { $0.address == chosen }
    }

    private static func precedes(_ left: PeerRow, _ right: PeerRow) -> Bool {
        if left.isMuted != right.isMuted { return left.isMuted }
        let (leftTime, rightTime) = (left.refusals.first?.last, right.refusals.first?.last)
        if leftTime != rightTime { return leftTime ?? .zero > rightTime ?? .zero }
        let (leftWeight, rightWeight) = (left.weight, right.weight)
        return leftWeight == rightWeight
            ? left.host < right.host : leftWeight > rightWeight
    }

    private var weight: Int { connections + deviceCount }
}

extension SocketAddress {
    /// Whom a limit or a mute for this address means, such as `192.0.2.7` and `2001:db8::/64`.
    package var networkText: String {
        let isNetwork = isIPv6 && !isLoopback && !isLinkLocal
        return isNetwork ? "\(network.host)/64" : host
    }
}
