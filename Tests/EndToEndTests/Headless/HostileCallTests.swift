import Core
import Testing

extension HeadlessTests {
    /// The hostile datagrams of the corpus that look like remote calls, sent to the real server.
    @Suite("Hostile remote calls")
    struct HostileCallTests {
        private static let null = RemoteRequest.null.message(xid: 1)
        private static let submit = CallClient.job("3", seconds: 5, body: "hello").message(xid: 1)

        /// A call with one of its words exchanged.
        private static func call(_ message: [UInt8], word: Int, _ value: UInt32) -> [UInt8] {
            message[..<(word * 4)] + withUnsafeBytes(of: value.bigEndian) { Array($0) }
                + message[(word * 4 + 4)...]
        }

        /// Each with the words of its reply; `nil` where there is none.
        private static let corpus: [(name: String, [UInt8], reply: String?)] = [
            ("11 bytes", Array(null.prefix(11)), nil),
            ("23 bytes", Array(null.prefix(23)), nil),
            ("39 bytes", Array(null.prefix(39)), nil),
            ("message type 1", call(null, word: 1, 1), nil),
            ("message type 2", call(null, word: 1, 2), nil),
            ("rpcvers 3", call(null, word: 2, 3), "1 1 1 0 2 2"),
            ("a program too low", call(null, word: 3, RemoteProgram.number - 1), "1 1 0 0 0 1"),
            ("a program too high", call(null, word: 3, RemoteProgram.number + 1), "1 1 0 0 0 1"),
            ("version 0", call(null, word: 4, 0), "1 1 0 0 0 2 1 1"),
            ("version 2", call(null, word: 4, 2), "1 1 0 0 0 2 1 1"),
            ("procedure 11", call(null, word: 5, 11), "1 1 0 0 0 3"),
            ("procedure -1", call(null, word: 5, .max), "1 1 0 0 0 3"),
            ("flavor 6", call(null, word: 6, 6), "1 1 1 1 2"),
            ("credential of 401 bytes", call(null, word: 7, 401), "1 1 1 1 1"),
            ("credential of 2^32 - 1 bytes", call(null, word: 7, .max), "1 1 1 1 1"),
            ("credential of 2^32 - 3 bytes", call(null, word: 7, .max - 2), "1 1 1 1 1"),
            ("name of 65 bytes", call(submit, word: 10, 65), "1 1 0 0 0 4"),
            ("name of 2^32 - 1 bytes", call(submit, word: 10, .max), "1 1 0 0 0 4"),
            ("padding that is not zero", call(submit, word: 11, 0x3300_0001), "1 1 0 0 0 4"),
            ("body of 4097 bytes", call(submit, word: 13, 4097), "1 1 0 0 0 4"),
            ("bytes behind", submit + [0, 0, 0, 0], "1 1 0 0 0 4"),
            ("arguments of NULL", null + [0, 0, 0, 0], "1 1 0 0 0 4"),
            ("no arguments", Array(submit.prefix(40)), "1 1 0 0 0 4"),
            ("86401 s", call(submit, word: 12, 86_401), "1 1 0 0 0 0 5 0 0 0 f"),
            ("a name of nothing", call(submit, word: 11, 0x1b00_0000), "1 1 0 0 0 0 5 0 0 0 f"),
        ]

        /// The replies to a datagram: those before the reply to a ping that is sent after it.
        private func replies(_ datagram: [UInt8], _ sender: Sender) async throws -> [[UInt8]] {
            let ping = RemoteRequest.null.message(xid: 0x7fff_ffff)
            try sender.send(datagram)
            try sender.send(ping)
            var replies: [[UInt8]] = []
            return try await Waiting.until("the reply to a ping", instead: { "\(replies)" }) {
                while let reply = try sender.takeReplyBytes() {
                    if Array(reply.prefix(4)) == Array(ping.prefix(4)) { return replies }
                    replies.append(reply)
                }
                return nil
            }
        }

