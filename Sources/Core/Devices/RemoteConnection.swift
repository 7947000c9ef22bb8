import Glibc

/// What carries a remote client's messages: datagrams, or records of a TCP stream.
enum RemoteConnection {
    /// Sealed where there is a token.
    case udp(DatagramSocket, ClientSeals?)
    case tcp(RemoteStream)

    private static let longestDatagram = RemoteProgram.longestReply + SealedDatagram.overhead

    /// Over UDP nothing says that a message got lost, so it is sent again.
    var isReliable: Bool {
        switch self {
        case .udp: false
        case .tcp: true
        }
    }

    func send(
        _ message: [UInt8],
        until deadline: ContinuousClock.Instant
    ) throws(RemoteCallFailure) {
        switch self {
        case .tcp(let stream): try stream.send(RecordMarking.record(message), until: deadline)
        case .udp(let socket, let seals):
            let datagram = seals?.seal(message) ?? message
            do throws(SystemError) {
                try datagram.span.withUnsafeBytes { bytes throws(SystemError) in
                    try socket.send(bytes, to: nil)
                }
            } catch {
                throw .system(error)
            }
        }
    }

    /// The next message; `nil` when the time is over.
    func receive(until deadline: ContinuousClock.Instant) throws(RemoteCallFailure) -> [UInt8]? {
        switch self {
        case .tcp(let stream): return try stream.receive(until: deadline)
        case .udp(let socket, let seals):
            do throws(SystemError) {
                let datagram = try Self.receive(from: socket, until: deadline)
                guard let seals, let datagram else { return datagram }
                return seals.payload(of: datagram)
            } catch {
                // A datagram with a wrong checksum is there, and then is not.
                if error.number == EAGAIN { return nil }
                throw .system(error)
            }
        }
    }

    private static func receive(
        from socket: DatagramSocket,
        until deadline: ContinuousClock.Instant
    ) throws(SystemError) -> [UInt8]? {
        // At least one look, also where there is no time to wait.
        let left = max(deadline - .now, .zero)
        guard try socket.waitUntilReadable(atMost: left) else { return nil }
        var bytes = [UInt8](repeating: 0, count: longestDatagram)
        var memory = bytes.mutableSpan
        var peer = SocketAddress()
        let length = try memory.withUnsafeMutableBytes { memory throws(SystemError) in
            try socket.receive(into: memory, from: &peer, waiting: false)
        }
        return Array(bytes.prefix(length))
    }
}
