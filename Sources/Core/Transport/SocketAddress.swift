import Glibc

/// An IPv4 or IPv6 address with a port.
package struct SocketAddress: Sendable {
    /// The larger of the two families' structures serves both: family and port lie at the same place,
    /// and an IPv4 address lies where IPv6 has its flow information.
    private var storage = sockaddr_in6()

    /// No address yet: for receiving into.
    package init() {}

    init(ipv4 address: UInt32, port: UInt16) {
        storage.sin6_family = sa_family_t(AF_INET)
        storage.sin6_port = port.bigEndian
        storage.sin6_flowinfo = address.bigEndian
    }

    init(ipv6 address: in6_addr, port: UInt16) {
        storage.sin6_family = sa_family_t(AF_INET6)
        storage.sin6_port = port.bigEndian
        storage.sin6_addr = address
    }

    /// An address as the system writes it; `nil` unless it is IPv4 or IPv6.
    init?(_ address: UnsafePointer<sockaddr>, length: socklen_t) {
        switch Int32(address.pointee.sa_family) {
        case AF_INET where length >= socklen_t(MemoryLayout<sockaddr_in>.size): break
        case AF_INET6 where length >= socklen_t(MemoryLayout<sockaddr_in6>.size): break
        default: return nil
        }
        self.init()
        withUnsafeMutableBytes(of: &storage) { bytes in
            let count = min(Int(length), bytes.count)
            bytes.copyMemory(from: UnsafeRawBufferPointer(start: address, count: count))
        }
    }

    package init(_ address: IPv4Address, port: UInt16) {
        self.init(ipv4: address.number, port: port)
    }

    /// - Parameters:
    ///   - address: The host's.
    ///   - port: The program's.
    ///   - zone: On which link, as the system numbers interfaces, where the address is a link's own;
    ///     else 0.
    package init(_ address: IPv6Address, port: UInt16, zone: UInt32) {
        var storage = in6_addr()
        withUnsafeMutableBytes(of: &storage) { $0.copyBytes(from: address.bytes) }
        self.init(ipv6: storage, port: port)
        self.storage.sin6_scope_id = zone
    }

    package static func loopback(port: UInt16) -> SocketAddress {
        SocketAddress(ipv4: 0x7f00_0001, port: port)
    }

    package static func loopbackIPv6(port: UInt16) -> SocketAddress {
        SocketAddress(ipv6: in6addr_loopback, port: port)
    }

    package var isIPv6: Bool { family == AF_INET6 }

    package var family: Int32 { Int32(storage.sin6_family) }

    package var port: UInt16 {
        get { UInt16(bigEndian: storage.sin6_port) }
        set { storage.sin6_port = newValue.bigEndian }
    }

    /// Whether only programs on this machine can be there: 127.0.0.0/8, `::1`, or the former in IPv6.
    package var isLoopback: Bool {
        guard isIPv6 else { return ipv4 >> 24 == 127 }
        let words = storage.sin6_addr.__in6_u.__u6_addr32
        guard words.0 == 0, words.1 == 0 else { return false }
        if words.2 == 0 { return UInt32(bigEndian: words.3) == 1 }
        return UInt32(bigEndian: words.2) == 0xffff && UInt32(bigEndian: words.3) >> 24 == 127
    }

    /// Whether it stands for every address of this machine.
    package var isWildcard: Bool {
        guard isIPv6 else { return ipv4 == 0 }
        let words = storage.sin6_addr.__in6_u.__u6_addr32
        return words.0 | words.1 | words.2 | words.3 == 0
    }

    /// The address alone; `nil` where it is IPv6.
    package var ipv4Address: IPv4Address? { isIPv6 ? nil : IPv4Address(ipv4) }

    /// The address alone; `nil` where it is IPv4.
    package var ipv6Address: IPv6Address? {
        isIPv6 ? withUnsafeBytes(of: storage.sin6_addr) { IPv6Address($0) } : nil
    }

    private var ipv4: UInt32 { UInt32(bigEndian: storage.sin6_flowinfo) }

    private var length: socklen_t {
        socklen_t(isIPv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
    }

    /// Lends the address to a system call that reads it.
    package func withSystemAddress<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafeBytes(of: storage) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { addresses in
                guard let address = addresses.baseAddress else { preconditionFailure("no storage") }
                return body(address, length)
            }
        }
    }

    /// Lends the memory to a system call that writes an address.
    package mutating func fill<Result>(
        _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Result
    ) -> Result {
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        return withUnsafeMutableBytes(of: &storage) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { addresses in
                guard let address = addresses.baseAddress else { preconditionFailure("no storage") }
                return body(address, &length)
            }
        }
    }
}

