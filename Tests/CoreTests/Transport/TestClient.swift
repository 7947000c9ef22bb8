import Glibc

@testable import Core

/// A client on loopback that sends bytes and reads replies.
struct TestClient {
    let socket: DatagramSocket

    init(of server: SocketAddress) throws {
        socket = try DatagramSocket(connect: server)
    }

    func send(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try socket.send($0, to: nil) }
    }

    /// The next reply, or `nil` when none comes in ten seconds.
    func receive() throws -> [UInt8]? {
        guard try socket.waitUntilReadable(atMost: .seconds(10)) else { return nil }
        var bytes: [UInt8] = Array(repeating: 0, count: 65536)
        var peer = SocketAddress()
        let length = try bytes.withUnsafeMutableBytes {
            try socket.receive(into: $0, from: &peer, waiting: false)
        }
        return Array(bytes[..<length])
    }

    func exchange(_ bytes: [UInt8]) throws -> [UInt8]? {
        try send(bytes)
        return try receive()
    }

    func exchange(_ text: String) throws -> String? {
        try exchange(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }
}

/// Yields until the claim is true; the test's time limit ends a vain wait.
func waitUntil(_ claim: () throws -> Bool) rethrows {
    while try !claim() { sched_yield() }
}
