import Core
import Glibc
import Testing

extension HeadlessTests {
    /// A server that wants its token from everybody, and those who have it and those who have not.
    @Suite("A server with a token")
    struct TokenTests {
        private static let options = "--rate max --log-format none --token-for-all --token-file "

        private func device(_ words: String) async throws -> (end: Child.End, child: Child) {
            let child = try Child(
                BuiltProgram.device.path,
                words.split(separator: " ").map(String.init)
            )
            return (try await child.waitForEnd(), child)
        }

        @Test("strangers put no job, and no reply over UDP is longer than what they sent")
        func strangers() async throws {
            let token = try TestToken()
            let server = try await HeadlessServer(Self.options + token.path)
            let stranger = try Sender(to: server.port)
            let otherToken = try Token(Array("another-token-of-some-length".utf8))
            let calls: [RemoteRequest] = [
                .null, .status, .take(waitMilliseconds: 0), CallClient.job("stranger"),
            ]
            let silent: [[UInt8]] =
                ["3:5", #"{"type":"producer","id":"1","item":1}"#, #"{"command":"STATUS"}"#]
                .map { Array($0.utf8) }
                + calls.map { call in
                    otherToken.seal(
                        call.message(xid: 1),
                        .request,
                        milliseconds: Seals.wallClock(),
                        nonce: .random(in: .min ... .max)
                    )
                }

            for datagram in silent { try stranger.send(datagram) }
            for call in calls {
                let message = call.message(xid: 2)
                try stranger.send(message)
                let reply = try await Waiting.until("a reply") { try stranger.takeReplyBytes() }
                #expect(reply.count == (call.procedure == .null ? 24 : 20))
                #expect(reply.count <= message.count)
            }
            let nothing = try stranger.takeReply()
            let summary = try await server.terminate()

            #expect(nothing == nil)
            #expect(summary.devices.isEmpty)
            #expect(
                summary.line("Datagrams:")
                    == "Datagrams: 11 received, 0 jobs, 7 refused (3 not sealed with the token,"
                    + " 4 wrong seal)"
            )
            #expect(summary.line("Refused or cut off:").contains("3 token not shown"))
            #expect(summary.end == .exited(0))
        }

        @Test("watchers and producers without the token end at once, and say what is missing")
        func missingToken() async throws {
            let token = try TestToken()
            let other = try TestToken("another-token-of-some-length")
            let server = try await HeadlessServer(Self.options + token.path)
            let words = ["watch", "127.0.0.1", "\(server.port)", "--headless"]

            let watcher = try Child(BuiltProgram.signalbox.path, words)
            let stranger = try Child(
                BuiltProgram.signalbox.path,
                words + ["--token-file", other.path]
            )
            let producer = try await device("produce 127.0.0.1 \(server.port)")

            #expect(try await watcher.waitForEnd() == .exited(1))
            #expect(watcher.errorText.contains("--token-file FILE"), "\(watcher.story())")
            #expect(try await stranger.waitForEnd() == .exited(1))
            #expect(stranger.errorText.contains("not this server's token"))
            #expect(producer.end == .exited(1))
            #expect(producer.child.text.contains("0 of 5 done, 1 refused"))
            _ = try await server.terminate()
        }

