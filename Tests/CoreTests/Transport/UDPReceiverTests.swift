import Foundation
import Testing

@testable import Core

/// A receiver on a free port with everything around it.
private struct Rig {
    let sockets: [DatagramSocket]
    let inbox: Inbox
    let devices = DeviceTable(limit: 1000)
    let replies: ReplyTable
    let receiver: UDPReceiver

    init(
        host: String = "127.0.0.1",
        inboxCapacity: Int = 64,
        limit: Int = 1000,
        receiveBuffer: Int = 4 << 20,
        ports: Int = 1,
        sendsReplies: Bool = true,
        room: RoomGuard? = nil
    ) throws {
        sockets = try (0..<ports).flatMap { _ in
            try DatagramSocket.listen(
                on: host,
                port: 0,
                open: false,
                receiveBuffer: receiveBuffer
            )
        }
        inbox = Inbox(capacity: inboxCapacity)
        replies = ReplyTable(sockets: sockets, limit: limit)
        receiver = UDPReceiver(
            sockets: sockets,
            inbox: inbox,
            devices: devices,
            replies: sendsReplies ? replies : nil,
            room: room,
            clock: SystemClock()
        )
    }

    /// One whose guard notes who sends for a device, also among the programs of this machine.
    static func noting(sendsReplies: Bool = true) throws -> (Rig, RoomGuard) {
        var quotas = Quotas()
        quotas.deviceLimit = 64
        let room = RoomGuard(quotas)
        return (try Rig(sendsReplies: sendsReplies, room: room), room)
    }

    /// Sends a job and waits until it is in the inbox.
    func put(_ job: String, from socket: DatagramSocket) throws {
        let before = inbox.waiting
        try Array(job.utf8).withUnsafeBytes { try socket.send($0, to: address) }
        waitUntil { inbox.waiting == before + 1 }
    }

    var address: SocketAddress { sockets[0].address }

    func consumer(perJob: @escaping @Sendable (QueuedJob) -> Void = { _ in }) -> EchoingConsumer {
        EchoingConsumer(inbox, replies: replies, perJob: perJob)
    }
}

