import Core
import Glibc

/// A plain UDP client with a port of its own.
struct Sender {
    private let socket: DatagramSocket
    private let server: SocketAddress?

    init(to port: UInt16) throws {
        self.init(socket: try DatagramSocket(connect: .loopback(port: port)), server: nil)
    }

    init(toIPv6 port: UInt16) throws {
        self.init(socket: try DatagramSocket(connect: .loopbackIPv6(port: port)), server: nil)
    }

    private init(socket: DatagramSocket, server: SocketAddress?) {
        self.socket = socket
        self.server = server
    }

    func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try socket.send($0, to: server) }
    }

    /// What has come back and was not taken yet; `nil` when there is nothing.
    func takeReply() throws -> String? {
        try takeReplyBytes().map { String(decoding: $0, as: UTF8.self) }
    }

    func takeReplyBytes() throws -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        var peer = SocketAddress()
        do {
            let length = try bytes.withUnsafeMutableBytes {
                try socket.receive(into: $0, from: &peer, waiting: false)
            }
            return Array(bytes[..<length])
        } catch let error as SystemError where error.number == EAGAIN {
            return nil
        }
    }

    func reply() async throws -> String {
        try await Waiting.until("a reply") { try takeReply() }
    }

    /// Sends a job and waits for its echo.
    func deliver(_ text: String) async throws -> String {
        try send(text)
        return try await reply()
    }
}
