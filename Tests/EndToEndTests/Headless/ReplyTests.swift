import Testing

extension HeadlessTests {
    @Suite("Replies")
    struct ReplyTests {
        @Test("none: no job gets a reply")
        func none() async throws {
            let server = try await HeadlessServer("--reply none --exit-after 2 --rate max")
            let sender = try Sender(to: server.port)

            try sender.send("3:5")
            try sender.send("3:6")
            let summary = try await server.summary()

            #expect(try sender.takeReply() == nil)
            #expect(summary.line("Replies:").hasPrefix("Replies: 0 sent"))
            #expect(summary.devices == ["Device 3 consumed 11 seconds of CPU time"])
        }

        @Test("done: the reply comes when the job has run, and not before")
        func done() async throws {
            let server = try await HeadlessServer("--reply done")
            let sender = try Sender(to: server.port)

            let start = ContinuousClock.now
            try sender.send("3:0.5")
            let reply = try await sender.reply()

            #expect(ContinuousClock.now - start >= .milliseconds(500))
            #expect(reply == "3:0.5")
        }

        @Test("done: a run that ends by itself owes nobody a reply")
        func doneAtTheEnd() async throws {
            let server = try await HeadlessServer("--reply done --exit-after 8 --rate max")
            let senders = try (0..<8).map { _ in try Sender(to: server.port) }

            for sender in senders { try sender.send("3:1") }
            let summary = try await server.summary()
            var replies: [String] = []
            for sender in senders { replies.append(try await sender.reply()) }

            #expect(replies == Array(repeating: "3:1", count: 8))
            #expect(summary.line("Replies:").hasPrefix("Replies: 8 sent"))
        }

        @Test("receipt: while the buffer is full nobody gets a reply")
        func fullBuffer() async throws {
            let server = try await HeadlessServer("--capacity 1 --consumers 0")
            let first = try Sender(to: server.port)
            let second = try Sender(to: server.port)

            let reply = try await first.deliver("1:1")
            try second.send("2:2")
            try await server.child.waitForOutput("P1 waits for empty, which is 0")
            let early = try second.takeReply()
            let summary = try await server.terminate()

            #expect(reply == "1:1")
            #expect(early == nil)
            #expect(try second.takeReply() == nil)
            #expect(summary.line("Jobs:").hasPrefix("Jobs: 0 done, 2 not run;"))
        }

        @Test("receipt: the reply that a full buffer held back comes when there is room")
        func roomAgain() async throws {
            let server = try await HeadlessServer("--capacity 1")
            let senders = try (1...3).map { _ in try Sender(to: server.port) }

            // So long that a busy machine can send the others meanwhile.
            _ = try await senders[0].deliver("1:8")
            try await server.child.waitForOutput("executes job 1")
            _ = try await senders[1].deliver("2:0")
            try senders[2].send("3:0")
            try await server.child.waitForOutput("P1 waits for empty, which is 0")
            let early = try senders[2].takeReply()
            let logThen = server.child.text
            let reply = try await senders[2].reply()
            let log = try await server.child.waitForOutput("inserted job 3")

            #expect(early == nil || logThen.contains("finished job 1"))
            #expect(reply == "3:0")
            let finished = try #require(log.firstRange(of: "finished job 1"))
            let inserted = try #require(log.firstRange(of: "inserted job 3"))
            #expect(finished.lowerBound < inserted.lowerBound)
        }

        @Test("receipt: a paused server answers nobody")
        func paused() async throws {
            let server = try await HeadlessServer("--paused")
            let sender = try Sender(to: server.port)

            try sender.send("3:5")
            let summary = try await server.terminate()

            #expect(try sender.takeReply() == nil)
            #expect(summary.line("Jobs:").hasPrefix("Jobs: 0 done,"))
        }
    }
}