extension SocketAddress: Hashable {
    /// The same family, address and port.
    package static func == (left: SocketAddress, right: SocketAddress) -> Bool {
        guard left.family == right.family, left.port == right.port else { return false }
        guard left.isIPv6 else { return left.ipv4 == right.ipv4 }
        let a = left.storage.sin6_addr.__in6_u.__u6_addr32
        let b = right.storage.sin6_addr.__in6_u.__u6_addr32
        return a == b && left.storage.sin6_scope_id == right.storage.sin6_scope_id
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(storage.sin6_port)
        guard isIPv6 else { return hasher.combine(ipv4) }
        let words = storage.sin6_addr.__in6_u.__u6_addr32
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

extension SocketAddress: CustomStringConvertible {
    /// As a user writes it: `127.0.0.1:5555`, `[::1]:5555`.
    package var description: String {
        isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// The address without the port: `127.0.0.1`, `::1`, and with its zone `fe80::1%eth0`, without
    /// which nobody could send to it (RFC 4007, section 11).
    package var host: String {
        guard isIPv6, storage.sin6_scope_id != 0 else { return digits }
        return "\(digits)%\(Self.interfaceName(storage.sin6_scope_id))"
    }

    private static func interfaceName(_ index: UInt32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(IF_NAMESIZE)) { text in
            let name = text.baseAddress.flatMap { if_indextoname(index, $0) }
            return name.map { String(cString: $0) } ?? "\(index)"
        }
    }

    /// The address without port and zone.
    var digits: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
            let written =
                isIPv6
                ? withUnsafePointer(to: storage.sin6_addr) {
                    inet_ntop(AF_INET6, $0, text.baseAddress, socklen_t(text.count))
                }
                : withUnsafePointer(to: storage.sin6_flowinfo) {
                    inet_ntop(AF_INET, $0, text.baseAddress, socklen_t(text.count))
                }
            return written.map { String(cString: $0) } ?? "?"
        }
    }
}

extension SocketAddress {
    /// Who is there, as quotas count: the address without its port. Of an IPv6 address only the
    /// network's 64 bits, because whoever has one address there can use all (RFC 4291 §2.5.4);
    /// not of those that mean this machine or this link.
    package var network: SocketAddress {
        var network = self
        network.port = 0
        guard isIPv6 else { return network }
        guard !isLoopback, !isLinkLocal else { return network }
        let words = storage.sin6_addr.__in6_u.__u6_addr32
        network.storage.sin6_addr.__in6_u.__u6_addr32 = (words.0, words.1, 0, 0)
        return network
    }

    /// The same for others on its link, who have numbers and names of their own for their interfaces.
    var withoutZone: SocketAddress {
        var address = self
        address.storage.sin6_scope_id = 0
        return address
    }

    /// Whether it means nothing beyond its own link: fe80::/10, 169.254.0.0/16.
    var isLinkLocal: Bool {
        guard isIPv6 else { return ipv4 >> 16 == 0xa9fe }
        return UInt32(bigEndian: storage.sin6_addr.__in6_u.__u6_addr32.0) >> 22 == 0xfe80 >> 6
    }
}
