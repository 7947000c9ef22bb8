import Testing

@testable import Core

/// The service on a fake buffer, with a client whose replies are kept.
final class RemoteRig {
    let buffer: FakeBuffer
    let devices = DeviceTable(limit: 1000)
    let tally = NetworkTally()
    let clock = ManualClock()
    let registered = RegisteredServices()
    let history: ReplyHistory
    let service: RemoteCallService
    private(set) var replies: [[UInt8]] = []

    init(
        capacity: Int = 3,
        history: ReplyHistory = ReplyHistory(),
        others: [Mailbox] = []
    ) {
        buffer = FakeBuffer(capacity: capacity)
        self.history = history
        service = RemoteCallService(
            mailboxes: Mailboxes(buffer, others: others),
            registry: Registry(
                own: .loopback(port: 5555),
                numbers: RandomNumbers(seed: 1),
                tally: tally,
                publish: { [registered] in registered.entries = $0 }
            ),
            devices: devices,
            history: history,
            tally: tally,
            clock: clock
        )
    }

    /// What comes back at once for a datagram, in hexadecimal digits; empty where nothing does.
    @discardableResult
    func call(
        _ datagram: [UInt8],
        from peer: SocketAddress = .loopback(port: 40_000),
        as standing: Standing? = nil
    ) -> String {
        let before = replies.count
        datagram.withUnsafeBytes { bytes in
            let usual = Admission().standing(ofSender: peer, isSealed: false)
            service.receive(datagram: bytes, from: peer, standing ?? usual) { [self] reply in
                replies.append(Array(reply))
            }
        }
        return replies[before...].map { hex($0) }.joined(separator: " / ")
    }

    func call(_ request: RemoteRequest, xid: UInt32 = 1) -> String {
        call(request.message(xid: xid))
    }

    func submit(_ device: String = "3", seconds: UInt32 = 5, wait: UInt32 = 0) -> RemoteRequest {
        .submit(
            RemoteSubmit(RemoteJob(device: device, seconds: seconds), waitMilliseconds: wait)
        )
    }

    func result(of procedure: RemoteProcedure) throws -> RemoteResult {
        let reply = try #require(replies.last)
        return try reply.withUnsafeBytes { try RemoteReply.result(in: $0, of: procedure) }
    }
}

@Suite("Remote calls over UDP", .timeLimit(.minutes(5)))
struct RemoteCallServiceTests {
    private static let header = "6b01eabc 00000000 00000002 20004017 00000001"
    private static let nobody = "00000000 00000000 00000000 00000000"
    private static let submit =
        header + "00000001" + nobody
        + "00000001 33000000 00000005 00000005 68656c6c6f000000 00000000"

