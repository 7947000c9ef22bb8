import Glibc

/// A UDP socket, closed when nobody holds it any more.
///
/// Any thread may send and receive; the operating system orders them.
package final class DatagramSocket: Sendable {
    /// What `bind` asks the operating system for, so that a burst waits instead of being dropped.
    package static let usualReceiveBuffer = 4 << 20

    /// Where it really is bound; the port is never 0.
    package let address: SocketAddress
    /// What was granted, in the operating system's own count, which is twice what is usable.
    package let receiveBufferSize: Int

    private let descriptor: Int32

    /// Binds a socket to exactly this address: an IPv6 one takes no IPv4 datagrams.
    ///
    /// - Parameters:
    ///   - address: Port 0 lets the operating system choose.
    ///   - receiveBuffer: How many bytes of waiting datagrams to ask for.
    /// - Throws: What the operating system says, such as `EADDRINUSE`.
    package init(bind address: SocketAddress, receiveBuffer: Int) throws(SystemError) {
        let descriptor = try Self.open(address)
        do {
            try Self.set(descriptor, SO_RCVBUF, Int32(clamping: receiveBuffer))
            try SystemError.check("bind") { address.withSystemAddress { bind(descriptor, $0, $1) } }
            self.address = try Self.boundAddress(of: descriptor)
            receiveBufferSize = try Self.grantedReceiveBuffer(of: descriptor)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    /// A socket on a new port that talks to one peer only: the operating system keeps out datagrams
    /// from elsewhere, and reports when the peer's port is closed.
    package init(connect peer: SocketAddress) throws(SystemError) {
        let descriptor = try Self.open(peer)
        do {
            try SystemError.check("connect") {
                peer.withSystemAddress { connect(descriptor, $0, $1) }
            }
            address = try Self.boundAddress(of: descriptor)
            receiveBufferSize = try Self.grantedReceiveBuffer(of: descriptor)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Receives one datagram.
    ///
    /// - Parameters:
    ///   - bytes: Where its beginning goes.
    ///   - peer: Becomes the sender.
    ///   - waiting: Whether to wait for one; else `EAGAIN` is thrown when there is none.
    /// - Returns: The datagram's whole length, also where `bytes` is too short for it; 0 also when
    ///   `shutDown` was called.
    /// - Throws: Also for errors that an earlier send left behind.
    @inline(__always)
    package func receive(
        into bytes: UnsafeMutableRawBufferPointer,
        from peer: inout SocketAddress,
        waiting: Bool
    ) throws(SystemError) -> Int {
        let flags = Int32(MSG_TRUNC) | (waiting ? 0 : Int32(MSG_DONTWAIT))
        return try SystemError.check("recvfrom") {
            peer.fill { recvfrom(descriptor, bytes.baseAddress, bytes.count, flags, $0, $1) }
        }
    }

    /// Sends one datagram and never waits: where there is no room it throws `EAGAIN`.
    ///
    /// - Parameters:
    ///   - bytes: The whole datagram.
    ///   - peer: Whom to send it to; `nil` for a connected socket's peer.
    /// - Throws: Also for errors that an earlier send left behind; then nothing was sent.
    package func send(
        _ bytes: UnsafeRawBufferPointer,
        to peer: SocketAddress?
    ) throws(SystemError) {
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        try SystemError.check("sendto") {
            guard let peer else {
                return Glibc.send(descriptor, bytes.baseAddress, bytes.count, flags)
            }
            return peer.withSystemAddress {
                sendto(descriptor, bytes.baseAddress, bytes.count, flags, $0, $1)
            }
        }
    }

    /// Waits until a datagram or an error is there to be received.
    ///
    /// - Parameter limit: The longest wait.
    /// - Returns: Whether there is; false when the time is over.
    /// - Throws: Where the operating system cannot even wait.
    package func waitUntilReadable(atMost limit: Duration) throws(SystemError) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // Rounded up, or the last millisecond would be spent polling without a pause.
        let milliseconds = Int32(clamping: (limit.nanoseconds + 999_999) / 1_000_000)
        return try SystemError.check("poll") { poll(&request, 1, milliseconds) } > 0
    }

    /// Lets a thread go that waits in `receive`, which then returns 0; waiting datagrams stay readable.
    ///
    /// The operating system says that an unbound peer is "not connected", and does it all the same.
    package func shutDown() {
        shutdown(descriptor, Int32(SHUT_RD))
    }

    /// How many datagrams the operating system has dropped because nobody read them in time.
    package var droppedBySystem: Int {
        // `SO_MEMINFO` of <asm-generic/socket.h>; word 8 is `SK_MEMINFO_DROPS` of <linux/sock_diag.h>.
        let memoryInformation: Int32 = 55
        let dropsWord = 8
        return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 16) { words in
            words.initialize(repeating: 0)
            var size = socklen_t(words.count * MemoryLayout<UInt32>.stride)
            getsockopt(descriptor, SOL_SOCKET, memoryInformation, words.baseAddress, &size)
            return Int(words[dropsWord])
        }
    }
}

extension DatagramSocket {
    private static func open(_ address: SocketAddress) throws(SystemError) -> Int32 {
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = try SystemError.check("socket") { socket(address.family, kind, 0) }
        guard address.isIPv6 else { return descriptor }
        do {
            var on: Int32 = 1
            try SystemError.check("setsockopt") {
                setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &on, 4)
            }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func set(
        _ descriptor: Int32,
        _ option: Int32,
        _ value: Int32
    ) throws(SystemError) {
        var value = value
        try SystemError.check("setsockopt") {
            setsockopt(descriptor, SOL_SOCKET, option, &value, 4)
        }
    }

    private static func grantedReceiveBuffer(of descriptor: Int32) throws(SystemError) -> Int {
        var granted: Int32 = 0
        var size: socklen_t = 4
        try SystemError.check("getsockopt") {
            getsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &granted, &size)
        }
        return Int(granted)
    }

    private static func boundAddress(of descriptor: Int32) throws(SystemError) -> SocketAddress {
        var address = SocketAddress()
        try SystemError.check("getsockname") { address.fill { getsockname(descriptor, $0, $1) } }
        return address
    }
}
