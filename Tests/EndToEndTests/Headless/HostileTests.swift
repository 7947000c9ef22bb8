import Core
import Testing

extension HeadlessTests {
    /// The hostile datagrams of the protocol's corpus, sent to the real server.
    @Suite("Hostile datagrams")
    struct HostileTests {
        /// Those that are no jobs.
        private static let refused: [[UInt8]] =
            [
                "x", "1:", ":5", "1:-5", "1:99999999999999999999", "1:1e9", "1:٣", "1:5\n2:6",
                "1:5\0",
                "\u{1b}]0;pwn\u{7}:5", "a\u{0}b:5", "1:5:", "SBX1....",
                "\u{202e}:5", " :5", "1:86401", "1:0.1234567",
                String(repeating: "n", count: 65) + ":5",
            ].map { Array($0.utf8) } + [
                [], [0xff, 0xfe, 0x3a, 0x35], [0xc0, 0x80, 0x3a, 0x35],
                [0xed, 0xa0, 0x80, 0x3a, 0x35],
                Array(repeating: 0x41, count: 65_507), Array(repeating: 0x3a, count: 8193),
                // A reply to a remote call.
                [1, 2, 3, 4, 0, 0, 0, 1] + Array(repeating: 0, count: 16),
            ]

        /// Those that are jobs, under a name that is safe to show.
        private static let accepted = [
            ("\u{9b}2J:5", "2J"),
            ("a\u{202e}gnp:5", "agnp"),
            ("zalgo" + String(repeating: "\u{301}", count: 300) + ":5", "zalgo\u{301}\u{301}"),
            ("%n%s:5", "%n%s"),
            (",:;:5", ",:;"),
            ("kworker/0:0H:3", "kworker/0:0H"),
            ("zero\u{200b}\u{2066}\u{feff}width:5", "zerowidth"),
            ("$(reboot)`id`:5", "$(reboot)`id`"),
            ("../../etc/passwd:5", "../../etc/passwd"),
            ("line\u{2028}end:5", "lineend"),
        ]

        @Test("are refused and counted, or cleaned; nothing of them reaches the output")
        func corpus() async throws {
            let server = try await HeadlessServer("--rate max")
            let hostile = try Sender(to: server.port)

            for datagram in Self.refused { try hostile.send(datagram) }
            for (datagram, _) in Self.accepted {
                let reply = try await hostile.deliver(datagram)
                #expect(reply == datagram)
            }
            let reply = try await Sender(to: server.port).deliver("honest:1")
            let summary = try await server.terminateWhenDone()

            #expect(reply == "honest:1")
            #expect(summary.end == .exited(0))
            #expect(try hostile.takeReply() == nil, "a refused datagram gets no reply")
            let datagrams = summary.line("Datagrams:")
            #expect(datagrams.contains(", \(Self.refused.count) refused ("), "\(datagrams)")
            #expect(datagrams.contains(", \(Self.accepted.count + 1) jobs,"), "\(datagrams)")
            for (_, name) in Self.accepted {
                #expect(
                    summary.devices.contains { $0.hasPrefix("Device \(name) consumed") },
                    "\(name)"
                )
            }
            #expect(server.child.text.unsafeCharacters == [])
        }

        @Test("a flood from thousands of names is survived, and its names are bounded")
        func flood() async throws {
            let server = try await HeadlessServer("--rate max --max-devices 100")
            let sender = try Sender(to: server.port)

            for number in 0..<5000 { try sender.send("\(number):1") }
            // Again and again, for while the flood fills the system's buffer it is dropped.
            let honest = try Sender(to: server.port)
            var sent = 5000
            _ = try await Waiting.until("a reply to the honest") {
                try honest.send("honest:1")
                sent += 1
                return try honest.takeReply()
            }
            let summary = try await server.terminateWhenDone()

            let received = try #require(
                summary.line("Datagrams:").firstMatch(of: #/: ([0-9]+) received/#)
            )
            let others = try #require(
                summary.line("Not received:").firstMatch(
                    of: #/([0-9]+) dropped by the system, ([0-9]+) unread/#
                )
            )
            let all = [received.1, others.1, others.2].compactMap { Int($0) }.reduce(0, +)
            #expect(summary.end == .exited(0))
            #expect(all == sent, "each datagram is received, unread or counted as dropped")
            #expect(summary.devices.count == 101)
            #expect(summary.devices.last?.hasPrefix("Device (other) consumed") == true)
        }
    }
}
