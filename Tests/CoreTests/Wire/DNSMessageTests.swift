import Testing

@testable import Core

@Suite("DNS messages", .timeLimit(.minutes(5)))
struct DNSMessageTests {
    private static func name(_ text: String) throws -> DNSName {
        try DNSName(text.split(separator: ".").map { Array($0.utf8) })
    }

    private static func sample() throws -> DNSMessage {
        let instance = try name("lab 5555._signalbox._tcp.local")
        let host = try name("lab-5555.local")
        return DNSMessage(
            id: 7,
            flags: DNSMessage.authoritativeAnswer,
            questions: [DNSQuestion(try name("_signalbox._tcp.local"), DNSType.ptr)],
            answers: [
                DNSRecord(try name("_signalbox._tcp.local"), .ptr(instance), timeToLive: 4500),
                DNSRecord(
                    instance,
                    .srv(port: 5555, host: host, priority: 0, weight: 0),
                    timeToLive: 120,
                    flushesCache: true
                ),
            ],
            authorities: [DNSRecord(instance, .txt([Array("txtvers=1".utf8)]), timeToLive: 4500)],
            additionals: [
                DNSRecord(host, .a(.loopback), timeToLive: 120, flushesCache: true),
                DNSRecord(host, .aaaa(.loopback), timeToLive: 120, flushesCache: true),
                DNSRecord(host, .other(type: 47, [1, 2, 3]), timeToLive: 0),
            ]
        )
    }

    @Test("what is written is read again as the same message, with names said once")
    func roundTrip() throws {
        let message = try Self.sample()
        let bytes = message.bytes

        #expect(try DNSMessage(bytes) == message)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.ranges(of: "_signalbox").count == 1)
        #expect(text.ranges(of: "lab-5555").count == 1)
    }

    @Test("the beginning of a message is no message, at whatever byte it ends")
    func truncated() throws {
        let bytes = try Self.sample().bytes

        for count in bytes.indices {
            #expect(throws: DNSError.self, "\(count) bytes") {
                try DNSMessage(Array(bytes[..<count]))
            }
        }
        #expect(throws: DNSError.trailingBytes(1)) { try DNSMessage(bytes + [0]) }
    }

    @Test("a name is compared without regard to the case of ASCII letters")
    func names() throws {
        let small = try Self.name("lab.local")
        let large = try Self.name("LAB.Local")

        #expect(small == large && small.hashValue == large.hashValue)
        #expect(try Self.name("x.LAB.local").isChild(of: small))
        #expect(try !Self.name("x.y.lab.local").isChild(of: small))
        #expect(try DNSName([Array("a\u{1b}[2Jb".utf8)]).firstLabel == "a[2Jb")
    }

    @Test("labels have 1 to 63 bytes, and names at most 255")
    func limits() throws {
        let label = [UInt8](repeating: 0x61, count: 63)

        #expect(throws: DNSError.labelLength(64)) { try DNSName([label + [0x61]]) }
        #expect(throws: DNSError.labelLength(0)) { try DNSName([[]]) }
        #expect(throws: Never.self) { try DNSName([label, label, label, Array(label.prefix(61))]) }
        #expect(throws: DNSError.nameTooLong) {
            try DNSName([label, label, label, Array(label.prefix(62))])
        }
    }

    /// Each is a whole datagram: a header with one question, and what follows.
    private static func question(_ hex: String) -> [UInt8] {
        bytes(hex: "0000 0000 0001 0000 0000 0000 \(hex)")
    }

    @Test("a pointer that leads to itself, in a circle, ahead or into the header is refused")
    func pointers() throws {
        let loops = [
            "c00c 000c 0001",
            "01 61 c00c 000c 0001",
            "c00e c00c 000c 0001",
            "c010 000c 0001 0161 00",
            "c000 000c 0001",
            "c0ff 000c 0001",
        ]

        for hex in loops {
            #expect { try DNSMessage(Self.question(hex)) } throws: { error in
                guard case .forwardPointer = error as? DNSError else { return false }
                return "\(error)".contains("before its name")
            }
        }
    }

    @Test(
        "labels of 64 bytes and of unknown kinds are refused",
        arguments: [UInt8(0x40), 0x80, 0xbf]
    )
    func labelKinds(first: UInt8) {
        let label = [first] + [UInt8](repeating: 0x61, count: 64) + [0, 0, 12, 0, 1]

        #expect(throws: DNSError.labelKind(first)) {
            try DNSMessage(Self.question("") + label)
        }
    }

    @Test("a name made long by pointers is refused")
    func longByPointers() {
        var datagram = bytes(hex: "0000 0000 0004 0000 0000 0000")
        var before: Int?
        for _ in 0..<4 {
            let start = datagram.count
            datagram += [63] + [UInt8](repeating: 0x61, count: 63)
            datagram += before.map { [0xc0 | UInt8($0 >> 8), UInt8($0 & 255)] } ?? [0]
            datagram += [0, 12, 0, 1]
            before = start
        }

        #expect(throws: DNSError.nameTooLong) { try DNSMessage(datagram) }
    }

    @Test("what the header promises and the datagram does not hold costs nothing")
    func promises() {
        #expect(throws: DNSError.tooManyEntries) {
            try DNSMessage(bytes(hex: "0000 0000 ffff 0000 0000 0000"))
        }
        #expect(throws: DNSError.truncated(field: "name")) {
            try DNSMessage(bytes(hex: "0000 0000 0200 0000 0000 0000"))
        }
        #expect(throws: DNSError.tooLong(bytes: 9001)) {
            try DNSMessage([UInt8](repeating: 0, count: 9001))
        }
    }

    @Test("record data of another length than it says is refused")
    func recordLengths() {
        let head = "0000 8400 0000 0001 0000 0000 00"

        for data in ["0001 0001 00000078 0003 7f0000", "000c 0001 00000078 0002 0000"] {
            #expect(throws: DNSError.self) { try DNSMessage(bytes(hex: "\(head) \(data)")) }
        }
        #expect(throws: DNSError.recordLength(type: DNSType.txt)) {
            try DNSMessage(bytes(hex: "\(head) 0010 0001 00000078 0002 0561 6263646566"))
        }
        #expect(throws: DNSError.truncated(field: "record")) {
            try DNSMessage(bytes(hex: "\(head) 0001 0001 00000078 ffff 7f000001"))
        }
    }

    @Test("random changes to a message never do more than refuse it")
    func random() throws {
        let seed = UInt64.random(in: 0...999_999)
        var numbers = RandomNumbers(seed: seed)
        let good = try Self.sample().bytes
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &numbers) {
                let index = Int.random(in: bytes.indices, using: &numbers)
                bytes[index] = UInt8.random(in: 0...255, using: &numbers)
            }
            guard let message = try? DNSMessage(bytes) else { continue }
            #expect(try DNSMessage(message.bytes) == message, "seed \(seed)")
        }
    }

    @Test("IPv4 addresses are four plain numbers")
    func addresses() {
        #expect(IPv4Address("192.0.2.7")?.description == "192.0.2.7")
        for text in ["", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.+4", "1..2.3"] {
            #expect(IPv4Address(text) == nil, "\(text)")
        }
    }
}
