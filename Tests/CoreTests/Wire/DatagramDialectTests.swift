import Testing

@testable import Core

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// The head of a remote call, or of its reply: number, direction, version of the protocol.
private func remote(number: String, direction: UInt8, version: UInt8, length: Int) -> [UInt8] {
    let head = bytes(number) + [0, 0, 0, direction, 0, 0, 0, version]
    return Array((head + Array(repeating: 0, count: length)).prefix(length))
}

@Suite("Dialects of datagrams")
struct DatagramDialectTests {
    @Test(
        "each dialect is known by its first bytes",
        arguments: [
            (
                remote(number: "1:23", direction: 0, version: 2, length: 40),
                DatagramDialect.remoteCall
            ),
            (remote(number: "{\"a\"", direction: 0, version: 3, length: 24), .remoteCall),
            (remote(number: "1:23", direction: 1, version: 0, length: 24), .remoteReply),
            (bytes("SBX1 and more"), .sealed),
            (bytes("{\"type\":\"producer\"}"), .json),
            (bytes("  [1]:5"), .json),
        ]
    )
    func classifies(datagram: [UInt8], dialect: DatagramDialect) {
        #expect(DatagramDialect(datagram.span) == dialect)
    }

    @Test("a truncated call is nothing that we know", arguments: [11, 23])
    func truncatedCall(length: Int) {
        let datagram = remote(number: "1:23", direction: 0, version: 2, length: length)

        guard case .unknown = DatagramDialect(datagram.span) else {
            Issue.record("\(DatagramDialect(datagram.span))")
            return
        }
    }

    @Test("text becomes a job")
    func text() throws {
        let datagram = bytes("3:5")

        #expect(DatagramDialect(datagram.span) == .text(try TextJob(datagram.span)))
    }

    @Test(
        "what is nothing else is unknown, with the reason",
        arguments: [
            ([], WireError.empty),
            ([0x78], .missingSeparator),
            (bytes("hello"), .missingSeparator),
            ([0xff, 0xfe] + bytes(":5"), .invalidUTF8),
            (
                Array(repeating: UInt8(ascii: "a"), count: 65507),
                .datagramTooLong(bytes: 65507, limit: 8192)
            ),
        ]
    )
    func unknown(datagram: [UInt8], reason: WireError) {
        #expect(DatagramDialect(datagram.span) == .unknown(reason))
    }

    @Test("random bytes never trap and are text only when the text dialect says so")
    func randomBytes() {
        for seed in 0..<20_000 as Range<UInt64> {
            var random = RandomNumbers(seed: seed)
            let length = Int.random(in: 0...48, using: &random)
            let alphabet: [UInt8] = [0, 0, 0, 1, 2, 0x31, 0x3a, 0x2c, 0x7b, 0x53, 0x20, 0xff]
            let datagram = (0..<length).map { _ in alphabet.randomElement(using: &random) ?? 0 }

            if case .text(let job) = DatagramDialect(datagram.span) {
                #expect((try? TextJob(datagram.span)) == job, "seed \(seed)")
            }
        }
    }
}
