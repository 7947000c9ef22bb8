import Glibc

/// A UDP socket that sends to one multicast group through one interface, and may receive from it.
///
/// Any thread may send and receive; the operating system orders them.
package final class MulticastSocket: Sendable {
    /// Whose datagrams come in.
    package enum Role: Sendable {
        /// A port of its own: what is sent to the group is not received, answers are.
        case sender
        /// The group's port and address: only what is sent to the group.
        case listener
        /// The group's port and any address: answers to it alone too, beside other programs.
        ///
        /// Source: RFC 6762, section 15.1.
        case responder
    }

    /// Where the group's datagrams go.
    package let group: SocketAddress
    package let interface: NetworkInterface
    private let descriptor: Int32

    /// - Parameters:
    ///   - group: The group's address and port.
    ///   - interface: Through which it sends and receives.
    ///   - role: What it is for.
    ///   - timeToLive: How many routers a datagram may pass, and one more; on loopback, where there
    ///     is none, 0 keeps it on this machine for certain.
    /// - Throws: What the operating system says.
    package init(
        _ group: SocketAddress,
        on interface: NetworkInterface,
        as role: Role,
        timeToLive: UInt8
    ) throws(SystemError) {
        self.group = group
        self.interface = interface
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        descriptor = try SystemError.check("socket") { socket(AF_INET, kind, 0) }
        do {
            try Self.bind(descriptor, group, interface, role)
            try Self.send(descriptor, through: interface, timeToLive)
            if role != .sender { try Self.join(descriptor, group, interface) }
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    /// Sends one datagram and never waits.
    ///
    /// - Parameters:
    ///   - bytes: The whole of it.
    ///   - peer: To whom; `nil` for the group.
    /// - Throws: What the operating system says, also of an earlier datagram.
    package func send(_ bytes: [UInt8], to peer: SocketAddress? = nil) throws(SystemError) {
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        try SystemError.check("sendto") {
            (peer ?? group).withSystemAddress { address, length in
                sendto(descriptor, bytes, bytes.count, flags, address, length)
            }
        }
    }

    /// Receives a datagram that is there, without waiting.
    ///
    /// - Parameter most: Of a longer datagram only so many bytes and one more are given, so that it
    ///   is refused.
    /// - Returns: The datagram and its sender; `nil` when there is none, or `shutDown` was called.
    /// - Throws: Also for errors that an earlier send left behind.
    package func receive(
        atMost most: Int
    ) throws(SystemError) -> (bytes: [UInt8], peer: SocketAddress)? {
        var bytes = [UInt8](repeating: 0, count: most + 1)
        var peer = SocketAddress()
        let count: Int
        do throws(SystemError) {
            count = try SystemError.check("recvfrom") {
                peer.fill { recvfrom(descriptor, &bytes, most + 1, Int32(MSG_DONTWAIT), $0, $1) }
            }
        } catch {
            if error.number == EAGAIN { return nil }
            throw error
        }
        // A socket that was shut down has no sender to tell.
        guard peer.family == AF_INET else { return nil }
        bytes.removeSubrange(count...)
        return (bytes, peer)
    }

    /// Waits until there is a datagram or an error, or `shutDown` is called.
    ///
    /// - Parameter limit: The longest wait; `nil` for any time.
    /// - Throws: Where the operating system cannot even wait.
    package func wait(atMost limit: Duration?) throws(SystemError) {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // Rounded up, or the last millisecond would be spent polling without a pause.
        let milliseconds = limit.map { Int32(clamping: ($0.nanoseconds + 999_999) / 1_000_000) }
        try SystemError.check("poll") { poll(&request, 1, milliseconds ?? -1) }
    }

    /// Lets a thread go that waits; `receive` then has nothing.
    package func shutDown() {
        shutdown(descriptor, Int32(SHUT_RD))
    }
}

extension MulticastSocket {
    private static func bind(
        _ descriptor: Int32,
        _ group: SocketAddress,
        _ interface: NetworkInterface,
        _ role: Role
    ) throws(SystemError) {
        var address: SocketAddress
        switch role {
        case .sender: address = SocketAddress(interface.address, port: 0)
        case .listener: address = group
        case .responder: address = SocketAddress(IPv4Address(0), port: group.port)
        }
        if role != .sender { try set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1) }
        if role == .responder {
            try set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1)
            try keep(descriptor, to: interface)
        }
        try SystemError.check("bind") {
            address.withSystemAddress { Glibc.bind(descriptor, $0, $1) }
        }
    }

    /// Of several sockets with one port the system gives a datagram to one only, also to one of
    /// another interface, unless each is kept to its own. Source: socket(7), SO_BINDTODEVICE.
    private static func keep(
        _ descriptor: Int32,
        to interface: NetworkInterface
    ) throws(SystemError) {
        var name = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
        guard if_indextoname(UInt32(interface.index), &name) != nil else {
            throw SystemError("if_indextoname", number: errno)
        }
        try SystemError.check("setsockopt") {
            setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, name, socklen_t(name.count))
        }
    }

    private static func send(
        _ descriptor: Int32,
        through interface: NetworkInterface,
        _ timeToLive: UInt8
    ) throws(SystemError) {
        var route = ip_mreqn()
        route.imr_address.s_addr = interface.address.number.bigEndian
        route.imr_ifindex = interface.index
        try SystemError.check("setsockopt") {
            setsockopt(
                descriptor,
                Int32(IPPROTO_IP),
                IP_MULTICAST_IF,
                &route,
                socklen_t(MemoryLayout<ip_mreqn>.size)
            )
        }
        try set(descriptor, Int32(IPPROTO_IP), IP_MULTICAST_TTL, Int32(timeToLive))
        // Other programs on this machine are members too.
        try set(descriptor, Int32(IPPROTO_IP), IP_MULTICAST_LOOP, 1)
    }

    private static func join(
        _ descriptor: Int32,
        _ group: SocketAddress,
        _ interface: NetworkInterface
    ) throws(SystemError) {
        // Else whatever other programs have joined, on other interfaces, would come in here too.
        let multicastAll: Int32 = 49
        try set(descriptor, Int32(IPPROTO_IP), multicastAll, 0)
        var membership = ip_mreqn()
        membership.imr_multiaddr.s_addr = (group.ipv4Address?.number ?? 0).bigEndian
        membership.imr_address.s_addr = interface.address.number.bigEndian
        membership.imr_ifindex = interface.index
        try SystemError.check("setsockopt") {
            setsockopt(
                descriptor,
                Int32(IPPROTO_IP),
                IP_ADD_MEMBERSHIP,
                &membership,
                socklen_t(MemoryLayout<ip_mreqn>.size)
            )
        }
    }

    private static func set(
        _ descriptor: Int32,
        _ level: Int32,
        _ option: Int32,
        _ value: Int32
    ) throws(SystemError) {
        var value = value
        try SystemError.check("setsockopt") { setsockopt(descriptor, level, option, &value, 4) }
    }
}
