import Glibc

/// A network interface of this machine with one of its IPv4 addresses, through which it multicasts.
package struct NetworkInterface: Equatable, Sendable {
    /// Such as `eth0`.
    package let name: String
    package let index: Int32
    package let address: IPv4Address
    /// As many ones as bits of the address name the network.
    package let mask: UInt32
    package let isLoopback: Bool
    /// All its IPv6 addresses, with their zones.
    package private(set) var ipv6Addresses: [SocketAddress]

    /// - Parameters:
    ///   - name: Such as `eth0`.
    ///   - index: The system's number.
    ///   - address: One of its addresses.
    ///   - mask: Which bits of the address name the network.
    ///   - isLoopback: Whether it leads back to this machine.
    ///   - ipv6Addresses: All its IPv6 addresses, with their zones.
    package init(
        name: String,
        index: Int32,
        address: IPv4Address,
        mask: UInt32,
        isLoopback: Bool,
        ipv6Addresses: [SocketAddress] = []
    ) {
        self.name = name
        self.index = index
        self.address = address
        self.mask = mask
        self.isLoopback = isLoopback
        self.ipv6Addresses = ipv6Addresses
    }

    /// Its IPv4 address, and those of IPv6; all without a port.
    var addresses: [SocketAddress] { [SocketAddress(address, port: 0)] + ipv6Addresses }

    /// Whether this address belongs to the interface's own network.
    ///
    /// Source: RFC 6762, section 11.
    package func isOnLink(_ other: IPv4Address) -> Bool {
        (other.number ^ address.number) & mask == 0
    }

    /// The interfaces that are up and have an IPv4 address, one entry for each address; loopback and
    /// those that can multicast.
    package static func all() throws(SystemError) -> [NetworkInterface] {
        var list: UnsafeMutablePointer<ifaddrs>?
        try SystemError.check("getifaddrs") { getifaddrs(&list) }
        defer { freeifaddrs(list) }
        let entries = sequence(first: list, next: { $0?.pointee.ifa_next })
            .compactMap { $0?.pointee }
        return entries.compactMap(NetworkInterface.init).map { interface in
            var interface = interface
            interface.ipv6Addresses = entries.filter {
                String(cString: $0.ifa_name) == interface.name
            }.compactMap(Self.ipv6)
            return interface
        }
    }

    /// The interface of this name, or with this address.
    ///
    /// - Parameter text: Such as `lo`, `eth0` or `127.0.0.1`.
    /// - Returns: The first of its addresses, or the one that was named.
    /// - Throws: A `MulticastError` where there is none.
    package static func named(_ text: String) throws -> NetworkInterface {
        let all = try all()
        if let found = all.first(where: { $0.name == text }) { return found }
        if let address = IPv4Address(text) {
            if let found = all.first(where: { $0.address == address }) { return found }
            // All of 127.0.0.0/8 is this machine, although one address is listed.
            let loopback = all.first { $0.isLoopback && $0.isOnLink(address) }
            if let loopback { return loopback }
        }
        throw MulticastError.noInterface(Sanitizer.sanitize(text), known: all.map(\.name))
    }

    private init?(_ entry: ifaddrs) {
        let flags = Int(entry.ifa_flags)
        let isLoopback = flags & Int(IFF_LOOPBACK) != 0
        guard flags & Int(IFF_UP) != 0,
            isLoopback || flags & Int(IFF_MULTICAST) != 0,
            // An interface may have no address at all.
            let first = entry.ifa_addr, let second = entry.ifa_netmask,
            let address = Self.ipv4(first), let mask = Self.ipv4(second)
        else { return nil }
        self.init(
            name: String(cString: entry.ifa_name),
            index: Int32(if_nametoindex(entry.ifa_name)),
            address: address,
            mask: mask.number,
            isLoopback: isLoopback
        )
    }

    private static func ipv6(of entry: ifaddrs) -> SocketAddress? {
        guard let address = entry.ifa_addr, Int32(address.pointee.sa_family) == AF_INET6
        else { return nil }
        return SocketAddress(address, length: socklen_t(MemoryLayout<sockaddr_in6>.size))
    }

    private static func ipv4(_ address: UnsafePointer<sockaddr>) -> IPv4Address? {
        SocketAddress(address, length: socklen_t(MemoryLayout<sockaddr_in>.size))?.ipv4Address
    }
}

/// Why multicast cannot be used as it was asked for; ends a command with exit code 2.
package enum MulticastError: Error, Equatable, Sendable, CustomStringConvertible {
    case noInterface(String, known: [String])
    /// Who hears of the server there could not reach it.
    case notReachable(interface: String, addresses: [SocketAddress])
    case failed(interface: String, SystemError)

    package var description: String {
        switch self {
        case .noInterface(let name, let known):
            "there is no interface '\(name)' with an IPv4 address; there are: "
                + known.joined(separator: ", ")
        case .notReachable(let interface, let addresses):
            "the server listens on \(addresses.map(\.host).joined(separator: " and ")), where "
                + "nobody beyond the interface \(interface) can reach it; choose another interface, "
                + "such as lo, or another address, such as 0.0.0.0 with --open"
        case .failed(let interface, let error):
            "no multicast on the interface \(interface): \(error)"
        }
    }
}

extension NetworkInterface {
    /// Where a server can be reached from this interface's network, the best first.
    ///
    /// - Parameter addresses: Where it listens.
    /// - Returns: Some of them, with the interface's own addresses for one that stands for all; never
    ///   empty.
    /// - Throws: A `MulticastError` where it cannot be.
    package func places(
        of addresses: [SocketAddress]
    ) throws(MulticastError) -> [SocketAddress] {
        let places = addresses.flatMap { address -> [SocketAddress] in
            guard address.isWildcard else { return isHere(address) ? [address] : [] }
            // `::` takes no IPv4.
            let own = address.isIPv6 ? widest : [SocketAddress(self.address, port: 0)]
            return own.map { own in
                var place = own
                place.port = address.port
                return place
            }
        }
        guard !places.isEmpty else {
            throw .notReachable(interface: name, addresses: addresses)
        }
        return places.filter { !$0.isIPv6 } + places.filter(\.isIPv6)
    }

    /// The IPv6 addresses that others can use; those of the link itself only where there are no more.
    private var widest: [SocketAddress] {
        let wide = ipv6Addresses.filter { !$0.isLinkLocal }
        return wide.isEmpty ? ipv6Addresses : wide
    }

    private func isHere(_ address: SocketAddress) -> Bool {
        if isLoopback { return address.isLoopback }
        var host = address
        host.port = 0
        return addresses.contains(host)
    }
}
