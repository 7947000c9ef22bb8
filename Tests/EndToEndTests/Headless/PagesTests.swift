import Core
import Testing

extension HeadlessTests {
    /// What `curl` and `promtool` think of the server's pages.
    @Suite("Pages")
    struct PagesTests {
        private func curl(
            _ server: HeadlessServer,
            _ path: String,
            _ options: String...
        ) async throws -> String {
            let child = try Child(
                Tool.curl.required(),
                // Its own settings and the surroundings' proxies do not count.
                ["-q", "--noproxy", "*", "-sS", "-i", "--path-as-is"] + options
                    + ["http://127.0.0.1:\(server.port)\(path)"]
            )
            let end = try await child.waitForEnd()
            #expect(end == .exited(0), "\(path): \(child.story())")
            return child.text
        }

        @Test("curl gets every page, and a fitting refusal for what is none", .needs(.curl))
        func curl() async throws {
            let server = try await HeadlessServer("--producers 0 --consumers 0 --capacity 3")
            _ = try await Sender(to: server.port).deliver("lamp:7")

            let health = try await curl(server, "/healthz")
            let status = try await curl(server, "/status")
            let metrics = try await curl(server, "/metrics")
            let head = try await curl(server, "/metrics", "--head")
            let missing = try await curl(server, "/nothing")
            let escape = try await curl(server, "/../../etc/passwd")
            let posted = try await curl(server, "/status", "-d", "x")
            let rebound = try await curl(server, "/status", "-H", "Host: evil.example")
            let old = try await curl(server, "/healthz", "--http1.0")

            #expect(health.hasPrefix("HTTP/1.1 200 OK\r\n") && health.hasSuffix("\r\n\r\nok\n"))
            #expect(
                status.hasSuffix(
                    #"{"produced":1,"consumed":0,"depth":1,"capacity":3,"waiting_put":0,"#
                        + #""waiting_take":0,"semaphores":{"empty":2,"full":1},"devices":[],"mailboxes":["#
                        + #"{"mailbox":"default","produced":1,"consumed":0,"depth":1,"capacity":3,"#
                        + #""waiting_put":0,"waiting_take":0,"semaphores":{"empty":2,"full":1}}]}"#
                ),
                "\(status)"
            )
            #expect(metrics.contains("text/plain; version=0.0.4; charset=utf-8"))
            #expect(metrics.contains("\nsignalbox_buffer_depth{buffer=\"default\"} 1\n"))
            #expect(head.hasPrefix("HTTP/1.1 200 ") && head.hasSuffix("\r\n\r\n"))
            #expect(missing.hasPrefix("HTTP/1.1 404 "))
            #expect(escape.hasPrefix("HTTP/1.1 404 "))
            #expect(posted.hasPrefix("HTTP/1.1 405 ") && posted.contains("Allow: GET, HEAD"))
            #expect(rebound.hasPrefix("HTTP/1.1 421 "))
            #expect(old.hasPrefix("HTTP/1.1 200 "))
            let summary = try await server.terminate()
            #expect(summary.line("Refused or cut off:").hasSuffix(" 2 HTTP request refused"))
            #expect(summary.line("Nothing lost").hasSuffix("1 produced = 0 consumed + 1 held"))
        }

        @Test("promtool finds nothing wrong, whatever the devices are called", .needs(.promtool))
        func promtool() async throws {
            let server = try await HeadlessServer("--rate max")
            for name in ["lamp", "\"quoted\"", "back\\slash", "{a=\"b\"} 1", "%n%s", "#", "é"] {
                _ = try await Sender(to: server.port).deliver("\(name):2")
            }
            let client = try StreamClient(to: server.port)
            try await client.send("GET /metrics HTTP/1.0\r\n\r\n")
            let reply = try await client.waitForEnd()
            let page = try #require(
                reply.firstRange(of: "\r\n\r\n").map { reply[$0.upperBound...] }
            )
            let file = try ScratchFile(String(page))

            let child = try Child(
                "/bin/sh",
                ["-c", "'\(try Tool.promtool.required())' check metrics < '\(file.path)'"]
            )
            let end = try await child.waitForEnd()

            #expect(page.contains("signalbox_items_total"))
            #expect(end == .exited(0), "\(child.story())")
            #expect((child.text + child.errorText).isEmpty)
        }
    }
}
