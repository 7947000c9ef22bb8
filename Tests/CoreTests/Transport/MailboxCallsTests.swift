import Testing

@testable import Core

@Suite("Remote calls for registry and mailboxes", .timeLimit(.minutes(5)))
struct MailboxCallsTests {
    private static let stranger = SocketAddress(numeric: "192.0.2.1", port: 4000)

    private func put(_ mailbox: String, _ device: String = "lamp") -> RemoteRequest {
        .put(RemotePut(mailbox, RemoteSubmit(RemoteJob(device: device, seconds: 5))))
    }

    private func mailbox(_ name: String, _ buffer: FakeBuffer) -> Mailbox {
        let destinations = [Destination(.port, "6000"), Destination(.group, "239.255.66.66 40669")]
        return Mailbox(name: name, buffer: buffer, destinations: destinations)
    }

    @Test("PUT and GET reach the mailbox that they name, and the empty name is the standard one")
    func named() throws {
        let lamps = FakeBuffer(capacity: 7)
        let rig = RemoteRig(others: [mailbox("lamps", lamps)])

        _ = rig.call(put("lamps"), xid: 1)
        let there = try rig.result(of: .put)
        _ = rig.call(put("", "fan"), xid: 2)
        let standard = try rig.result(of: .put)
        _ = rig.call(put("default", "fan"), xid: 3)
        _ = rig.call(.get(RemoteGet("lamps")), xid: 4)
        let taken = try rig.result(of: .get)

        #expect(there == .receipt(RemoteReceipt(.ok, id: 1, depth: 1, capacity: 7)))
        #expect(standard == .receipt(RemoteReceipt(.ok, id: 1, depth: 1, capacity: 3)))
        #expect(taken == .taking(.taken(id: 1, RemoteJob(device: "lamp", seconds: 5))))
        #expect(rig.buffer.jobs.count == 2 && lamps.jobs.isEmpty)
    }

    @Test("a mailbox that nobody knows is BAD", arguments: ["lamp", "Lamps", "lamps ", "\0"])
    func unknown(name: String) throws {
        let rig = RemoteRig(others: [mailbox("lamps", FakeBuffer(capacity: 7))])

        _ = rig.call(put(name), xid: 1)
        #expect(try rig.result(of: .put) == .receipt(RemoteReceipt(.bad, depth: 0, capacity: 0)))
        _ = rig.call(.get(RemoteGet(name)), xid: 2)
        #expect(try rig.result(of: .get) == .taking(.nothing(.bad)))
        #expect(rig.buffer.putCount == 0 && rig.buffer.takeCount == 0)
    }

    @Test("a PUT or GET that comes again is not executed again, and waits like SUBMIT and TAKE")
    func atMostOnce() throws {
        let lamps = FakeBuffer(capacity: 1)
        let rig = RemoteRig(others: [mailbox("lamps", lamps)])
        let waiting = RemoteRequest.get(RemoteGet("lamps", waitMilliseconds: 60_000))

        for _ in 0..<3 { #expect(rig.call(waiting, xid: 1) == "") }
        let first = rig.call(put("lamps"), xid: 2)
        let second = rig.call(put("lamps"), xid: 2)

        #expect(lamps.takeCount == 1 && lamps.putCount == 1)
        // The taker's reply left while the job was put.
        #expect(first.split(separator: "/").count == 2 && second != "")
    }

    @Test("a connection that closes takes its calls back from the mailbox where they wait")
    func withdrawn() {
        let lamps = FakeBuffer(capacity: 1)
        let rig = RemoteRig(others: [mailbox("lamps", lamps)])
        let caller = RemoteCaller(.tcp, at: .loopback(port: 1), .trusted, label: "test") { _ in }

        let call = RemoteRequest.get(RemoteGet("lamps", waitMilliseconds: 60_000)).message(xid: 1)
        call.withUnsafeBytes { _ = rig.service.receive($0, from: caller) }
        rig.service.close(caller)

        #expect(lamps.withdrawn.count == 1 && rig.buffer.withdrawn.isEmpty)
    }

    @Test("MAILBOXES lists each with its counts and destinations, the standard one first")
    func list() throws {
        let rig = RemoteRig(others: [mailbox("lamps", FakeBuffer(capacity: 7))])

        _ = rig.call(.mailboxes, xid: 1)

        guard case .mailboxes(let list) = try rig.result(of: .mailboxes) else {
            Issue.record("another result")
            return
        }
        #expect(list.total == 2 && list.mailboxes.map(\.name) == ["default", "lamps"])
        #expect(list.mailboxes.map(\.counts.capacity) == [3, 7])
        #expect(
            list.mailboxes[1].destinations
                == [Destination(.port, "6000"), Destination(.group, "239.255.66.66 40669")]
        )
    }

    @Test("a list that is too long for a datagram is cut, and says how many there are")
    func cut() throws {
        let long = (0..<20).map { _ in
            Destination(.socket, String(repeating: "x", count: Destination.longestText))
        }
        let others = (0..<40).map { number in
            Mailbox(name: "m\(number)", buffer: FakeBuffer(capacity: 1), destinations: long)
        }
        let rig = RemoteRig(others: others)

        _ = rig.call(.mailboxes, xid: 1)

        guard case .mailboxes(let list) = try rig.result(of: .mailboxes) else {
            Issue.record("another result")
            return
        }
        #expect(list.total == 41 && (2..<10).contains(list.mailboxes.count))
        #expect(list.mailboxes[1].destinations.count == RemoteMailbox.mostDestinations)
        #expect(try #require(rig.replies.last).count <= RemoteProgram.longestReply)
    }

