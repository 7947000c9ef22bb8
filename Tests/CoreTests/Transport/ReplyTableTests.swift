import Testing

@testable import Core

@Suite("Replies owed", .timeLimit(.minutes(5)))
struct ReplyTableTests {
    @Test("a reply is the exact request, short or long", arguments: [0, 1, 96, 97, 5000])
    func echoes(length: Int) throws {
        let socket = try DatagramSocket(bind: .loopback(port: 0), receiveBuffer: 1 << 20)
        let table = ReplyTable(sockets: [socket], limit: 2)
        let client = try TestClient(of: socket.address)
        let request = (0..<length).map { UInt8(truncatingIfNeeded: $0) }

        let ticket = request.withUnsafeBytes {
            table.ticket(for: client.socket.address, socket: 0, request: $0)
        }
        table.send(try #require(ticket))

        #expect(try client.receive() == request)
        #expect(table.owed == 0)
        #expect(table.sent == 1)
    }

    @Test("at its limit the table gives no tickets, until one comes back")
    func limit() throws {
        let socket = try DatagramSocket(bind: .loopback(port: 0), receiveBuffer: 4096)
        let table = ReplyTable(sockets: [socket], limit: 1500)
        let request: [UInt8] = [0x31]
        let take = {
            request.withUnsafeBytes { table.ticket(for: socket.address, socket: 0, request: $0) }
        }

        let tickets = (0..<1500).compactMap { _ in take() }

        #expect(Set(tickets).count == 1500)
        #expect(take() == nil)
        table.forget(tickets[700])
        #expect(take() == tickets[700])
        #expect(table.owed == 1500)
    }

    @Test("nobody is owed nothing")
    func none() throws {
        let table = ReplyTable(sockets: [], limit: 1)

        table.send(.none)

        #expect(table.sent + table.failed == 0)
    }

    @Test("concurrent owners keep their tickets apart")
    func concurrent() throws {
        let socket = try DatagramSocket(bind: .loopback(port: 0), receiveBuffer: 4096)
        let table = ReplyTable(sockets: [socket], limit: 64)
        let threads = (0..<4).map { number in
            SystemThread(name: "owner") {
                let request = Array(repeating: UInt8(number), count: 100)
                for _ in 0..<5000 {
                    let ticket = request.withUnsafeBytes {
                        table.ticket(for: socket.address, socket: 0, request: $0)
                    }
                    table.forget(ticket ?? .none)
                }
            }
        }

        for thread in threads { thread.join() }

        #expect(table.owed == 0)
    }
}
