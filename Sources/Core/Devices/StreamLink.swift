import Glibc

/// Jobs as lines on one connection; the reply is `Job received`, with no end of line promised.
final class StreamLink: DeviceLink {
    private struct State {
        var isConnected = false
        /// Bytes received that belong to no reply yet.
        var received: [UInt8] = []
    }

    private static let reply = Array("Job received".utf8)
    /// How long a connection may take.
    private static let patience = Duration.seconds(10)
    /// How long the server may take to close, so that it reads our last bytes: a connection closed
    /// with unread acknowledgements is reset, and the other side loses what it has not read.
    private static let farewell = Duration.seconds(2)

    private let socket: any ByteStream
    private let state = Guarded(State())

    init(_ server: SocketAddress, _ credentials: Credentials) throws(SystemError) {
        socket = try credentials.connect(to: server)
    }

    func send(_ job: String, atMost limit: Duration) throws(SystemError) {
        if !state.withLock({ $0.isConnected }) {
            try socket.waitUntilConnected(atMost: min(limit, Self.patience))
            state.withLock { $0.isConnected = true }
        }
        // Acknowledgements that nobody waits for would fill the connection in the end.
        while try take() {}
        state.withLock { $0.received = [] }
        try socket.send(Array("\(job)\n".utf8), atMost: limit)
    }

    func receive(atMost limit: Duration) throws(SystemError) -> DeviceAnswer {
        if let answer = answer() { return answer }
        guard try socket.waitUntilReadable(atMost: limit) else { return .timeout }
        guard try take() else { return .nothing }
        return answer() ?? .nothing
    }

    func finish() {
        guard state.withLock({ $0.isConnected }) else { return }
        let deadline = ContinuousClock.now + Self.farewell
        // A server that has gone needs no goodbye.
        do throws(SystemError) {
            try socket.send(Array("END".utf8), atMost: Self.farewell)
            socket.finishSending()
            while try socket.waitUntilReadable(atMost: deadline - .now) {
                if try take() == false { return }
                state.withLock { $0.received = [] }
            }
        } catch { return }
    }

    func shutDown() { socket.shutDown() }

    /// Takes what has come.
    ///
    /// - Returns: Whether there was something.
    /// - Throws: `ECONNRESET` also where the server closed the connection in peace.
    private func take() throws(SystemError) -> Bool {
        do throws(SystemError) {
            let bytes = try socket.receive()
            guard !bytes.isEmpty else { throw SystemError("recv", number: ECONNRESET) }
            state.withLock { $0.received += bytes }
            return true
        } catch {
            guard error.number == EAGAIN else { throw error }
            return false
        }
    }

    /// What the bytes received say; `nil` while they may still become a reply.
    private func answer() -> DeviceAnswer? {
        state.withLock { state in
            let blank = state.received.prefix { $0 == 0x0a || $0 == 0x0d || $0 == 0x20 }
            state.received.removeFirst(blank.count)
            guard !state.received.isEmpty else { return nil }
            if state.received.starts(with: Self.reply) {
                state.received.removeFirst(Self.reply.count)
                return .reply
            }
            if Self.reply.starts(with: state.received) { return nil }
            // A reply may follow in the same bytes.
            repeat {
                state.received.removeFirst()
            } while !state.received.starts(with: Self.reply)
                && !Self.reply.starts(with: state.received)
            return .stray
        }
    }
}