    @Test("REGISTER, LOOKUP, RENEW and CANCEL over the wire, and a REGISTER sent twice is one")
    func registry() throws {
        let rig = RemoteRig()
        let service = RemoteService(name: "lamp", address: "127.0.0.1.23.112")
        let register = RemoteRequest.register(RemoteRegister(service))

        let first = rig.call(register, xid: 1)
        let second = rig.call(register, xid: 1)
        guard case .lease(let lease) = try rig.result(of: .register) else {
            Issue.record("no lease")
            return
        }
        _ = rig.call(.lookup(name: "lamp"), xid: 2)
        #expect(try rig.result(of: .lookup) == .hits(RemoteHits(.ok, [service])))
        _ = rig.call(.renew(RemoteRenew(lease: lease.lease, leaseSeconds: 5)), xid: 3)
        #expect(
            try rig.result(of: .renew)
                == .lease(RemoteLease(.ok, lease: lease.lease, leaseSeconds: 5))
        )
        _ = rig.call(.cancel(lease: lease.lease), xid: 4)
        #expect(try rig.result(of: .cancel) == .code(.ok))
        _ = rig.call(.lookup(name: "lamp"), xid: 2)
        #expect(try rig.result(of: .lookup) == .hits(RemoteHits(.empty)))
        #expect(first == second && first.count > 0)
        // REGISTER, RENEW and CANCEL, but not LOOKUP.
        #expect(rig.history.count == 3)
    }

    @Test("the lease ends by the engine's clock, without anybody's asking")
    func ends() throws {
        let rig = RemoteRig()
        let service = RemoteService(name: "lamp", address: "127.0.0.1.23.112")
        _ = rig.call(.register(RemoteRegister(service, leaseSeconds: 2)), xid: 1)
        #expect(rig.registered.entries.map(\.name) == ["signalbox", "lamp"])

        rig.clock.advance(by: .seconds(2))
        _ = rig.call(.lookup(name: ""), xid: 2)

        #expect(rig.registered.entries.map(\.name) == ["signalbox"])
    }

    @Test("off loopback what may answer with more than it got is too weak, and no reply is longer")
    func tooWeak() throws {
        let rig = RemoteRig(others: [mailbox("lamps", FakeBuffer(capacity: 7))])
        let stranger = try #require(Self.stranger)

        let weak: [RemoteRequest] = [.lookup(name: ""), .get(RemoteGet("lamps")), .mailboxes]
        for request in weak {
            let reply = rig.call(request.message(xid: 1), from: stranger)
            #expect(reply == "00000001 00000001 00000001 00000001 00000005")
        }
        let service = RemoteService(name: "l", address: "0.0.0.0.1.1")
        let strong: [RemoteRequest] = [
            .register(RemoteRegister(service)), .renew(RemoteRenew(lease: 1)), .cancel(lease: 1),
            put("lamps"),
        ]
        for (number, request) in strong.enumerated() {
            let message = request.message(xid: UInt32(number) + 2)
            let before = rig.replies.count
            rig.call(message, from: stranger)
            #expect(rig.replies.count == before + 1)
            #expect(rig.replies.last.map { $0.count <= message.count } == true)
        }
    }

    @Test(
        "arguments that do not decode are garbage, whichever procedure it is",
        arguments: [
            (4, "00000041"), (4, "00000001 61000000 ffffffff"), (4, "00000001 ff000000 00000000"),
            (5, "00000000 00000001"), (6, "00000001 61000001"), (6, ""), (7, "00000000"),
            (7, "00000000 00000001 00000000"), (8, "00000041"), (9, "00000001 61000000"),
            (10, "00000000"),
        ]
    )
    func garbage(procedure: UInt32, arguments: String) {
        let rig = RemoteRig()
        let header = "6b01eabc 00000000 00000002 20004017 00000001"
        let call = bytes(hex: header) + XDRWord.bytes(procedure) + [UInt8](repeating: 0, count: 16)

        let reply = rig.call(call + bytes(hex: arguments))

        #expect(reply == "6b01eabc 00000001 00000000 00000000 00000000 00000004")
        #expect(rig.buffer.putCount == 0)
    }

    @Test("random bytes as calls of every procedure never get more than they may")
    func random() {
        let seed = UInt64.random(in: 0...999_999)
        var numbers = RandomNumbers(seed: seed)
        let rig = RemoteRig(capacity: 100, others: [mailbox("lamps", FakeBuffer(capacity: 7))])
        let service = RemoteService(name: "lamp", address: "127.0.0.1.23.112")
        let originals: [RemoteRequest] = [
            .register(RemoteRegister(service)), .renew(RemoteRenew(lease: 1)),
            .lookup(name: "lamp"), .cancel(lease: 5), put("lamps"), .get(RemoteGet("lamps")),
            .mailboxes,
        ]
        for round in 0..<5000 {
            var datagram = originals[round % originals.count].message(xid: UInt32(round))
            for _ in 0..<Int.random(in: 1...4, using: &numbers) {
                let place = Int.random(in: 0..<datagram.count, using: &numbers)
                datagram[place] = UInt8.random(in: 0...255, using: &numbers)
            }
            datagram.removeLast(Int.random(in: 0...datagram.count / 2, using: &numbers))
            rig.call(datagram)
        }
        #expect(rig.replies.allSatisfy { $0.count <= RemoteProgram.longestReply }, "seed \(seed)")
    }
}

/// A word as XDR writes it.
private enum XDRWord {
    static func bytes(_ word: UInt32) -> [UInt8] {
        withUnsafeBytes(of: word.bigEndian) { Array($0) }
    }
}
