import Glibc
import Testing

@testable import Core

@Suite("Datagram sockets", .timeLimit(.minutes(5)))
struct DatagramSocketTests {
    @Test("localhost listens on the same free port in both families")
    func listensOnBoth() throws {
        let sockets = try DatagramSocket.listen(on: "localhost", port: 0, open: false)

        #expect(Set(sockets.map(\.address.port)).count == 1)
        #expect(sockets.first?.address.port != 0)
        #expect(sockets.allSatisfy { $0.address.isLoopback })
        #expect(sockets.allSatisfy { $0.receiveBufferSize > 0 })
    }

    @Test("a port in use is refused by name")
    func portTaken() throws {
        let first = try DatagramSocket.listen(on: "127.0.0.1", port: 0, open: false)
        let address = try #require(first.first?.address)

        #expect(throws: TransportError.portTaken(address)) {
            try DatagramSocket.listen(on: "127.0.0.1", port: address.port, open: false)
        }
    }

    @Test("an address beyond loopback needs to be opened", arguments: ["0.0.0.0", "::"])
    func beyondLoopback(host: String) throws {
        let address = try #require(try SocketAddress.resolve(host, port: 0).first)

        #expect(throws: TransportError.beyondLoopback(address)) {
            try DatagramSocket.listen(on: host, port: 0, open: false)
        }
        #expect(TransportError.beyondLoopback(address).description.contains("--open"))
        #expect(throws: Never.self) { try DatagramSocket.listen(on: host, port: 0, open: true) }
    }

    @Test("what the operating system drops from a full buffer is counted")
    func countsDrops() throws {
        let server = try DatagramSocket(bind: .loopback(port: 0), receiveBuffer: 1)
        let client = try TestClient(of: server.address)
        #expect(server.droppedBySystem == 0)

        for _ in 0..<200 { try client.send(Array(repeating: 0x31, count: 1000)) }

        let waiting = try drain(server)
        #expect(server.droppedBySystem > 0)
        #expect(server.droppedBySystem + waiting == 200)
    }

    @Test("shutting down lets a waiting receiver go")
    func shutDown() throws {
        let server = try DatagramSocket(bind: .loopback(port: 0), receiveBuffer: 4096)
        let receiver = SystemThread(name: "receiver") {
            var peer = SocketAddress()
            withUnsafeTemporaryAllocation(byteCount: 16, alignment: 1) { bytes in
                _ = try? server.receive(into: bytes, from: &peer, waiting: true)
            }
        }

        server.shutDown()

        receiver.join()
    }

    private func drain(_ socket: DatagramSocket) throws -> Int {
        var count = 0
        var peer = SocketAddress()
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 16, alignment: 1)
        defer { bytes.deallocate() }
        do throws(SystemError) {
            while true {
                _ = try socket.receive(into: bytes, from: &peer, waiting: false)
                count += 1
            }
        } catch {
            #expect(error.number == EAGAIN)
        }
        return count
    }
}
