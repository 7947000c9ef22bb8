import Core
import Testing

extension HeadlessTests {
    /// What remote clients get when the server ends.
    @Suite("The end, for remote clients")
    struct RemoteEndTests {
        @Test(
            "a run that ends by itself owes nobody a reply or a report",
            arguments: ["receipt", "done"]
        )
        func exitAfter(moment: String) async throws {
            let server = try await HeadlessServer("--rate max --exit-after 4 --reply \(moment)")
            let report = try StreamClient(to: server.port)
            let plain = try StreamClient(to: server.port)

            try await report.send("a:1\nb,2\nc:3\ndone\n")
            try await plain.send("d:4\n")
            let reportText = try await report.waitForEnd()
            let plainText = try await plain.waitForEnd()
            let summary = try await server.summary()

            #expect(
                reportText
                    == "Job receivedJob received"
                    + "Consumer 1 processed:\na,1\nb,2\nc,3\n"
                    + "Consumer 1 spent 6 seconds of CPU time\n---\n"
            )
            #expect(plainText == "Job received")
            #expect(summary.end == .exited(0))
            #expect(summary.line("Nothing lost").hasSuffix("4 produced = 4 consumed + 0 held"))
        }

        @Test("a run that ends after the last take sends that take's reply first")
        func lastTake() async throws {
            let server = try await HeadlessServer("--producers 0 --consumers 0 --exit-after 2")
            let client = try CallClient(to: server.port)

            let take = try await client.begin(.take(waitMilliseconds: 20_000))
            let item = try StreamClient(to: server.port)
            try await item.send(#"{"type":"producer","id":"lamp","item":"last"}"#)
            let receipt = try await item.waitForEnd()
            let first = try await client.result(of: take, .take)
            let submit = try await client.begin(CallClient.job("lamp", body: "very last"))
            let second = try await client.begin(.take(waitMilliseconds: 20_000))
            _ = try await client.result(of: submit, .submit)
            let last = try await client.result(of: second, .take)
            let summary = try await server.summary()

            #expect(receipt.contains("success"))
            #expect(first == .taking(.taken(id: 1, job("last"))))
            #expect(last == .taking(.taken(id: 2, job("very last"))))
            #expect(summary.line("Nothing lost").hasSuffix("2 produced = 2 consumed + 0 held"))
        }

        private func job(_ body: String) -> RemoteJob {
            RemoteJob(device: "lamp", seconds: 0, body: Array(body.utf8))
        }

        @Test("a server that is asked to end ends connections of every dialect, whatever they do")
        func connections() async throws {
            let server = try await HeadlessServer("--producers 0 --consumers 0")
            let silent = try StreamClient(to: server.port)
            let page = try StreamClient(to: server.port)
            try await page.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            try await page.receive("ok\n")
            let item = try StreamClient(to: server.port)
            try await item.send(#"{"type":"#)
            let text = try StreamClient(to: server.port)
            try await text.send("a:1\n")
            try await text.receive("Job received")
            let calls = try CallClient(to: server.port)
            _ = try await calls.counts()

            let summary = try await server.terminate()

            for client in [silent, page, item, text, calls.stream] {
                try await client.waitForEnd()
            }
            #expect(summary.end == .exited(0), "\(server.child.story())")
            #expect(summary.line("Nothing lost").hasSuffix("1 produced = 0 consumed + 1 held"))
        }

        @Test("a server that is asked to end refuses who waits, and ends at once")
        func terminate() async throws {
            let server = try await HeadlessServer("--producers 0 --consumers 0 --capacity 1")
            let takers = try (0..<20).map { _ in try CallClient(to: server.port) }
            let watcher = try CallClient(to: server.port)

            var calls: [UInt32] = []
            for taker in takers {
                calls.append(try await taker.begin(.take(waitMilliseconds: 20_000)))
            }
            try await watcher.waitForCounts("twenty takers") { $0.waitingTake == 20 }
            let idle = try StreamClient(to: server.port)
            let time = try await server.child.timeToEnd(after: 15)
            let end = try await server.child.waitForEnd()

            for (taker, call) in zip(takers, calls) {
                let result = try await taker.result(of: call, .take)
                #expect(result == .taking(.nothing(.denied)))
                try await taker.stream.waitForEnd()
            }
            try await idle.waitForEnd()
            #expect(end == .exited(0))
            // A second where nobody else uses the machine; far less than the takers would wait.
            #expect(time < .seconds(8))
            let text = server.child.text
            #expect(
                text.contains("Nothing lost, nothing doubled: 0 produced = 0 consumed + 0 held")
            )
        }
    }
}
