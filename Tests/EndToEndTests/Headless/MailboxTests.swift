import Core
import Testing

extension HeadlessTests {
    /// Further buffers and ports, with plain clients.
    @Suite("Mailboxes", .timeLimit(.minutes(5)))
    struct MailboxTests {
        private static let options = "--mailbox left:2 --mailbox right:1 --also 0=left --also 0"

        private func ask(_ port: UInt16, _ text: String) async throws -> String {
            let client = try StreamClient(to: port)
            try await client.send(text)
            return try await client.waitForEnd()
        }

        private func status(_ port: UInt16, _ mailbox: String) async throws -> String {
            try await ask(port, #"{"command":"STATUS","mailbox":"\#(mailbox)"}"#)
        }

        @Test("nc's job at a mailbox's port is that mailbox's, and is answered", .needs(.nc))
        func netcat() async throws {
            let server = try await HeadlessServer(Self.options)
            let port = try #require(server.furtherPorts.first)

            let datagram = try Netcat(sending: "3:5", to: port)
            try await datagram.child.waitForOutput("3:5")
            let stream = try StreamClient(to: port)
            try await stream.send("4:1\n")
            try await stream.receive("Job received")
            let taken = try await ask(port, #"{"type":"consumer"}"#)
            let other = try await ask(server.port, #"{"type":"consumer","mailbox":"left"}"#)
            let standard = try await status(server.port, "default")
            let summary = try await server.terminate()

            #expect(datagram.child.text == "3:5")
            #expect(taken.contains(#""item":"3:5""#) && other.contains(#""item":"4:1""#))
            #expect(standard.contains(#""buffer_size":0,"buffer_max":15"#))
            let line = summary.line("Mailbox left")
            #expect(line.hasPrefix("Mailbox left: 2 put, 2 taken, 0 left; waiting time: mean "))
            #expect(summary.devices.contains("Device 3 consumed 5 seconds of CPU time"))
            #expect(summary.end == .exited(0))
        }

        @Test("a further port without a name is as the main one")
        func also() async throws {
            let server = try await HeadlessServer("--rate max --exit-after 2 \(Self.options)")
            let port = try #require(server.furtherPorts.last)

            let echoes = try await (
                Sender(to: port).deliver("3:2"), Sender(to: server.port).deliver("3:1")
            )
            let summary = try await server.summary()

            #expect(echoes == ("3:2", "3:1"))
            #expect(summary.devices == ["Device 3 consumed 3 seconds of CPU time"])
        }

        @Test("with wait, JSON clients wait for each other in their mailbox, or until it is over")
        func waits() async throws {
            let server = try await HeadlessServer(Self.options)
            let taker = try StreamClient(to: server.port)

            try await taker.send(#"{"type":"consumer","id":"9","mailbox":"right","wait":20}"#)
            try await Waiting.until("the taker waits") {
                let page = try await ask(
                    server.port,
                    "GET /status?mailbox=right HTTP/1.0\r\n\r\n"
                )
                return page.contains(#""waiting_take":1"#) ? () : nil
            }
            let put = try await ask(
                server.port,
                #"{"type":"producer","id":"1","item":"X","mailbox":"right"}"#
            )
            let taken = try await taker.waitForEnd()
            let empty = try await ask(
                server.port,
                #"{"command":"CONSUME","mailbox":"right","wait":0.05}"#
            )
            let unknown = try await status(server.port, "up")
            let summary = try await server.terminate()

            #expect(put.contains("success") && taken.contains(#""item":"X""#))
            #expect(empty == #"{"status":"EMPTY","message":"Buffer is empty","buffer_size":0}"#)
            #expect(unknown.contains("there is no mailbox up; there are default, left, right"))
            #expect(summary.line("Remote clients").contains("1 timed out"))
            #expect(summary.line("Refused").contains("1 unknown mailbox"))
        }

        @Test(
            "remote calls that a mailbox's port gets are that mailbox's, and it keeps what is left"
        )
        func calls() async throws {
            let server = try await HeadlessServer(Self.options)
            let client = try CallClient(to: #require(server.furtherPorts.first))

            for _ in 0..<3 {
                let call = try await client.begin(CallClient.job("lamp", seconds: 1, wait: 0))
                _ = try await client.result(of: call, .submit)
            }
            let metrics = try await ask(server.port, "GET /metrics HTTP/1.0\r\n\r\n")
            let pages = try await ask(server.port, "GET /status HTTP/1.0\r\n\r\n")
            let summary = try await server.terminate()

            #expect(metrics.contains("\nsignalbox_buffer_depth{buffer=\"left\"} 2\n"))
            #expect(metrics.contains("\nsignalbox_buffer_depth{buffer=\"default\"} 0\n"))
            #expect(
                metrics.contains("signalbox_semaphore_value{buffer=\"left\",semaphore=\"empty\"} 0")
            )
            #expect(pages.contains(#"{"mailbox":"left","produced":2,"consumed":0,"depth":2"#))
            #expect(summary.line("Jobs:").hasPrefix("Jobs: 0 done, 2 not run;"))
            #expect(summary.line("Mailbox left") == "Mailbox left: 2 put, 0 taken, 2 left")
            #expect(summary.line("Nothing lost").hasSuffix("2 produced = 0 consumed + 2 held"))
            #expect(summary.end == .exited(0))
        }

        @Test("a mailbox without slots is a rendezvous, in JSON and in remote calls")
        func rendezvous() async throws {
            let server = try await HeadlessServer("--mailbox hand:0")
            func call(_ words: String) throws -> Child {
                let words = words.split(separator: " ").map(String.init)
                return try Child(
                    BuiltProgram.device.path,
                    ["call", words[0], "127.0.0.1", "\(server.port)"] + words.dropFirst()
                )
            }
            let put = #"{"type":"producer","id":"1","item":"X","mailbox":"hand"}"#

            let alone = try await ask(server.port, put)
            let getter = try call("get hand --wait 20000")
            try await Waiting.until("the receiver is ready") {
                let page = try await ask(server.port, "GET /status?mailbox=hand HTTP/1.0\r\n\r\n")
                return page.contains(#""waiting_take":1"#) ? () : nil
            }
            let met = try await ask(server.port, put)
            let got = try await getter.waitForEnd()
            let lonely = try call("get hand --wait 100")
            let end = try await lonely.waitForEnd()
            let list = try call("mailboxes")
            _ = try await list.waitForEnd()
            let summary = try await server.terminate()

            #expect(alone.contains("Buffer is full"))
            #expect(met.contains("success") && got == .exited(0))
            #expect(getter.text.contains("\"X\""), "\(getter.text)")
            #expect(end != .exited(0) && lonely.text.contains("TIMEOUT"))
            #expect(list.text.contains("hand") && list.text.contains("\(server.port) by its name"))
            #expect(summary.line("Mailbox hand").hasPrefix("Mailbox hand: 1 put, 1 taken, 0 left"))
        }

        @Test("signalbox-device puts into and takes out of a mailbox, and waits")
        func devices() async throws {
            let server = try await HeadlessServer(Self.options)
            func client(_ verb: String, _ options: String) throws -> Child {
                try Child(
                    BuiltProgram.device.path,
                    [verb, "127.0.0.1", "\(server.port)", "--mailbox", "right", "--interval", "0"]
                        + options.split(separator: " ").map(String.init)
                )
            }

            let consumer = try client("consume", "--items 6 --wait 20 --retries 0")
            let producer = try client("produce", "--items 6 --wait 20 --retries 0 --id 7")
            let ends = try await (producer.waitForEnd(), consumer.waitForEnd())
            let summary = try await server.terminate()

            #expect(ends == (.exited(0), .exited(0)), "\(producer.story()) \(consumer.story())")
            let taken = consumer.text.matches(of: #/C1 took (\S+):/#).map { String($0.1) }
            #expect(taken == (1...6).map { "P7-Item-\($0)" })
            #expect(summary.line("Mailbox right").hasPrefix("Mailbox right: 6 put, 6 taken, 0"))
        }
    }
}
