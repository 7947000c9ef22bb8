import Glibc
import Testing

/// A plain TCP client that can do what well-behaved ones do not.
final class StreamClient {
    private var descriptor: Int32
    /// All that has come so far.
    private(set) var received: [UInt8] = []
    /// Whether the server has ended the connection, gently or not.
    private(set) var hasEnded = false

    /// Connects.
    ///
    /// - Parameters:
    ///   - port: The server's, at 127.0.0.1.
    ///   - sendBuffer: How many unsent bytes the system may keep; `nil` for the usual.
    /// - Throws: Where nobody listens.
    init(to port: UInt16, sendBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        try #require(descriptor >= 0, "\(String(cString: strerror(errno)))")
        var size = sendBuffer ?? 0
        if sendBuffer != nil { setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, 4) }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafeBytes(of: &address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) {
                connect(descriptor, $0.baseAddress, socklen_t(bytes.count))
            }
        }
        try #require(result == 0, "\(String(cString: strerror(errno)))")
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    deinit { close() }

    // MARK: - Sending

    /// Sends as much as there is room for.
    ///
    /// - Parameter bytes: What to send.
    /// - Returns: How many were sent; `nil` when the connection is over.
    func sendSome(_ bytes: ArraySlice<UInt8>) -> Int? {
        let count = bytes.withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count < 0, errno == EAGAIN { return 0 }
        return count < 0 ? nil : count
    }

    /// Sends all, unless the server ends the connection before.
    func send(_ bytes: [UInt8]) async throws {
        var rest = bytes[...]
        try await Waiting.until("room for \(bytes.count) bytes") {
            // What has come is read meanwhile, or both sides could wait for each other.
            fill()
            while !rest.isEmpty {
                guard let count = sendSome(rest) else { return () }
                if count == 0 { return nil }
                rest = rest.dropFirst(count)
            }
            return ()
        }
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    func close() {
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        descriptor = -1
    }

    /// Ends the connection with a reset.
    func reset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    // MARK: - Receiving

    /// All that has come, as text.
    var text: String {
        fill()
        return String(decoding: received, as: UTF8.self)
    }

    /// Waits until what has come satisfies somebody.
    @discardableResult
    func receive(_ awaited: String, where isEnough: ([UInt8]) -> Bool) async throws -> [UInt8] {
        try await Waiting.until(awaited, instead: { text }) {
            fill()
            if isEnough(received) { return received }
            if hasEnded { throw NotInTime(awaited: "\(awaited) before the end", instead: text) }
            return nil
        }
    }

    @discardableResult
    func receive(_ part: String) async throws -> String {
        try await receive("'\(part)'") { String(decoding: $0, as: UTF8.self).contains(part) }
        return text
    }

    /// Waits for the server to end the connection.
    @discardableResult
    func waitForEnd() async throws -> String {
        try await Waiting.until("the end of the connection", instead: { text }) {
            fill()
            return hasEnded ? () : nil
        }
        return text
    }

    /// Takes what has come.
    func fill() {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while !hasEnded {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count > 0 {
                received += chunk[..<count]
            } else if count == 0 || errno != EAGAIN {
                hasEnded = true
            } else {
                return
            }
        }
    }
}
