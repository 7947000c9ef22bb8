import Core
import Testing

extension HeadlessTests {
    /// Programs that nobody here wrote call the real server.
    @Suite("rpcinfo and a client in C")
    struct RemoteCallToolsTests {
        private func rpcinfo(
            _ server: HeadlessServer,
            _ transport: String,
            version: String...
        ) async throws -> (end: Child.End, text: String) {
            let address = "127.0.0.1.\(server.port >> 8).\(server.port & 255)"
            let child = try Child(
                Tool.rpcinfo.required(),
                ["-a", address, "-T", transport, "\(RemoteProgram.number)"] + version
            )
            let end = try await child.waitForEnd()
            return (end, child.text + child.errorText)
        }

        @Test(
            "rpcinfo finds version 1, misses version 7, and finds out which versions there are",
            .needs(.rpcinfo),
            arguments: ["udp", "tcp"]
        )
        func rpcinfo(transport: String) async throws {
            let server = try await HeadlessServer("")

            let one = try await rpcinfo(server, transport, version: "1")
            let seven = try await rpcinfo(server, transport, version: "7")
            let scan = try await rpcinfo(server, transport)
            let summary = try await server.terminate()

            let ready = "program 536887319 version 1 ready and waiting\n"
            #expect(one.end == .exited(0) && one.text == ready, "\(one)")
            #expect(seven.end == .exited(1))
            #expect(seven.text.contains("low version = 1, high version = 1"), "\(seven)")
            #expect(seven.text.contains("program 536887319 version 7 is not available"))
            #expect(scan.end == .exited(0) && scan.text == ready, "\(scan)")
            #expect(summary.end == .exited(0))
            // Version 7, and version 0 of the scan.
            #expect(summary.line("Refused or cut off:").contains("2 remote call refused"))
        }

        private func client(
            _ port: UInt16,
            _ transport: String,
            _ words: String
        ) async throws -> Child {
            try Child(
                try await CProgram.path(),
                ["127.0.0.1", "\(port)", transport] + words.split(separator: " ").map(String.init)
            )
        }

        private func run(
            _ port: UInt16,
            _ transport: String,
            _ words: String
        ) async throws -> (end: Child.End, text: String) {
            let child = try await client(port, transport, words)
            let end = try await child.waitForEnd()
            return (end, child.text + child.errorText)
        }

        @Test(
            "the C client pings, submits, takes and asks for the counts",
            .needsCProgram,
            arguments: ["udp", "tcp"]
        )
        func procedures(transport: String) async throws {
            let server = try await HeadlessServer("--producers 0 --consumers 0 --capacity 1")
            let port = server.port

            let null = try await run(port, transport, "null")
            let submit = try await run(port, transport, "submit lamp 5 hello 0")
            let full = try await run(port, transport, "submit lamp 5 more 0")
            let status = try await run(port, transport, "status")
            let take = try await run(port, transport, "take 0")
            let empty = try await run(port, transport, "take 0")
            let late = try await run(port, transport, "take 50")
            let bad = try await run(port, transport, "submit lamp 86401 no 0")

            #expect(null == (.exited(0), "null: yes\n"))
            #expect(submit == (.exited(0), "submit: code 0 id 1 depth 1 capacity 1\n"))
            #expect(full == (.exited(3), "submit: code 1 id 0 depth 1 capacity 1\n"))
            #expect(
                status
                    == (
                        .exited(0), "status: produced 1 consumed 0 depth 1 capacity 1 waiting 0 0\n"
                    )
            )
            #expect(take == (.exited(0), "take: id 1 device lamp seconds 5 body hello\n"))
            #expect(empty == (.exited(3), "take: code 2\n"))
            #expect(late == (.exited(3), "take: code 3\n"))
            #expect(bad == (.exited(3), "submit: code 5 id 0 depth 0 capacity 1\n"))
            let summary = try await server.terminate()
            #expect(summary.line("Nothing lost").hasSuffix("1 produced = 1 consumed + 0 held"))
        }