        @Test("over TCP, too, nobody does anything without the token")
        func streams() async throws {
            let token = try TestToken()
            let server = try await HeadlessServer(Self.options + token.path)
            let text = try StreamClient(to: server.port)
            let json = try StreamClient(to: server.port)
            let page = try StreamClient(to: server.port)
            let calls = try CallClient(to: server.port)

            try await text.send("3:5\n")
            try await json.send(#"{"type":"producer","id":"1","item":1}"#)
            try await page.send("GET /status HTTP/1.0\r\n\r\n")
            let answers = try await (text.waitForEnd(), json.waitForEnd(), page.waitForEnd())
            let xid = try await calls.begin(CallClient.job("stranger"))
            let refusal = try await Waiting.until("a refusal") { try calls.reply(to: xid) }
            let summary = try await server.terminate()

            #expect(answers.0.isEmpty)
            #expect(answers.1.contains("the field token is missing"))
            #expect(answers.2.hasPrefix("HTTP/1.1 401 Unauthorized\r\n"))
            #expect(refusal.count == 20)
            #expect(summary.devices.isEmpty)
            #expect(summary.line("Refused or cut off:").contains("4 token not shown"))
        }

        @Test("who has the token is served over UDP, by calls, by JSON and by HTTP")
        func friends() async throws {
            let token = try TestToken()
            let server = try await HeadlessServer(Self.options + token.path)
            let access = "127.0.0.1 \(server.port) --token-file \(token.path)"
            let rest = "--devices 1 --jobs 2 --seconds 1 --interval 0"

            let udp = try await device("run \(access) \(rest) --first-id 1")
            let rpc = try await device("run \(access) \(rest) --first-id 2 --protocol rpc")
            let json = try await device("produce \(access) --items 2 --interval 0 --id 3")
            let status = try await device("call status \(access)")
            let page = try StreamClient(to: server.port)
            try await page.send(
                "GET /status HTTP/1.0\r\nAuthorization: Bearer \(TestToken.text)\r\n\r\n"
            )
            let text = try await page.waitForEnd()
            let summary = try await server.terminateWhenDone(token: TestToken.text)

            for (end, child) in [udp, rpc, json, status] {
                #expect(end == .exited(0), "\(child.story())")
            }
            #expect(status.child.text.contains("6 produced"))
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(
                summary.devices == [
                    "Device 1 consumed 2 seconds of CPU time",
                    "Device 2 consumed 2 seconds of CPU time",
                    "Device 3 consumed 0 seconds of CPU time",
                ]
            )
            #expect(!summary.text.contains(TestToken.text))
        }

        @Test("a job that was overheard cannot be sent again, nor changed on its way")
        func replay() async throws {
            let token = try TestToken()
            let server = try await HeadlessServer(Self.options + token.path)
            let key = try Token(Array(TestToken.text.utf8))
            let job = key.seal(
                Array("3:5".utf8),
                .request,
                milliseconds: Seals.wallClock(),
                nonce: 1
            )
            let (sender, other) = (try Sender(to: server.port), try Sender(to: server.port))

            try sender.send(job)
            let reply = try await Waiting.until("a reply") { try sender.takeReplyBytes() }
            try other.send(job)
            for place in job.indices {
                var altered = job
                altered[place] ^= 1
                try other.send(altered)
            }
            // Its reply says that all before it have been read.
            try other.send(RemoteRequest.null.message(xid: 1))
            _ = try await Waiting.until("the last reply") { try other.takeReplyBytes() }
            let summary = try await server.terminateWhenDone(token: TestToken.text)

            #expect(reply.count == job.count)
            #expect(summary.devices == ["Device 3 consumed 5 seconds of CPU time"])
            #expect(summary.line("Datagrams:").contains("1 jobs"))
            #expect(summary.line("Datagrams:").contains("1 sealed message repeated"))
        }

        @Test("launched clients show the token by themselves")
        func launch() async throws {
            let token = try TestToken()
            let child = try Child(
                BuiltProgram.signalbox.path,
                [
                    "launch", "127.0.0.1", "0", "--headless", "--token-file", token.path,
                    "--token-for-all", "--items", "2", "--interval", "0", "--pause", "0.1",
                ]
            )

            let end = try await child.waitForEnd()

            #expect(end == .exited(0), "\(child.story())")
            #expect(child.text.contains("P1: 2 of 2 done"))
        }

        @Test("a token that others can read is used with a warning; a bad one ends with 2, unseen")
        func files() async throws {
            let exposed = try TestToken(mode: 0o644)
            let server = try await HeadlessServer("--token-file \(exposed.path)")
            _ = try await server.terminate()
            #expect(server.child.errorText.contains("chmod 600"))

            for text in [
                "short", "", String(repeating: "x", count: 300), "a token with its spaces",
            ] {
                let bad = try TestToken(text)
                let child = try Child(
                    BuiltProgram.signalbox.path,
                    ["serve", "127.0.0.1", "0", "--headless", "--token-file", bad.path]
                )
                #expect(try await child.waitForEnd() == .exited(2))
                #expect(child.errorText.hasPrefix("Error: --token-file: \(bad.path): a token has"))
                #expect(text.isEmpty || !child.errorText.contains(text))
            }
        }
    }
}
