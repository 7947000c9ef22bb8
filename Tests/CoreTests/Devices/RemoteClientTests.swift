import Testing

@testable import Core

/// A server of the lecture's protocol on a free port.
private func makeServer() throws -> RequestReplyServer {
    let socket = try DatagramSocket(bind: .loopback(port: 0), receiveBuffer: 65536)
    return RequestReplyServer(socket, clock: SystemClock())
}

private let patience = Duration.seconds(60)

@Suite("Request and reply", .timeLimit(.minutes(5)))
struct RemoteClientTests {
    private static let counts = RemoteResult.counts(
        RemoteCounts(
            produced: 1,
            consumed: 0,
            depth: 1,
            capacity: 3,
            waitingPut: 0,
            waitingTake: 0
        )
    )

    @Test("what beginOperation sends, getRequest gets; what sendReply sends, awaitReply gets")
    func exchange() throws {
        let server = try makeServer()
        let client = try RemoteClient(server.address, over: .udp, timeout: patience)
        let request = RemoteRequest.submit(RemoteSubmit(RemoteJob(device: "3", seconds: 5)))

        let token = try client.beginOperation(request)
        let received = try #require(try server.getRequest(timeout: patience))
        #expect(received.request == request)
        let receipt = RemoteResult.receipt(RemoteReceipt(.ok, id: 7, depth: 1, capacity: 3))
        try server.sendReply(receipt, to: received)

        #expect(try client.awaitReply(to: token, timeout: patience) == receipt)
    }

    @Test("a completion is not there before the reply is, and asking does not wait")
    func asynchronous() throws {
        let server = try makeServer()
        let client = try RemoteClient(server.address, over: .udp, timeout: patience)

        let first = try client.beginOperation(.status)
        let second = try client.beginOperation(.null)
        #expect(try client.completion(of: first) == nil)
        let one = try #require(try server.getRequest(timeout: patience))
        let two = try #require(try server.getRequest(timeout: patience))
        try server.sendReply(.null, to: two)
        #expect(try client.awaitReply(to: second, timeout: patience) == .null)
        #expect(try client.completion(of: first) == nil)
        try server.sendReply(Self.counts, to: one)

        var result: RemoteResult?
        while result == nil { result = try client.completion(of: first) }
        #expect(result == Self.counts)
    }

    @Test("a reply that got lost is sent again and its request is not executed twice")
    func lostReply() throws {
        let server = try makeServer()
        let client = try RemoteClient(
            server.address,
            over: .udp,
            timeout: patience,
            repetition: .milliseconds(20)
        )
        let submit = RemoteRequest.submit(RemoteSubmit(RemoteJob(device: "3", seconds: 1)))
        let token = try client.beginOperation(submit)
        let received = try #require(try server.getRequest(timeout: patience))

        // The same bytes come again while the request is being executed: nobody is told twice.
        while server.repetitions == 0 {
            _ = try client.completion(of: token)
            #expect(try server.getRequest(timeout: .zero) == nil)
        }
        let receipt = RemoteResult.receipt(RemoteReceipt(.ok, id: 1, depth: 1, capacity: 1))
        try server.sendReply(receipt, to: received)

        #expect(try client.awaitReply(to: token, timeout: patience) == receipt)
        #expect(client.repetitions >= 1)
    }

    @Test("a request that comes again after its reply gets the same reply")
    func replayed() throws {
        let server = try makeServer()
        let socket = try TestClient(of: server.address)
        let message = RemoteRequest.take(waitMilliseconds: 0).message(xid: 5)
        try socket.send(message)
        let received = try #require(try server.getRequest(timeout: patience))
        try server.sendReply(.taking(.nothing(.empty)), to: received)
        let first = try #require(try socket.receive())

        try socket.send(message)
        #expect(try server.getRequest(timeout: .milliseconds(200)) == nil)

        #expect(try socket.receive() == first)
        #expect(server.repetitions == 1)
    }

    @Test("a reply to another request is ignored")
    func wrongNumber() throws {
        let socket = try DatagramSocket(bind: .loopback(port: 0), receiveBuffer: 65536)
        let client = try RemoteClient(
            socket.address,
            over: .udp,
            timeout: patience,
            firstXID: .max
        )
        let token = try client.beginOperation(.null)
        var bytes = [UInt8](repeating: 0, count: 100)
        var peer = SocketAddress()
        #expect(try socket.waitUntilReadable(atMost: patience))
        _ = try bytes.withUnsafeMutableBytes {
            try socket.receive(into: $0, from: &peer, waiting: false)
        }

        for xid: UInt32 in [0, 7, .max] {
            var encoder = XDREncoder()
            RemoteResult.null.encode(xid: xid, to: &encoder)
            try encoder.bytes.withUnsafeBytes { try socket.send($0, to: peer) }
        }

        #expect(try client.awaitReply(to: token, timeout: patience) == .null)
        #expect(client.strayMessages == 2)
    }

    @Test("a call without a reply ends with an error when its time is over")
    func timeout() throws {
        let silent = try makeServer()
        let client = try RemoteClient(silent.address, over: .udp, timeout: patience)

        #expect(throws: RemoteCallFailure.timedOut) {
            try client.doOperation(.null, timeout: .milliseconds(50))
        }
    }

    @Test("nobody there is an error of the system")
    func nobody() throws {
        let nobody = try SilentPort()

        #expect(throws: RemoteCallFailure.self) {
            let client = try RemoteClient(nobody.address, over: .tcp, timeout: patience)
            _ = try client.doOperation(.null, timeout: patience)
        }
        withExtendedLifetime(nobody) {}
    }

    @Test("an error of the server is told in the words that C clients use")
    func refused() throws {
        var encoder = XDREncoder()
        RemoteRefusal.programMismatch(low: 1, high: 1).encode(xid: 3, to: &encoder)
        let failure = #expect(throws: RemoteReply.Failure.self) {
            try encoder.bytes.withUnsafeBytes { try RemoteReply.result(in: $0, of: .null) }
        }
        #expect(
            failure.map { RemoteCallFailure.answered($0).description }
                == "Program/version mismatch; low version = 1, high version = 1"
        )
    }

    @Test("every refusal is read as it was written")
    func refusals() {
        let refusals: [RemoteRefusal] = [
            .programUnavailable, .programMismatch(low: 1, high: 4), .procedureUnavailable,
            .garbageArguments, .systemError, .rpcMismatch(low: 2, high: 2),
            .authentication(.tooWeak),
        ]
        for refusal in refusals {
            var encoder = XDREncoder()
            refusal.encode(xid: 3, to: &encoder)
            #expect(throws: RemoteReply.Failure.refused(refusal)) {
                try encoder.bytes.withUnsafeBytes { try RemoteReply.result(in: $0, of: .null) }
            }
        }
    }

    @Test("a result that is cut or too long cannot be decoded")
    func undecodable() {
        var encoder = XDREncoder()
        Self.counts.encode(xid: 1, to: &encoder)
        for reply in [Array(encoder.bytes.dropLast()), encoder.bytes + [0], [0, 0, 0, 1]] {
            let failure = #expect(throws: RemoteReply.Failure.self) {
                try reply.withUnsafeBytes { try RemoteReply.result(in: $0, of: .status) }
            }
            #expect(failure?.description.hasPrefix("Can't decode result: ") == true)
        }
    }
}