        @Test(
            "the C client registers, finds, renews and cancels; mailboxes are reached by name",
            .needsCProgram,
            arguments: ["udp", "tcp"]
        )
        func registry(transport: String) async throws {
            let server = try await HeadlessServer("--producers 0 --consumers 0 --capacity 2")
            let port = server.port
            let own = "signalbox 127.0.0.1.\(port >> 8).\(port & 255)"

            let register = try await run(port, transport, "register lamp 127.0.0.1.23.112 60")
            let lease = try #require(register.text.firstMatch(of: #/lease ([0-9]+) for 60 s/#)).1
            let all = try await run(port, transport, "lookup")
            let renew = try await run(port, transport, "renew \(lease) 9999")
            let cancel = try await run(port, transport, "cancel \(lease)")
            let gone = try await run(port, transport, "lookup lamp")
            let late = try await run(port, transport, "renew \(lease) 1")
            let bad = try await run(port, transport, "register lamp localhost 1")
            let put = try await run(port, transport, "put default lamp 5 hello 0")
            let none = try await run(port, transport, "put nowhere lamp 5 hello 0")
            let boxes = try await run(port, transport, "mailboxes")
            let get = try await run(port, transport, "get default 0")

            #expect(register.end == .exited(0))
            #expect(all == (.exited(0), "lookup: code 0\n  \(own)\n  lamp 127.0.0.1.23.112\n"))
            #expect(renew == (.exited(0), "renew: code 0 lease \(lease) for 3600 s\n"))
            #expect(cancel == (.exited(0), "cancel: code 0\n"))
            #expect(gone == (.exited(3), "lookup: code 2\n"))
            #expect(late == (.exited(3), "renew: code 2 lease 0 for 0 s\n"))
            #expect(bad == (.exited(3), "register: code 5 lease 0 for 0 s\n"))
            #expect(put == (.exited(0), "put: code 0 id 1 depth 1 capacity 2\n"))
            #expect(none == (.exited(3), "put: code 5 id 0 depth 0 capacity 0\n"))
            #expect(boxes.end == .exited(0))
            #expect(boxes.text.hasPrefix("mailbox default: depth 1 capacity 2\n"), "\(boxes)")
            #expect(get == (.exited(0), "get: id 1 device lamp seconds 5 body hello\n"))
            _ = try await server.terminate()
        }

        @Test(
            "a take of the C client waits until another client puts a job",
            .needsCProgram,
            arguments: ["udp", "tcp"]
        )
        func blockingTake(transport: String) async throws {
            let server = try await HeadlessServer("--producers 0 --consumers 0")
            let watcher = try CallClient(to: server.port)

            let taker = try await client(server.port, transport, "take 20000")
            try await watcher.waitForCounts("a taker that waits") { $0.waitingTake == 1 }
            let textThen = taker.text
            let echo = try await Sender(to: server.port).deliver("lamp:7")
            let end = try await taker.waitForEnd()

            #expect(textThen.isEmpty)
            #expect(echo == "lamp:7")
            #expect(end == .exited(0))
            #expect(taker.text == "take: id 1 device lamp seconds 7 body \n", "\(taker.text)")
            let summary = try await server.terminate()
            #expect(summary.line("Nothing lost").hasSuffix("1 produced = 1 consumed + 0 held"))
        }

        @Test(
            "a call whose reply is lost is sent again, and not executed again",
            .needsCProgram,
            arguments: ["submit lamp 5 hello 0", "take 0"]
        )
        func lostReply(call: String) async throws {
            let server = try await HeadlessServer("--producers 0 --consumers 0")
            let watcher = try CallClient(to: server.port)
            for number in 1...2 { _ = try await watcher.call(CallClient.job("\(number)")) }
            let relay = try LossyRelay(to: server.port, losing: 1)

            let child = try await client(relay.port, "udp", call)
            let end = try await Waiting.until("the client's end", instead: child.story) {
                try relay.work()
                return child.ended
            }
            let counts = try await watcher.counts()

            #expect(end == .exited(0), "\(child.story())")
            #expect(relay.requests.count >= 2)
            #expect(Set(relay.requests).count == 1, "the same bytes again")
            #expect(Set(relay.replies).count == 1, "the same reply again")
            #expect(counts.produced + counts.consumed == 3, "\(counts)")
            let summary = try await server.terminate()
            #expect(summary.line("Remote clients:").contains("sent again by the client"))
        }
    }
}
