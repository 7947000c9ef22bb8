import Testing

@testable import Core

@Suite("Group events", .timeLimit(.minutes(5)))
struct GroupEventTests {
    private static func token(_ text: String = "0123456789abcdef") throws -> Token {
        try Token(Array(text.utf8))
    }

    private static let now: UInt64 = 1_770_000_060_000

    private static let event = GroupEvent(
        group: "default",
        sender: "127.0.0.1:5555",
        epoch: 1_770_000_000_000,
        sequence: 7,
        name: .full,
        fields: [GroupEvent.Field("depth", "15"), GroupEvent.Field("note", "a=b")]
    )

    @Test("the line of socat's example is read", arguments: ["", "\n", "\r\n"])
    func example(end: String) throws {
        let event = try GroupEvent(Array("SBX1 default s1 1 1 FULL depth=10\(end)".utf8))

        #expect(event.group == "default" && event.sender == "s1")
        #expect(event.epoch == 1 && event.sequence == 1)
        #expect(event.name == .full)
        #expect(event["depth"] == "10" && event["width"] == nil)
    }

    @Test("what is written is read again as the same event")
    func roundTrip() throws {
        let line = Self.event.line(signedWith: nil, at: Self.now)

        #expect(
            String(decoding: line, as: UTF8.self)
                == "SBX1 default 127.0.0.1:5555 1770000000000 7 FULL depth=15 note=a=b"
        )
        #expect(try GroupEvent(line) == Self.event)
    }

    @Test("a signed line is read by whoever knows the token, and by whoever needs none")
    func signed() throws {
        let line = try Self.event.line(signedWith: Self.token(), at: Self.now)

        #expect(String(decoding: line, as: UTF8.self).contains(#/ mac=[0-9a-f]{16}$/#))
        let read = try GroupEvent(line, signedWith: Self.token(), at: Self.now)
        #expect(read["sent"] == "\(Self.now)")
        #expect(Array(read.fields.dropFirst()) == Self.event.fields)
        #expect(read.epoch == Self.event.epoch && read.sequence == Self.event.sequence)
        #expect(try GroupEvent(line) == read)
    }

    @Test("a signed event is believed for a minute before and after it was sent, and then no more")
    func window() throws {
        let token = try Self.token()
        let line = Self.event.line(signedWith: token, at: Self.now)

        for time in [Self.now - 60_000, Self.now + 60_000] {
            _ = try GroupEvent(line, signedWith: token, at: time)
        }
        for time in [0, Self.now - 60_001, Self.now + 60_001, .max] {
            #expect(throws: GroupEventError.self) {
                try GroupEvent(line, signedWith: token, at: time)
            }
        }
        #expect(throws: GroupEventError.outsideWindow(milliseconds: 60_001)) {
            try GroupEvent(line, signedWith: token, at: Self.now + 60_001)
        }
    }

    @Test(
        "a signed event that does not say when it was sent is refused",
        arguments: ["", " sent=x"]
    )
    func notTimed(field: String) throws {
        let token = try Self.token()
        let line = Array("SBX1 default s1 1 1 FULL\(field)".utf8)
        let code = token.code(for: line).prefix(8).map {
            let digits = String($0, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }

        #expect(throws: GroupEventError.notTimed) {
            try GroupEvent(
                line + Array(" mac=\(code.joined())".utf8),
                signedWith: token,
                at: Self.now
            )
        }
    }

    @Test("with a token an event without a code is refused")
    func notSigned() throws {
        let token = try Self.token()

        #expect(throws: GroupEventError.notSigned) {
            try GroupEvent(
                Self.event.line(signedWith: nil, at: Self.now),
                signedWith: token,
                at: Self.now
            )
        }
    }

    @Test("with a token an event of another token, or altered in any byte, is refused")
    func wrongCode() throws {
        let token = try Self.token()
        let foreign = try Self.event.line(
            signedWith: Self.token("fedcba9876543210"),
            at: Self.now
        )
        let line = Self.event.line(signedWith: token, at: Self.now)

        #expect(throws: GroupEventError.wrongCode) {
            try GroupEvent(foreign, signedWith: token, at: Self.now)
        }
        for position in line.indices {
            var altered = line
            altered[position] ^= 1
            #expect(throws: GroupEventError.self, "byte \(position)") {
                try GroupEvent(altered, signedWith: token, at: Self.now)
            }
        }
    }

    @Test(
        "what is no event is refused with its reason",
        arguments: [
            ("", GroupEventError.notAnEvent),
            ("SBX1", .notAnEvent),
            ("SBX2 g s 1 1 FULL", .notAnEvent),
            ("SBX1 g s 1 1", .notAnEvent),
            ("SBX1  s 1 1 FULL", .notAWord(field: "group")),
            ("SBX1 g=h s 1 1 FULL", .notAWord(field: "group")),
            ("SBX1 g \u{e9} 1 1 FULL", .notAWord(field: "sender")),
            ("SBX1 g s -1 1 FULL", .notANumber(field: "epoch")),
            ("SBX1 g s 1 +1 FULL", .notANumber(field: "seq")),
            ("SBX1 g s 1 18446744073709551616 FULL", .notANumber(field: "seq")),
            ("SBX1 g s 1 \u{663} FULL", .notANumber(field: "seq")),
            ("SBX1 g s 1 1 FULL depth", .notAField(position: 1)),
            ("SBX1 g s 1 1 FULL a=1  b=2", .notAField(position: 2)),
            ("SBX1 g s 1 1 FULL =1", .notAField(position: 1)),
            ("SBX1 g s 1 1 FULL mac=0011223344556677 a=1", .notAField(position: 1)),
            ("SBX1 g s 1 1 FULL mac=00112233445566zz", .notAField(position: 1)),
            ("SBX1 g s 1 1 FULL a=\u{1b}]0;pwn\u{7}", .notText),
            ("SBX1 g s 1 1 FULL a=\u{202e}gnp", .notText),
            ("SBX1 g s 1 1 FULL a=1\nSBX1 g s 1 2 EMPTY", .notText),
        ]
    )
    func refused(text: String, error: GroupEventError) {
        #expect(throws: error) { try GroupEvent(Array(text.utf8)) }
        #expect(!error.description.isEmpty)
    }

    @Test("too many bytes, fields, and bytes of a word are refused")
    func limits() throws {
        let head = "SBX1 g s 1 1 FULL"
        let word = String(repeating: "w", count: 65)
        let fields = (0..<33).map { " k\($0)=" }.joined()
        let long = "\(head) k=" + String(repeating: "v", count: 512 - head.utf8.count - 3)

        #expect(try GroupEvent(Array(long.utf8)).fields.count == 1)
        #expect(throws: GroupEventError.tooLong(bytes: 513)) {
            try GroupEvent(Array("\(long)v".utf8))
        }
        #expect(throws: GroupEventError.tooManyFields) {
            try GroupEvent(Array((head + fields).utf8))
        }
        #expect(throws: GroupEventError.notAWord(field: "sender")) {
            try GroupEvent(Array("SBX1 g \(word) 1 1 FULL".utf8))
        }
        #expect(throws: GroupEventError.notText) {
            try GroupEvent(Array(head.utf8) + [0x20, 0x61, 0x3d, 0xff, 0xfe])
        }
    }

    @Test("fields for which there is no room are left out, and the line stays within its limit")
    func room() throws {
        var event = Self.event
        event.fields = (0..<20).map {
            GroupEvent.Field("key\($0)", String(repeating: "v", count: 40))
        }
        let token = try Self.token()

        let line = event.line(signedWith: token, at: Self.now)

        #expect(line.count <= GroupEvent.longestLine)
        let read = try GroupEvent(line, signedWith: token, at: Self.now)
        #expect(read.fields.dropFirst() == event.fields.prefix(read.fields.count - 1))
        #expect(read.fields.count >= 8)
    }
}
