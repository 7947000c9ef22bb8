import Core
import Glibc
import Testing

/// Passes datagrams on between one client and the server, and loses the first replies.
final class LossyRelay {
    let port: UInt16
    private let front: DatagramSocket
    private let back: DatagramSocket
    private var client = SocketAddress()
    private var repliesToLose: Int
    private(set) var requests: [[UInt8]] = []
    private(set) var replies: [[UInt8]] = []

    init(to server: UInt16, losing replies: Int) throws {
        front = try #require(
            try DatagramSocket.listen(on: "127.0.0.1", port: 0, open: false).first
        )
        back = try DatagramSocket(connect: .loopback(port: server))
        port = front.address.port
        repliesToLose = replies
    }

    /// Passes on what is there.
    func work() throws {
        while let request = try next(front, from: &client) {
            requests.append(request)
            try request.withUnsafeBytes { try back.send($0, to: nil) }
        }
        var server = SocketAddress()
        while let reply = try next(back, from: &server) {
            replies.append(reply)
            guard replies.count > repliesToLose else { continue }
            try reply.withUnsafeBytes { try front.send($0, to: client) }
        }
    }

    private func next(_ socket: DatagramSocket, from peer: inout SocketAddress) throws -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        do {
            let length = try bytes.withUnsafeMutableBytes {
                try socket.receive(into: $0, from: &peer, waiting: false)
            }
            return Array(bytes[..<length])
        } catch let error as SystemError where error.number == EAGAIN {
            return nil
        }
    }
}