    @Test("SUBMIT has the bytes of the protocol's description")
    func submit() throws {
        let rig = RemoteRig()

        let reply = rig.call(bytes(hex: Self.submit))

        #expect(
            reply == "6b01eabc 00000001 00000000 00000000 00000000 00000000 "
                + "00000000 00000000 00000001 00000001 00000003"
        )
        let job = try #require(rig.buffer.jobs.first)
        #expect(rig.devices.name(of: job.device) == "3")
        #expect(job.cpuTime == Microseconds(5_000_000))
        #expect(job.payload == Payload(.body, Array("hello".utf8)))
        let job3 = RemoteJob(device: "3", seconds: 5, body: Array("hello".utf8))
        #expect(
            RemoteRequest.submit(RemoteSubmit(job3)).message(xid: 0x6b01_eabc)
                == bytes(hex: Self.submit)
        )
    }

    @Test("NULL is answered with nothing but success")
    func null() {
        let reply = RemoteRig().call(bytes(hex: Self.header + "00000000" + Self.nobody))

        #expect(reply == "6b01eabc 00000001 00000000 00000000 00000000 00000000")
    }

    @Test(
        "every error has the words of RFC 5531",
        arguments: [
            ("other program", "00000002 20004018 00000001 00000000" + nobody, "0 0 0 1"),
            ("program before", "00000002 20004016 00000001 00000000" + nobody, "0 0 0 1"),
            ("version 0", "00000002 20004017 00000000 00000000" + nobody, "0 0 0 2 1 1"),
            ("version 2", "00000002 20004017 00000002 00000000" + nobody, "0 0 0 2 1 1"),
            ("procedure 11", "00000002 20004017 00000001 0000000b" + nobody, "0 0 0 3"),
            ("procedure -1", "00000002 20004017 00000001 ffffffff" + nobody, "0 0 0 3"),
            ("no arguments", "00000002 20004017 00000001 00000001" + nobody, "0 0 0 4"),
            ("trailing", "00000002 20004017 00000001 00000000" + nobody + "00", "0 0 0 4"),
            ("RPC version 3", "00000003 20004017 00000001 00000000" + nobody, "1 0 2 2"),
            ("RPC version 0", "00000000 20004017 00000001 00000000" + nobody, "1 0 2 2"),
            ("unknown flavor", call(credential: "00000006 00000000"), "1 1 2"),
            ("cred 401", call(credential: "00000000 00000191"), "1 1 1"),
            ("cred -1", call(credential: "00000000 ffffffff"), "1 1 1"),
            ("cred padding", call(credential: "00000001 fffffffd"), "1 1 1"),
            ("cred cut", call(credential: "00000001 00000020"), "1 1 1"),
            ("cred empty AUTH_SYS", call(credential: "00000001 00000000"), "1 1 1"),
            (
                "17 groups",
                call(
                    credential: "00000001 00000058 00000000 00000000 00000000 00000000 00000011"
                        + String(repeating: "00000000", count: 17)
                ), "1 1 1"
            ),
            (
                "verifier 401",
                "00000002 20004017 00000001 00000000 00000000 00000000 00000000 00000191", "1 1 3"
            ),
        ]
    )
    func errors(name: String, call: String, words: String) {
        let rig = RemoteRig()

        let reply = rig.call(bytes(hex: "6b01eabc 00000000" + call))

        let expected =
            (["6b01eabc", "00000001"] + words.split(separator: " ").map { "0000000\($0)" })
            .joined(separator: " ")
        #expect(reply == expected)
        #expect(rig.tally[.callRefused] == 1)
        #expect(rig.buffer.putCount == 0)
    }

    private static func call(credential: String) -> String {
        "00000002 20004017 00000001 00000000" + credential + "00000000 00000000"
    }

    @Test("a credential of AUTH_SYS is accepted, and is no more than a label")
    func systemCredential() {
        let credential =
            "00000001 0000001c 00000007 00000005 686f737461000000 00000000 00000000 00000000"
        let call = Self.header + "00000000" + credential + "00000000 00000000"

        #expect(RemoteRig().call(bytes(hex: call)).hasSuffix("00000000 00000000 00000000 00000000"))
    }

    @Test(
        "arguments that do not decode are garbage",
        arguments: [
            "00000041" + String(repeating: "61", count: 65) + "000000 00000005 00000000 00000000",
            "ffffffff", "fffffffd", "00000001 33000001 00000005 00000000 00000000",
            "00000001 33000000 00000005 00001001", "00000001 33000000 00000005 00000000",
            "00000001 33000000 00000005 00000000 00000000 00000000",
        ]
    )
    func garbage(arguments: String) {
        let rig = RemoteRig()

        let reply = rig.call(bytes(hex: Self.header + "00000001" + Self.nobody + arguments))

        #expect(reply == "6b01eabc 00000001 00000000 00000000 00000000 00000004")
        #expect(rig.buffer.putCount == 0)
    }

    @Test("what is too short, a reply or no message gets no answer", arguments: [11, 23, 39])
    func dropped(count: Int) {
        let rig = RemoteRig()

        #expect(rig.call(Array(bytes(hex: Self.submit)[..<count])) == "")
        #expect(rig.tally[.notACall] == 1)
        #expect(rig.call(bytes(hex: "6b01eabc 00000002" + Self.submit)) == "")
        #expect(rig.call([]) == "")
        #expect(rig.tally[.notACall] == 3)
        #expect(rig.call(bytes(hex: "6b01eabc 00000001 00000000")) == "")
        #expect(rig.tally[.replyReceived] == 1)
    }

    @Test("our own replies, sent back to us, are dropped")
    func loop() throws {
        let rig = RemoteRig()
        rig.call(bytes(hex: Self.submit))
        rig.call(bytes(hex: Self.header + "0000000b" + Self.nobody))
        for reply in rig.replies { #expect(rig.call(reply) == "") }
        #expect(rig.tally[.replyReceived] == 2)
    }

    @Test("a repeated call gets the same reply and is not executed again")
    func repeated() {
        let rig = RemoteRig()

        let first = rig.call(bytes(hex: Self.submit))
        rig.buffer.executeNext()
        let second = rig.call(bytes(hex: Self.submit))

        #expect(first == second)
        #expect(rig.buffer.putCount == 1)
        #expect(rig.tally[.callRepeated] == 1)
    }

    @Test("the same number with other arguments, or from another port, is another call")
    func otherCalls() {
        let rig = RemoteRig()

        _ = rig.call(rig.submit("3"), xid: 9)
        _ = rig.call(rig.submit("4"), xid: 9)
        rig.call(rig.submit("3").message(xid: 9), from: .loopback(port: 40_001))

        #expect(rig.buffer.putCount == 3)
    }

    @Test("a call that waits is not begun again by its copies, and is answered once")
    func duplicateWhileBlocked() throws {
        let rig = RemoteRig(capacity: 1)
        _ = rig.call(rig.submit(), xid: 1)
        let waiting = rig.submit("4", wait: 60_000)

        for _ in 0..<5 { #expect(rig.call(waiting, xid: 2) == "") }
        #expect(rig.buffer.putCount == 2)
        rig.buffer.executeNext()

        #expect(rig.replies.count == 2)
        #expect(
            try rig.result(of: .submit)
                == .receipt(RemoteReceipt(.ok, id: 2, depth: 1, capacity: 1))
        )
        _ = rig.call(waiting, xid: 2)
        #expect(rig.replies[2] == rig.replies[1])
    }

    @Test("an old reply is forgotten after its time")
    func forgets() {
        let rig = RemoteRig()
        rig.call(bytes(hex: Self.submit))
        rig.clock.advance(by: .seconds(61))
        rig.call(bytes(hex: Self.submit))
        #expect(rig.buffer.putCount == 2)
    }

    @Test("a flood from one peer takes no place from another")
    func flood() {
        let rig = RemoteRig(capacity: 10_000)
        rig.call(rig.submit("quiet").message(xid: 1), from: .loopback(port: 50_000))
        for xid: UInt32 in 1...5000 { _ = rig.call(rig.submit(), xid: xid) }
        #expect(rig.history.count == 65)

        rig.call(rig.submit("quiet").message(xid: 1), from: .loopback(port: 50_000))

        #expect(rig.buffer.putCount == 5001)
        #expect(rig.tally[.callRepeated] == 1)
    }

    @Test("a full history drops new calls over UDP, and goes on once its entries are old")
    func fullHistory() {
        let rig = RemoteRig(capacity: 10, history: ReplyHistory(limit: 2))
        for port: UInt16 in 1001...1003 {
            rig.call(rig.submit().message(xid: 1), from: .loopback(port: port))
        }
        #expect(rig.buffer.putCount == 2)
        #expect(rig.tally[.historyFull] == 1)

        rig.clock.advance(by: .seconds(62))
        rig.call(rig.submit().message(xid: 1), from: .loopback(port: 1003))

        #expect(rig.buffer.putCount == 3)
        #expect(rig.history.count == 1)
    }

    @Test("NULL and STATUS are not remembered")
    func notRemembered() {
        let rig = RemoteRig()
        for request in [RemoteRequest.null, .status, .null] { _ = rig.call(request) }
        #expect(rig.replies.count == 3)
        #expect(rig.history.count == 0)
    }

    @Test("full, late, refused and bad are results, not errors")
    func receipts() throws {
        let rig = RemoteRig(capacity: 1)
        rig.buffer.nextPut = [
            .full, .timedOut, .late, .refused(.tooManyCalls(limit: 3)), .refused(.stopping),
        ]

        let codes: [RemoteCode] = [.full, .timeout, .timeout, .denied, .denied]
        for (number, code) in codes.enumerated() {
            _ = rig.call(rig.submit(), xid: UInt32(number))
            #expect(
                try rig.result(of: .submit) == .receipt(RemoteReceipt(code, depth: 0, capacity: 1))
            )
        }
        #expect(rig.tally[.tooManyCalls] == 1)
    }

    @Test(
        "a name that is empty once sanitised, or too long, is bad",
        arguments: ["", "\u{202e}\u{200b}", "\u{1}"]
    )
    func badNames(name: String) throws {
        let rig = RemoteRig()
        _ = rig.call(rig.submit(name))
        #expect(try rig.result(of: .submit) == .receipt(RemoteReceipt(.bad, depth: 0, capacity: 3)))
        #expect(rig.buffer.putCount == 0)
    }

    @Test("a name is sanitised, bytes that are no text count as they are shown")
    func names() throws {
        let rig = RemoteRig()
        _ = rig.call(rig.submit("a\u{1b}[2J\u{202e}b"), xid: 1)
        let job = try #require(rig.buffer.jobs.first)
        #expect(rig.devices.name(of: job.device) == "a[2Jb")

        let broken = "00000040" + String(repeating: "ff", count: 64) + "00000005 00000000 00000000"
        rig.call(bytes(hex: Self.header + "00000001" + Self.nobody + broken))
        #expect(try rig.result(of: .submit) == .receipt(RemoteReceipt(.bad, depth: 1, capacity: 3)))
    }

    @Test("seconds are 0 to 86400")
    func seconds() throws {
        let rig = RemoteRig()
        _ = rig.call(rig.submit(seconds: 86_401), xid: 1)
        #expect(try rig.result(of: .submit) == .receipt(RemoteReceipt(.bad, depth: 0, capacity: 3)))
        _ = rig.call(rig.submit(seconds: .max), xid: 2)
        #expect(rig.buffer.putCount == 0)
        _ = rig.call(rig.submit(seconds: 86_400), xid: 3)
        _ = rig.call(rig.submit(seconds: 0), xid: 4)
        #expect(rig.buffer.jobs.map(\.cpuTime) == [Job.longestCPUTime, .zero])
    }

    @Test("a receipt written at once is the reply that is always written")
    func receiptAtOnce() {
        let receipt = RemoteReceipt(.ok, id: 0x0102_0304_0506_0708, depth: 9, capacity: 15)
        var encoder = XDREncoder()
        RemoteResult.receipt(receipt).encode(xid: 0xdead_beef, to: &encoder)
        var bytes = [UInt8](repeating: 0, count: RemoteReceipt.replySize)

        bytes.withUnsafeMutableBytes { receipt.writeReply(xid: 0xdead_beef, into: $0) }

        #expect(bytes == encoder.bytes)
    }

    @Test("TAKE gives jobs of every protocol, with whole seconds rounded up")
    func take() throws {
        let rig = RemoteRig(capacity: 9)
        let payloads: [Payload?] = [
            nil, Payload(.body, [0, 255]),
            Payload(.item, Array(#""a\"\u00e9\n\ud83d\ude00""#.utf8)),
            Payload(.item, Array("[1, 2]".utf8)),
            Payload(.document(label: [49]), Array("<x/>".utf8)),
        ]
        for payload in payloads {
            let offer = Offer(
                device: rig.devices.device(named: "d"),
                cpuTime: Microseconds(1_000_001),
                payload: payload
            )
            _ = rig.buffer.put(offer, .trying, for: "test") { _ in }
        }

        var bodies: [[UInt8]] = []
        for number in 1...5 {
            _ = rig.call(.take(waitMilliseconds: 0), xid: UInt32(number))
            guard case .taking(.taken(UInt64(number), let job)) = try rig.result(of: .take) else {
                Issue.record("no job")
                continue
            }
            #expect(job.device == "d")
            #expect(job.seconds == 2)
            bodies.append(job.body)
        }
        #expect(
            bodies == [
                [], [0, 255], Array("a\"é\n😀".utf8), Array("[1, 2]".utf8), Array("<x/>".utf8),
            ]
        )
        _ = rig.call(.take(waitMilliseconds: 0), xid: 6)
        #expect(try rig.result(of: .take) == .taking(.nothing(.empty)))
    }

    @Test("a TAKE that finds nothing says why")
    func takes() throws {
        let rig = RemoteRig()
        rig.buffer.nextTake = [.empty, .timedOut, .late, .tooLarge, .refused(.stopping)]

        for (number, code) in [RemoteCode.empty, .timeout, .timeout, .bad, .denied].enumerated() {
            _ = rig.call(.take(waitMilliseconds: 0), xid: UInt32(number))
            #expect(try rig.result(of: .take) == .taking(.nothing(code)))
        }
    }

    @Test("STATUS tells the counts")
    func status() throws {
        let rig = RemoteRig()
        _ = rig.call(rig.submit(), xid: 1)
        _ = rig.call(rig.submit(), xid: 2)
        _ = rig.call(.take(waitMilliseconds: 0), xid: 3)

        _ = rig.call(.status, xid: 4)

        let counts = RemoteCounts(
            produced: 2,
            consumed: 1,
            depth: 1,
            capacity: 3,
            waitingPut: 0,
            waitingTake: 0
        )
        #expect(try rig.result(of: .status) == .counts(counts))
    }

    @Test("off loopback, what may answer with more than it got is too weak")
    func tooWeak() throws {
        let rig = RemoteRig()
        let stranger = try #require(try SocketAddress.resolve("192.0.2.1", port: 4000).first)

        for request in [RemoteRequest.status, .take(waitMilliseconds: 0)] {
            let reply = rig.call(request.message(xid: 1), from: stranger)
            #expect(reply == "00000001 00000001 00000001 00000001 00000005")
        }
        #expect(rig.call(rig.submit().message(xid: 2), from: stranger) != "")
        #expect(rig.buffer.putCount == 1)
    }

    @Test("no datagram gets more bytes than a reply may have, whatever it is")
    func random() {
        let seed = UInt64.random(in: 0...999_999)
        var numbers = RandomNumbers(seed: seed)
        let rig = RemoteRig(capacity: 100)
        let original = bytes(hex: Self.submit)
        for _ in 0..<5000 {
            var datagram = original
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
