import Glibc

/// A TCP connection from the client's side, closed when nobody holds it any more.
///
/// One thread connects, sends and receives; any thread may shut it down, which ends every wait.
package final class StreamSocket: Sendable {
    private let descriptor: Int32

    /// Begins to connect and does not wait for it.
    ///
    /// - Parameters:
    ///   - peer: Whom to connect to.
    ///   - room: The bytes that the system keeps until they are received; `nil` lets it choose.
    /// - Throws: What the operating system says at once.
    package init(connecting peer: SocketAddress, room: Int32? = nil) throws(SystemError) {
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let descriptor = try SystemError.check("socket") { socket(peer.family, Int32(kind), 0) }
        do throws(SystemError) {
            var on: Int32 = 1
            // A job is small and whole: it need not wait for more to fill a segment.
            try SystemError.check("setsockopt") {
                setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
            }
            if var room {
                // The peer is told of it with the first segment, so it is set before (tcp(7)).
                try SystemError.check("setsockopt") {
                    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, 4)
                }
            }
            try Self.begin(descriptor, peer)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Waits until the connection stands.
    ///
    /// - Parameter limit: The longest wait.
    /// - Throws: Why there is none, such as `ECONNREFUSED`; `ETIMEDOUT` at the limit.
    package func waitUntilConnected(atMost limit: Duration) throws(SystemError) {
        guard try wait(for: Int16(POLLOUT), atMost: limit) else {
            throw SystemError("connect", number: ETIMEDOUT)
        }
        var number: Int32 = 0
        var size: socklen_t = 4
        try SystemError.check("getsockopt") {
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size)
        }
        guard number == 0 else { throw SystemError("connect", number: number) }
        var address = SocketAddress()
        // After a shutdown there is no error and no peer either.
        try SystemError.check("connect") { address.fill { getpeername(descriptor, $0, $1) } }
    }

    /// Sends all the bytes, and waits where there is no room.
    ///
    /// - Parameters:
    ///   - bytes: All of them.
    ///   - limit: The longest wait.
    /// - Throws: `ETIMEDOUT` at the limit, perhaps after some of the bytes; `EPIPE` once shut down.
    package func send(_ bytes: [UInt8], atMost limit: Duration) throws(SystemError) {
        let deadline = ContinuousClock.now + limit
        var sent = 0
        while sent < bytes.count {
            do throws(SystemError) {
                sent += try SystemError.check("send") {
                    bytes.withUnsafeBytes {
                        let rest = UnsafeRawBufferPointer(rebasing: $0[sent...])
                        return Glibc.send(
                            descriptor,
                            rest.baseAddress,
                            rest.count,
                            Int32(MSG_NOSIGNAL)
                        )
                    }
                }
            } catch {
                guard error.number == EAGAIN else { throw error }
                guard try wait(for: Int16(POLLOUT), atMost: deadline - .now) else {
                    throw SystemError("send", number: ETIMEDOUT)
                }
            }
        }
    }

    /// Receives what has come, at most 4096 bytes, without waiting.
    ///
    /// - Returns: Nothing when the peer sends no more, or `shutDown` was called.
    /// - Throws: `EAGAIN` when nothing has come.
    package func receive() throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let length = try SystemError.check("recv") { recv(descriptor, &bytes, bytes.count, 0) }
        return Array(bytes[..<length])
    }

    /// Waits until there is something to receive, or the end.
    ///
    /// - Parameter limit: The longest wait.
    /// - Returns: Whether there is; false when the time is over.
    /// - Throws: Where the operating system cannot even wait.
    package func waitUntilReadable(atMost limit: Duration) throws(SystemError) -> Bool {
        try wait(for: Int16(POLLIN), atMost: limit)
    }

    /// Tells the peer that nothing more will be sent.
    package func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Ends the connection and every wait for it.
    package func shutDown() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    private func wait(for events: Int16, atMost limit: Duration) throws(SystemError) -> Bool {
        var request = pollfd(fd: descriptor, events: events, revents: 0)
        // Rounded up, or the last millisecond would be spent polling without a pause.
        let milliseconds = Int32(clamping: (limit.nanoseconds + 999_999) / 1_000_000)
        return try SystemError.check("poll") { poll(&request, 1, milliseconds) } > 0
    }

    private static func begin(_ descriptor: Int32, _ peer: SocketAddress) throws(SystemError) {
        let result = peer.withSystemAddress { connect(descriptor, $0, $1) }
        // Interrupted, it goes on all the same. See connect(2).
        guard result < 0, errno != EINPROGRESS, errno != EINTR else { return }
        throw SystemError("connect")
    }
}