@Suite("UDP receiver", .timeLimit(.minutes(5)))
struct UDPReceiverTests {
    @Test("each job is answered with its exact bytes and lands in the inbox")
    func echoes() throws {
        let rig = try Rig()
        let times = Guarded<[String: UInt64]>([:])
        let devices = rig.devices
        let consumer = rig.consumer { queued in
            times.withLock { $0[devices.name(of: queued.job.device)] = queued.job.cpuTime.count }
        }
        let client = try TestClient(of: rig.address)

        for text in ["3:5", " 4 : 7 \r\n", "5,0.25", "a\u{202e}b:1"] {
            #expect(try client.exchange(text) == text)
        }
        rig.receiver.stop()
        consumer.finish()

        #expect(
            times.withLock { $0 } == [
                "3": 5_000_000, "4": 7_000_000, "5": 250_000, "ab": 1_000_000,
            ]
        )
        #expect(rig.receiver.counters.accepted == 4)
        #expect(rig.receiver.counters.repliesSent == 4)
    }

    @Test("localhost is served in both families")
    func bothFamilies() throws {
        let rig = try Rig(host: "localhost")
        let consumer = rig.consumer()

        for socket in rig.sockets {
            #expect(try TestClient(of: socket.address).exchange("3:5") == "3:5")
        }
        rig.receiver.stop()
        consumer.finish()

        #expect(rig.receiver.counters.accepted == rig.sockets.count)
    }

    @Test("what is not a job gets no answer and is counted by its reason")
    func refuses() throws {
        let rig = try Rig()
        let consumer = rig.consumer()
        let client = try TestClient(of: rig.address)
        let call = Array("1:23".utf8) + Array(repeating: 0, count: 36)
        let reply = Array("1:23".utf8) + [0, 0, 0, 1] + Array(repeating: 0, count: 16)
        let datagrams: [(Refusal, [UInt8])] = [
            (.remoteCall, call), (.remoteReply, reply), (.sealed, Array("SBX1:5".utf8)),
            (.json, Array("{\"a\":5".utf8)), (.notAJob, Array("1:-5".utf8)), (.notAJob, []),
            (.notAJob, Array(repeating: 0x31, count: 65507)),
        ]

        for (_, datagram) in datagrams { try client.send(datagram) }

        // Replies come in the order of the requests: the first is the job's.
        #expect(try client.exchange("3:5") == "3:5")
        let counters = rig.receiver.counters
        for reason in Refusal.allCases {
            #expect(counters.refused(reason) == datagrams.count { $0.0 == reason }, "\(reason)")
        }
        #expect(counters.received == counters.accepted + counters.refused)
        #expect(counters.lastError == .datagramTooLong(bytes: 65507, limit: 8192))
        rig.receiver.stop()
        consumer.finish()
    }

    @Test(
        "our own address as the sender is refused, or we would talk to ourselves for ever",
        arguments: [1, 2]
    )
    func ownAddress(ports: Int) throws {
        let rig = try Rig(ports: ports)
        let consumer = rig.consumer()

        try "3:5".utf8.withContiguousStorageIfAvailable {
            try rig.sockets[ports - 1].send(UnsafeRawBufferPointer($0), to: rig.address)
        }

        waitUntil { rig.receiver.counters.refused(.ownAddress) == 1 }
        rig.receiver.stop()
        consumer.finish()
        #expect(rig.receiver.counters.accepted == 0)
    }

    @Test("a full inbox makes the receiver wait, and nothing is lost")
    func fullInbox() throws {
        let rig = try Rig(inboxCapacity: 1)
        let client = try TestClient(of: rig.address)
        let jobs = 500
        for number in 0..<jobs { try client.send(Array("\(number % 7):1".utf8)) }
        waitUntil { rig.inbox.waiting == 1 }

        let consumer = rig.consumer()
        waitUntil { rig.replies.sent + rig.replies.failed == jobs }
        rig.receiver.stop()
        consumer.finish()

        let counters = rig.receiver.counters
        #expect(counters.accepted == jobs)
        #expect(counters.abandoned + counters.unread + counters.droppedBySystem == 0)
    }

    @Test("from a muted address nothing is read, and it is counted until that is undone")
    func mutedAddress() throws {
        let room = RoomGuard()
        let rig = try Rig(room: room)
        let consumer = rig.consumer()
        let client = try TestClient(of: rig.address)
        room.muted.mute(.loopback(port: 0), true)

        try client.send(Array("3:5".utf8))
        try client.send(Array("nonsense".utf8))
        waitUntil { rig.receiver.counters.refused == 2 }
        room.muted.mute(.loopback(port: 0), false)

        #expect(try client.exchange("4:5") == "4:5")
        #expect(rig.receiver.counters.refused(.mutedAddress) == 2)
        rig.receiver.stop()
        consumer.finish()
    }

    @Test("a kicked device's jobs in the inbox are given up; the others are executed and answered")
    func givenUp() throws {
        let room = RoomGuard()
        let rig = try Rig(inboxCapacity: 8, room: room)
        let client = try TestClient(of: rig.address)
        let jobs = ["bert:1", "anna:1", "anna:2", "carl:1", "anna:3"]
        for job in jobs { try client.send(Array(job.utf8)) }
        waitUntil { rig.inbox.waiting == jobs.count }
        let anna = rig.devices.device(named: "anna")

        let givenUp = rig.receiver.giveUp(jobsOf: anna)
        let again = rig.receiver.giveUp(jobsOf: anna)
        let consumer = rig.consumer()
        let replies = try [client.receive(), client.receive()]

        #expect(givenUp == 3 && again == 0)
        #expect(replies == [Array("bert:1".utf8), Array("carl:1".utf8)])
        rig.receiver.stop()
        consumer.finish()
        let counters = rig.receiver.counters
        #expect(counters.accepted == 5 && counters.kickedOut == 3 && counters.repliesSent == 2)
        #expect(rig.replies.owed == 0 && room.backlog.jobs(of: anna) == 0)
    }

    @Test("a kicked address's jobs are given up by who sent them, not by their names")
    func givenUpByAddress() throws {
        let (rig, room) = try Rig.noting()
        let client = try TestClient(of: rig.address)
        let prankster = try DatagramSocket(
            bind: .at("127.0.0.2", port: 0),
            receiveBuffer: 1 << 20
        )
        let anna = rig.devices.device(named: "anna")
        try rig.put("anna:1", from: client.socket)
        try rig.put("anna:2", from: client.socket)
        try rig.put("bert:1", from: prankster)
        // From now on the name is his.
        try rig.put("anna:3", from: prankster)
        #expect(room.address(of: anna) == prankster.address.network)

        let givenUp = rig.receiver.giveUp(jobsFrom: prankster.address)
        let consumer = rig.consumer()
        let replies = try [client.receive(), client.receive()]

        #expect(givenUp == 2)
        #expect(replies == [Array("anna:1".utf8), Array("anna:2".utf8)])
        rig.receiver.stop()
        consumer.finish()
        #expect(rig.receiver.counters.kickedOut == 2 && rig.replies.owed == 0)
        #expect(room.backlog.jobs(of: anna) == 2)
    }

    @Test("without replies a kicked address's jobs are those of the names it used last")
    func givenUpByName() throws {
        let (rig, _) = try Rig.noting(sendsReplies: false)
        let client = try DatagramSocket(bind: .loopback(port: 0), receiveBuffer: 4096)
        let prankster = try DatagramSocket(bind: .at("127.0.0.2", port: 0), receiveBuffer: 4096)
        try rig.put("bert:1", from: prankster)
        try rig.put("anna:1", from: prankster)
        try rig.put("anna:2", from: client)

        #expect(rig.receiver.giveUp(jobsFrom: prankster.address) == 1)
        #expect(rig.receiver.giveUp(jobsFrom: client.address) == 2)
        #expect(rig.inbox.waiting == 0)
        rig.receiver.stop()
    }

    @Test("a wrapped inbox gives up what is meant, keeps the order, and has room again")
    func withdrawal() {
        let inbox = Inbox(capacity: 4)
        var slots: [QueuedJob] = []
        func put(_ numbers: ClosedRange<UInt32>) {
            let jobs = numbers.map {
                QueuedJob(Job(device: DeviceID($0), cpuTime: .zero), arrival: .zero)
            }
            jobs.withUnsafeBufferPointer { #expect(inbox.put($0, as: Parker()) == jobs.count) }
        }
        func take(_ count: Int) -> [UInt32] {
            let empty = QueuedJob(Job(device: .other, cpuTime: .zero), arrival: .zero)
            slots = Array(repeating: empty, count: count)
            let taken = slots.withUnsafeMutableBufferPointer { inbox.take(into: $0) }
            return slots.prefix(taken).map { $0.job.device.index }
        }
        put(1...3)
        #expect(take(2) == [1, 2])
        put(4...6)

        let gone = inbox.withdraw { $0.job.device.index.isMultiple(of: 2) }

        #expect(gone.map { $0.job.device.index } == [4, 6] && inbox.waiting == 2)
        put(7...8)
        #expect(take(4) == [3, 5, 7, 8])
    }

    @Test("stopping lets a receiver go that waits for room, and counts what it held")
    func stopWhileFull() throws {
        let rig = try Rig(inboxCapacity: 2)
        let client = try TestClient(of: rig.address)
        for _ in 0..<200 { try client.send(Array("3:1".utf8)) }
        waitUntil { rig.inbox.waiting == 2 && rig.receiver.counters.accepted > 2 }

        rig.receiver.stop()

        let counters = rig.receiver.counters
        #expect(counters.accepted - counters.abandoned == 2)
        #expect(counters.received + counters.unread == 200)
        #expect(rig.replies.owed == 2)
    }

    @Test("stopping never hangs, at whatever moment")
    func stopAtOnce() throws {
        for _ in 0..<200 {
            let rig = try Rig(receiveBuffer: 4096)
            let client = try TestClient(of: rig.address)
            try client.send(Array("3:1".utf8))
            rig.receiver.stop()
            rig.receiver.stop()
        }
    }

    @Test("jobs without a place for their reply are refused and counted")
    func noReplyPlace() throws {
        let rig = try Rig(limit: 3)
        let client = try TestClient(of: rig.address)

        for _ in 0..<5 { try client.send(Array("3:1".utf8)) }

        waitUntil { rig.receiver.counters.received == 5 }
        rig.receiver.stop()
        #expect(rig.receiver.counters.accepted == 3)
        #expect(rig.receiver.counters.refused(.noReplyPlace) == 2)
    }

    @Test("clients that are gone before their reply do not stop the receiver")
    func survivesVanishedClients() throws {
        let rig = try Rig()
        let consumer = rig.consumer()

        for _ in 0..<100 { try TestClient(of: rig.address).send(Array("3:5".utf8)) }

        waitUntil { rig.replies.sent + rig.replies.failed == 100 }
        #expect(try TestClient(of: rig.address).exchange("4:0") == "4:0")
        rig.receiver.stop()
        consumer.finish()
    }

    @Test("without replies nobody is answered and no ticket is made")
    func withoutReplies() throws {
        let sockets = try DatagramSocket.listen(on: "127.0.0.1", port: 0, open: false)
        let inbox = Inbox(capacity: 8)
        let receiver = UDPReceiver(
            sockets: sockets,
            inbox: inbox,
            devices: DeviceTable(limit: 8),
            replies: nil,
            clock: SystemClock()
        )
        try TestClient(of: sockets[0].address).send(Array("3:5".utf8))
        waitUntil { inbox.waiting == 1 }

        let job = UnsafeMutableBufferPointer<QueuedJob>.allocate(capacity: 1)
        defer { job.deallocate() }
        #expect(inbox.take(into: job) == 1)

        #expect(job[0].reply == .none)
        receiver.stop()
    }

    @Test("a Python client of the course gets each echo back")
    func pythonClient() throws {
        let rig = try Rig()
        let consumer = rig.consumer()
        let script = """
            import socket, sys
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.settimeout(20)
            for job in sys.argv[2:]:
                s.sendto(job.encode(), ("127.0.0.1", int(sys.argv[1])))
                print(s.recvfrom(1024)[0] == job.encode())
            """
        let python = Process()
        let output = Pipe()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let jobs = ["3:5", " 3 : 7", "4:0", "ps:2"]
        python.arguments = ["python3", "-c", script, String(rig.address.port)] + jobs
        python.standardOutput = output

        try python.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        python.waitUntilExit()

        #expect(String(decoding: printed, as: UTF8.self) == "True\nTrue\nTrue\nTrue\n")
        rig.receiver.stop()
        consumer.finish()
    }
}
