import Core
import Glibc
import Testing

@testable import Dashboard

extension HeadlessTests {
    /// The hostile streams of the protocol's corpus, sent to the real server.
    @Suite("Hostile streams")
    struct HostileStreamTests {
        /// What the server must be after everything was sent: alive, not much larger, sound.
        private func check(
            _ server: HeadlessServer,
            memoryBefore: Int,
            executes: Bool = true,
            _ location: SourceLocation = #_sourceLocation
        ) async throws -> HeadlessServer.Summary {
            let reply = try await Sender(to: server.port).deliver("honest:1")
            let growth = Processes.memory(of: server.child.pid) - memoryBefore
            let summary = try await executes ? server.terminateWhenDone() : server.terminate()
            #expect(reply == "honest:1", sourceLocation: location)
            #expect(growth < 64 << 10, "KiB of memory", sourceLocation: location)
            #expect(summary.end == .exited(0), sourceLocation: location)
            #expect(
                summary.line("Nothing lost").contains("Nothing lost, nothing doubled"),
                "\(summary.text.suffix(2000))",
                sourceLocation: location
            )
            let output = summary.text + server.child.errorText
            #expect(output.unsafeCharacters == [], sourceLocation: location)
            return summary
        }

        private func start(_ options: String = "") async throws -> (HeadlessServer, memory: Int) {
            let server = try await HeadlessServer("--rate max --log-format none " + options)
            _ = try await Sender(to: server.port).deliver("first:1")
            return (server, Processes.memory(of: server.child.pid))
        }

        /// How often something happened, as the server's own page tells.
        private func events(_ server: HeadlessServer, _ event: NetworkEvent) async throws -> Int {
            let client = try StreamClient(to: server.port)
            try await client.send("GET /metrics HTTP/1.0\r\n\r\n")
            let line = #"signalbox_network_events_total{event="\#(event.rawValue)"} "#
            let lines = try await client.waitForEnd().split(separator: "\n")
            let count = lines.first { $0.hasPrefix(line) }?.dropFirst(line.count)
            return count.flatMap { Int($0) } ?? 0
        }

        private func waitFor(
            _ count: Int,
            _ event: NetworkEvent,
            _ server: HeadlessServer
        ) async throws {
            try await Waiting.until("\(count) times \(event)", instead: { "fewer" }) {
                try await events(server, event) >= count ? () : nil
            }
        }

        // MARK: - Text

