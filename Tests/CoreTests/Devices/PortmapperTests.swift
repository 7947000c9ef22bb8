import Testing

@testable import Core

@Suite("The client of rpcbind", .timeLimit(.minutes(5)))
struct PortmapperTests {
    private static let mapping = Portmapper.Mapping(
        program: RemoteProgram.number,
        version: 1,
        transport: .udp,
        port: 5555
    )

    @Test("SET has the words of RFC 1833, and a lost one is sent again")
    func set() throws {
        let socket = try DatagramSocket(bind: .loopback(port: 0), receiveBuffer: 65536)
        let portmapper = Portmapper(at: socket.address, patience: .seconds(60))

        // A thread of its own, because both sides wait.
        let answer = Guarded<Result<Bool, any Error>?>(nil)
        let caller = SystemThread(name: "caller") {
            let result = Result { try portmapper.set(Self.mapping) as Bool }
            answer.withLock { $0 = result }
        }
        let first = try receive(socket)
        let second = try receive(socket)
        var encoder = XDREncoder()
        RemoteReply.encodeSuccess(xid: xid(of: second.bytes), to: &encoder)
        encoder.bool(true)
        try encoder.bytes.withUnsafeBytes { try socket.send($0, to: second.peer) }

        caller.join()
        #expect(try answer.withLock { $0 }?.get() == true)
        #expect(first.bytes == second.bytes)
        #expect(
            hex(Array(first.bytes.dropFirst(4)))
                == "00000000 00000002 000186a0 00000002 00000001 00000000 00000000 00000000 00000000"
                + " 20004017 00000001 00000011 000015b3"
        )
    }

    @Test("nobody there is an error at once, and silence is one after a while")
    func nobody() throws {
        let socket = try DatagramSocket(bind: .loopback(port: 0), receiveBuffer: 65536)
        let nobody = try DatagramSocket.silent()

        #expect(throws: RemoteCallFailure.timedOut) {
            try Portmapper(at: socket.address, patience: .milliseconds(50)).set(Self.mapping)
        }
        #expect(throws: RemoteCallFailure.self) {
            try Portmapper(at: nobody.address, patience: .seconds(60)).set(Self.mapping)
        }
        withExtendedLifetime(nobody) {}
    }

    private func xid(of message: [UInt8]) -> UInt32 {
        message.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    private func receive(
        _ socket: DatagramSocket
    ) throws -> (bytes: [UInt8], peer: SocketAddress) {
        var bytes = [UInt8](repeating: 0, count: 1000)
        var peer = SocketAddress()
        try #require(try socket.waitUntilReadable(atMost: .seconds(60)))
        let count = try bytes.withUnsafeMutableBytes {
            try socket.receive(into: $0, from: &peer, waiting: false)
        }
        return (Array(bytes.prefix(count)), peer)
    }
}
