import Glibc

/// The addresses at which other machines reach this one.
package enum HostAddresses {
    /// Of all network interfaces that are up, those of IPv4 first; neither loopback nor link-local.
    ///
    /// Source: getifaddrs(3).
    package static func all() -> [String] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        let addresses = sequence(first: list, next: { $0?.pointee.ifa_next })
            .compactMap { $0.flatMap { address(of: $0.pointee) } }
            .filter { !$0.isLoopback && !$0.isLinkLocal }
        let (newer, older) = (addresses.filter(\.isIPv6), addresses.filter { !$0.isIPv6 })
        return (older + newer).map(\.host)
    }

    private static func address(of interface: ifaddrs) -> SocketAddress? {
        guard interface.ifa_flags & UInt32(IFF_UP) != 0,
            let address = interface.ifa_addr
        else { return nil }
        let isIPv6 = Int32(address.pointee.sa_family) == AF_INET6
        let size = isIPv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        return SocketAddress(address, length: socklen_t(size))
    }
}