        @Test("text: what is no job is counted, what is one is executed once")
        func text() async throws {
            let (server, memory) = try await start()

            let coalesced = try StreamClient(to: server.port)
            try await coalesced.send("a:1b:2")
            try await coalesced.receive("Job received")
            // Slower than the silence that ends a message: each byte is one, and none is a job.
            let slow = try StreamClient(to: server.port)
            for (number, byte) in "1:5".utf8.enumerated() {
                try await slow.send([byte])
                try await waitFor(number + 1, .notAJob, server)
            }
            let long = try StreamClient(to: server.port)
            try await long.send([UInt8](repeating: 0x41, count: 1 << 20))
            try await long.waitForEnd()
            let torn = try StreamClient(to: server.port)
            try await torn.send("torn:1\ntorn:2")
            try await torn.receive("Job received")
            torn.reset()
            let ended = try StreamClient(to: server.port)
            try await ended.send("ended:1\nEND\nended:100\n")
            let endedReply = try await ended.waitForEnd()
            let half = try StreamClient(to: server.port)
            try await half.send("half:1")
            half.finishSending()
            let halfReply = try await half.waitForEnd()
            let cleaned = try StreamClient(to: server.port)
            try await cleaned.send("a\u{202e}gnp\u{9b}2J:3\n\u{1b}]0;pwn\u{7}:5\n")
            cleaned.finishSending()
            let cleanedReply = try await cleaned.waitForEnd()
            let unread = try StreamClient(to: server.port)
            try await unread.send(String(repeating: "unread:1\n", count: 2000))
            let watcher = try CallClient(to: server.port)
            try await watcher.waitForCounts("all jobs") { $0.produced >= 2007 }
            unread.reset()
            let summary = try await check(server, memoryBefore: memory)

            #expect(endedReply == "Job received")
            #expect(halfReply == "Job received")
            #expect(cleanedReply == "Job received")
            #expect(
                summary.devices == [
                    "Device a:1b consumed 2 seconds of CPU time",
                    "Device agnp2J consumed 3 seconds of CPU time",
                    "Device ended consumed 1 seconds of CPU time",
                    "Device first consumed 1 seconds of CPU time",
                    "Device half consumed 1 seconds of CPU time",
                    "Device honest consumed 1 seconds of CPU time",
                    "Device torn consumed 3 seconds of CPU time",
                    "Device unread consumed 2000 seconds of CPU time",
                ]
            )
            #expect(
                summary.line("Refused or cut off:")
                    == "Refused or cut off: 1 text message too long, 4 not a job"
            )
        }

        @Test("a thousand idle connections cost little, and nobody waits for them")
        func idle() async throws {
            OpenFiles.raiseLimit()
            let (server, memory) = try await start("--connections 1100")

            let idle = try (0..<1000).map { _ in try StreamClient(to: server.port) }
            let client = try StreamClient(to: server.port)
            try await client.send("busy:1\n")
            try await client.receive("Job received")
            try await waitFor(1001, .connectionAccepted, server)
            let summary = try await check(server, memoryBefore: memory)

            #expect(idle.allSatisfy { $0.text.isEmpty })
            #expect(summary.devices.contains("Device busy consumed 1 seconds of CPU time"))
        }

        @Test("connections beyond the limit are refused and counted, and room is given again")
        func connections() async throws {
            let (server, memory) = try await start("--connections 10")

            var clients = try (0..<10).map { _ in try StreamClient(to: server.port) }
            for (number, client) in clients.enumerated() {
                try await client.send("\(number):1\n")
                try await client.receive("Job received")
            }
            let eleventh = try StreamClient(to: server.port)
            try await eleventh.waitForEnd()
            clients.removeLast(5)
            // The server learns of the five ends in its own time.
            var page = ""
            while page.isEmpty {
                let client = try StreamClient(to: server.port)
                try await client.send("GET /healthz HTTP/1.0\r\n\r\n")
                page = try await client.waitForEnd()
            }
            let summary = try await check(server, memoryBefore: memory)

            #expect(eleventh.text.isEmpty)
            #expect(page.hasPrefix("HTTP/1.1 200 "))
            #expect(summary.line("Refused or cut off:").contains("too many connections"))
        }

        // MARK: - Remote calls

        private static func null(_ xid: UInt32) -> [UInt8] {
            RecordMarking.record(RemoteRequest.null.message(xid: xid))
        }

        @Test("remote calls: a stream that cannot be followed is closed, and the reason counted")
        func records() async throws {
            let (server, memory) = try await start()
            // After a good call, because the first bytes alone could not be one.
            let streams: [(String, times: Int)] = [
                ("00000000", 10_000), ("80000000", 1), ("ffffffff", 1), ("00000001 41", 100_000),
                ("00010000" + String(repeating: "41", count: 65_536), 3), ("8002 0001", 1),
                ("80000004 41414141", 1),
            ]

            for (part, times) in streams {
                let client = try StreamClient(to: server.port)
                let one = bytes(hex: part)
                try await client.send(
                    Self.null(1) + repeatElement(one, count: times).joined()
                )
                try await client.waitForEnd()
                #expect(
                    client.received.isEmpty || client.received.count == 28,
                    "\(part.prefix(20))"
                )
            }
            // These do not even begin like a call.
            for start in [
                "ffffffff", "8004957f 00000000", "00000001 41000000 01410000", "10", "16",
            ] {
                let client = try StreamClient(to: server.port)
                try await client.send(bytes(hex: start))
                try await client.waitForEnd()
                #expect(client.received.isEmpty)
            }
            let two = try StreamClient(to: server.port)
            try await two.send(Self.null(7) + Self.null(8))
            let replies = try await two.receive("two replies") { $0.count >= 56 }
            let summary = try await check(server, memoryBefore: memory)

            #expect(words(replies) == "80000018 7 1 0 0 0 0 80000018 8 1 0 0 0 0")
            #expect(
                summary.line("Refused or cut off:")
                    == "Refused or cut off: 5 unknown dialect, 3 record too long,"
                    + " 2 too many fragments, 2 malformed remote call"
            )
        }

        // MARK: - JSON

        @Test("JSON: each client gets one sentence, and the buffer stays as it was")
        func json() async throws {
            let (server, memory) = try await start("--producers 0 --consumers 0")
            let produce = #"{"type":"producer","id":1,"item":"#
            let refused = [
                "{" + String(repeating: #""a":{"#, count: 100_000),
                "[" + String(repeating: "[", count: 100_000),
                #"{"type":"consumer","type":"x"}"#, #"{"type":"consumer","command":"CONSUME"}"#,
                #"{"a":""# + String(repeating: "x", count: 65_537 - 8) + #""}"#, "[{}]", "{]",
                produce + #""\ud800"}"#, #"{"command":"PRODUCE","file_number":{},"xml_data":"x"}"#,
                #"{"command":"PRODUCE","file_number":1}"#,
            ]
            let odd = ["null", #"{"a":[1]}"#, "1e400", #""\u0000\u001b""#, #""../../etc/x""#]

            let first = try StreamClient(to: server.port)
            try await first.send(#"{"command":"CONSUME"}"#)
            let firstReply = try await first.waitForEnd()
            for text in refused {
                let client = try StreamClient(to: server.port)
                try await client.send(text)
                let reply = try await client.waitForEnd()
                #expect(reply.lowercased().hasPrefix(#"{"status":"error""#), "\(text.prefix(60))")
                #expect(reply.unsafeCharacters == [])
            }
            for text in ["\u{feff}{}", "\u{1}{}"] {
                let client = try StreamClient(to: server.port)
                try await client.send(text)
                client.finishSending()
                try await client.waitForEnd()
            }
            for item in odd {
                let client = try StreamClient(to: server.port)
                try await client.send(produce + item + "}" + #"{"type":"consumer"}"#)
                let reply = try await client.waitForEnd()
                #expect(reply.hasPrefix(#"{"status":"success""#), "\(item): \(reply)")
                let taker = try StreamClient(to: server.port)
                try await taker.send(#"{"type":"consumer","id":1}"#)
                let taken = try await taker.waitForEnd()
                #expect(taken.hasPrefix(#"{"status":"success","item":\#(item),"#), "\(taken)")
                #expect(taken.unsafeCharacters == [])
            }
            let numbers = ["-1", "1.5", "9223372036854775808", #""../../etc/x""#]
            for number in numbers {
                let client = try StreamClient(to: server.port)
                try await client.send(
                    #"{"command":"PRODUCE","file_number":\#(number),"xml_data":"x"}"#
                )
                let reply = try await client.waitForEnd()
                #expect(reply.unsafeCharacters == [], "\(reply)")
            }
            let cut = try StreamClient(to: server.port)
            try await cut.send(#"{"type":"consumer""#)
            cut.finishSending()
            let cutReply = try await cut.waitForEnd()
            let summary = try await check(server, memoryBefore: memory, executes: false)

            #expect(firstReply.contains(#""file_number":1,"xml_data":"first:1""#), "\(firstReply)")
            #expect(cutReply.contains("has no end"))
            #expect(summary.line("Refused or cut off:").contains("malformed JSON"))
            #expect(summary.line("Refused or cut off:").contains("1 JSON message too long"))
        }

        // MARK: - HTTP

        @Test("HTTP: doubtful messages are refused and end their connection")
        func http() async throws {
            let (server, memory) = try await start()
            let host = "Host: localhost\r\n"
            let get = "GET /healthz HTTP/1.1\r\n" + host
            let cases: [(String, status: String)] = [
                (get + "X: " + String(repeating: "x", count: 20_000) + "\r\n\r\n", "431"),
                (get + String(repeating: "a: b\r\n", count: 1000) + "\r\n", "431"),
                (get + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", "400"),
                (get + "Content-Length: -1\r\n\r\n", "400"),
                (get + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", "400"),
                (get + "X: a\r\n folded\r\n\r\n", "400"),
                ("GET //../etc/passwd HTTP/1.0\r\n\r\n", "404"),
                ("GET /healthz%00 HTTP/1.0\r\n\r\n", "404"),
                ("GET /%2e%2e/metrics HTTP/1.0\r\n\r\n", "404"),
                ("GET /healthz HTTP/9.9\r\n\r\n", "505"),
                ("GET /healthz HTTP/1.1\r\nHost: local\rhost\r\n\r\n", "400"),
                ("GET /healthz HTTP/1.1\r\n\r\n", "400"),
                ("GET / HTTP/1.0\r\nHost: evil.example\r\n\r\n", "421"),
                ("POST / HTTP/1.0\r\nHost: localhost\r\n\r\n", "405"),
                ("HEAD /healthz HTTP/1.0\r\n\r\n", "200"),
            ]

            for (text, status) in cases {
                let client = try StreamClient(to: server.port)
                try await client.send(text)
                let reply = try await client.waitForEnd()
                #expect(reply.hasPrefix("HTTP/1.1 \(status) "), "\(text.prefix(80)): \(reply)")
            }
            let bad = try StreamClient(to: server.port)
            try await bad.send(
                Array("GET /".utf8) + [0xff, 0xfe] + Array(" HTTP/1.0\r\n\r\n".utf8)
            )
            let badReply = try await bad.waitForEnd()
            let lineless = try StreamClient(to: server.port)
            try await lineless.send("GET /healthz HTTP/1.1")
            lineless.finishSending()
            try await lineless.waitForEnd()
            let pipelined = try StreamClient(to: server.port)
            try await pipelined.send(
                String(repeating: get + "\r\n", count: 999) + get + "Connection: close\r\n\r\n"
            )
            let replies = try await pipelined.waitForEnd()
            let summary = try await check(server, memoryBefore: memory)

            #expect(replies.split(separator: "ok\n").count == 1000)
            #expect(badReply.hasPrefix("HTTP/1.1 40"))
            #expect(lineless.text.isEmpty || lineless.text.hasPrefix("HTTP/1.1 4"))
            #expect(summary.line("Refused or cut off:").contains("2 HTTP head too long"))
        }

        // MARK: - Whoever is too slow

        @Test("whoever is too slow is cut off, in every dialect, where the user has set a limit")
        func late() async throws {
            let (server, memory) = try await start(
                "--first-bytes 0.5 --message-time 0.5 --idle-time 1"
            )

            let silent = try StreamClient(to: server.port)
            let mark = try StreamClient(to: server.port)
            try await mark.send(bytes(hex: "80000000"))
            let record = try StreamClient(to: server.port)
            try await record.send(Array(Self.null(1).dropLast()))
            let object = try StreamClient(to: server.port)
            try await object.send(#"{"type":"consumer""#)
            let request = try StreamClient(to: server.port)
            try await request.send("GET /healthz HTTP/1.1\r\nHost:")
            let text = try StreamClient(to: server.port)
            try await text.send("idle:1\n")
            for client in [silent, mark, record] { try await client.waitForEnd() }
            let objectReply = try await object.waitForEnd()
            let requestReply = try await request.waitForEnd()
            let textReply = try await text.waitForEnd()
            let summary = try await check(server, memoryBefore: memory)

            #expect(objectReply.contains("has no end"))
            #expect(requestReply.hasPrefix("HTTP/1.1 408 "))
            #expect(textReply == "Job received")
            #expect(
                summary.line("Refused or cut off:")
                    == "Refused or cut off: 2 first bytes too late, 3 message too slow,"
                    + " 1 connection idle"
            )
        }
    }
}