        @Test("each gets the reply that is written down, or none, and is counted")
        func corpus() async throws {
            let server = try await HeadlessServer("--producers 0 --consumers 0 --log-format none")
            let sender = try Sender(to: server.port)

            for (name, datagram, expected) in Self.corpus {
                let replies = try await replies(datagram, sender)
                #expect(replies.map(words) == (expected.map { [$0] } ?? []), "\(name)")
            }
            let good = try await replies(Self.submit, sender)
            for reply in good { #expect(try await replies(reply, sender).isEmpty) }
            let summary = try await server.terminate()

            #expect(good.map(words) == ["1 1 0 0 0 0 0 0 1 1 f"])
            #expect(summary.end == .exited(0))
            #expect(
                summary.line("Datagrams:").hasSuffix(
                    " 5 refused (2 reply to a remote call, 3 not a job)"
                ),
                "\(summary.line("Datagrams:"))"
            )
            #expect(
                summary.line("Refused or cut off:")
                    == "Refused or cut off: 1 malformed remote call, 18 remote call refused"
            )
            #expect(summary.line("Nothing lost").hasSuffix("1 produced = 0 consumed + 1 held"))
            #expect((summary.text + server.child.errorText).unsafeCharacters == [])
        }

        @Test("a repeated call is executed once; other arguments and another port are other calls")
        func repeated() async throws {
            let server = try await HeadlessServer("--producers 0 --consumers 0")
            let (one, two) = (try Sender(to: server.port), try Sender(to: server.port))
            let other = CallClient.job("4").message(xid: 1)

            let first = try await replies(Self.submit, one)
            let again = try await replies(Self.submit, one)
            let otherArguments = try await replies(other, one)
            let otherPort = try await replies(Self.submit, two)
            let summary = try await server.terminate()

            #expect(first == again && first.count == 1)
            #expect(otherArguments.map(words) == ["1 1 0 0 0 0 0 0 2 2 f"])
            #expect(otherPort.map(words) == ["1 1 0 0 0 0 0 0 3 3 f"])
            #expect(summary.line("Nothing lost").hasSuffix("3 produced = 0 consumed + 3 held"))
            #expect(summary.line("Remote clients:").hasSuffix("1 sent again by the client"))
        }

        @Test("a call that is repeated while it waits takes one job and is answered once")
        func repeatedWhileItWaits() async throws {
            let server = try await HeadlessServer("--producers 0 --consumers 0")
            let sender = try Sender(to: server.port)
            let take = RemoteRequest.take(waitMilliseconds: 20_000).message(xid: 9)

            for _ in 0..<3 { #expect(try await replies(take, sender).isEmpty) }
            let watcher = try CallClient(to: server.port)
            let counts = try await watcher.counts()
            for device in ["a", "b"] { _ = try await watcher.call(CallClient.job(device)) }
            let reply = try await Waiting.until("the job") { try sender.takeReplyBytes() }
            let again = try await replies(take, sender)
            let summary = try await server.terminate()

            #expect(counts.waitingTake == 1)
            #expect(words(reply) == "9 1 0 0 0 0 0 0 1 1 61000000 0 0")
            #expect(again == [reply], "the reply that was lost, not another job")
            #expect(summary.line("Nothing lost").hasSuffix("2 produced = 1 consumed + 1 held"))
        }

        @Test("a flood of calls from one port takes no other client's place in the history")
        func flood() async throws {
            let server = try await HeadlessServer("--producers 0 --consumers 0 --log-format none")
            let (flood, other) = (try Sender(to: server.port), try Sender(to: server.port))
            let kept = try await replies(Self.submit, other)
            let memory = Processes.memory(of: server.child.pid)

            for xid: UInt32 in 0..<20_000 {
                try? flood.send(RemoteRequest.take(waitMilliseconds: 0).message(xid: xid))
            }
            // Sent again and again, because the flood may have filled the system's buffer.
            let again = try await Waiting.until("the reply to a repeated call") {
                try other.send(Self.submit)
                return try other.takeReplyBytes()
            }
            let growth = Processes.memory(of: server.child.pid) - memory
            let summary = try await server.terminate()

            #expect(kept.count == 1)
            #expect([again] == kept)
            #expect(growth < 64 << 10, "KiB of memory")
            #expect(summary.end == .exited(0))
            #expect(summary.line("Nothing lost").contains("1 produced = 1 consumed + 0 held"))
        }
    }
}
