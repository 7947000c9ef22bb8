import NIOCore
import NIOEmbedded
import Testing

@testable import Core

/// A connection of an HTTP client.
private final class HTTPConnection {
    let tally = NetworkTally()
    let channel = EmbeddedChannel()
    var report = ServerReport()

    init(
        hosts: Set<String>? = HTTPPages.loopbackHosts(boundTo: "127.0.0.1"),
        token: Token? = nil
    ) throws {
        let pages = HTTPPages(allowedHosts: hosts) { [unowned self] in report }
            .asking(for: token)
        try HTTPHandler.add(to: channel.pipeline.syncOperations, pages: pages, tally: tally)
        try channel.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    deinit { _ = try? channel.finish(acceptAlreadyClosed: true) }

    /// What comes back for these bytes.
    func ask(_ bytes: [UInt8]) throws -> String {
        try? channel.send(bytes)
        return try received()
    }

    func ask(_ text: String) throws -> String { try ask(Array(text.utf8)) }

    func received() throws -> String {
        var text = ""
        while let piece = try channel.reply() { text += piece }
        return text
    }

    func get(_ path: String, _ method: String = "GET") throws -> String {
        try ask("\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
    }
}

private let plain = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"

@Suite("HTTP", .timeLimit(.minutes(5)))
struct HTTPHandlerTests {
    @Test("how long jobs waited is looked up for the pages and the mailboxes alone that tell it")
    func waits() throws {
        let connection = try HTTPConnection()
        let asked = Guarded<[String]>([])
        connection.report.others = ["left", "right"].map { name in
            var mailbox = ServerReport.Mailbox(name: name)
            mailbox.waits = {
                asked.withLock { $0.append(name) }
                return ServerReport.Waits(LatencyHistogram())
            }
            return mailbox
        }

        for path in ["/healthz", "/status", "/status?mailbox=default"] {
            _ = try connection.get(path)
        }
        #expect(asked.withLock { $0 }.isEmpty)
        _ = try connection.get("/status?mailbox=left")
        #expect(asked.withLock { $0 } == ["left"])
        _ = try connection.get("/metrics")
        #expect(asked.withLock { $0 } == ["left", "left", "right"])
    }

    @Test("the status of one mailbox is asked for in the query; an unknown one is not found")
    func mailbox() throws {
        let connection = try HTTPConnection()
        connection.report.others = [ServerReport.Mailbox(name: "left")]

        let whole = try connection.get("/status?x=left")
        let left = try connection.get("/status?x=1&mailbox=left")
        let standard = try connection.get("/status?mailbox=default")
        let unknown = try connection.get("/status?mailbox=%6ceft")

        #expect(whole.contains("\"mailboxes\":[{\"mailbox\":\"default\""))
        #expect(left.contains("\r\n\r\n{\"mailbox\":\"left\","))
        #expect(standard.contains("{\"mailbox\":\"default\",") && !standard.contains("devices"))
        #expect(unknown.hasPrefix("HTTP/1.1 404 "))
        #expect(unknown.hasSuffix("no mailbox of this name; there are default, left\n"))
    }

    @Test("pages want the token where it is asked for, but whether the server is well is no secret")
    func token() throws {
        func status(_ path: String, _ header: String) throws -> String {
            let connection = try HTTPConnection(token: try SealedFixtures.token())
            let reply = try connection.ask(
                "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(header)\r\n"
            )
            #expect(
                reply.contains("WWW-Authenticate: Bearer\r\n")
                    == reply.hasPrefix("HTTP/1.1 401 ")
            )
            return String(reply.prefix(12).suffix(3))
        }
        let secret = SealedFixtures.secret

        #expect(try status("/healthz", "") == "200")
        for path in ["/metrics", "/status", "/nothing", "/healthz/", "//healthz"] {
            #expect(try status(path, "") == "401")
        }
        for header in [
            "Bearer x", "Bearer ", "Bearer", "Basic \(secret)", secret, "Bearer \(secret)x",
            "Bearer  \(secret)", "Bearer \(secret)\r\nAuthorization: Bearer \(secret)",
        ] {
            #expect(try status("/status", "Authorization: \(header)\r\n") == "401", "\(header)")
        }
        for scheme in ["Bearer", "bearer"] {
            #expect(try status("/status", "Authorization: \(scheme) \(secret)\r\n") == "200")
        }
    }

    @Test("the pages are there, and say of what kind they are")
    func pages() throws {
        let connection = try HTTPConnection()

        #expect(
            try connection.get("/healthz")
                == "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "Content-Length: 3\r\nCache-Control: no-store\r\n"
                + "X-Content-Type-Options: nosniff\r\n\r\nok\n"
        )
        #expect(
            try connection.get("/metrics?x=1")
                .contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n")
        )
        #expect(try connection.get("/status").contains("Content-Type: application/json\r\n"))
        #expect(connection.channel.isActive)
    }

    @Test("a server that stops says so")
    func stopping() throws {
        let connection = try HTTPConnection()
        connection.report.isStopping = true

        let reply = try connection.get("/healthz")

        #expect(reply.hasPrefix("HTTP/1.1 503 ") && reply.hasSuffix("\r\n\r\nstopping\n"))
    }

    @Test("HEAD gets the head alone, also between others")
    func head() throws {
        let connection = try HTTPConnection()

        let reply = try connection.get("/healthz", "HEAD")

        #expect(reply.contains("Content-Length: 3\r\n") && reply.hasSuffix("\r\n\r\n"))
        #expect(try connection.get("/healthz").hasSuffix("\r\n\r\nok\n"))
    }

    @Test(
        "other paths are not found",
        arguments: [
            "/", "//../etc/passwd", "/metrics/", "/%6detrics", "/healthz%00", "/%2e%2e/metrics",
            "/METRICS", "http://localhost/metrics", "/metrics#x",
        ]
    )
    func notFound(path: String) throws {
        #expect(try HTTPConnection().get(path).hasPrefix("HTTP/1.1 404 "))
    }

    @Test(
        "other methods are not allowed",
        arguments: ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]
    )
    func methods(method: String) throws {
        let connection = try HTTPConnection()

        let reply = try connection.get("/metrics", method)

        #expect(reply.hasPrefix("HTTP/1.1 405 ") && reply.contains("\r\nAllow: GET, HEAD\r\n"))
        #expect(try connection.ask(plain).hasSuffix("ok\n"))
    }

    @Test("a body is read over, up to a limit")
    func bodies() throws {
        let connection = try HTTPConnection()
        let post = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: "

        #expect(try connection.ask("\(post)5\r\n\r\nGET /" + plain).contains("200 OK"))
        let reply = try connection.ask(
            "\(post)99999999\r\n\r\n" + String(repeating: "x", count: 65_537)
        )

        #expect(reply.hasPrefix("HTTP/1.1 413 "))
        #expect(!connection.channel.isActive)
    }

    @Test(
        "what makes the end of a message doubtful is refused and ends the connection",
        arguments: [
            "Content-Length: 5\r\nContent-Length: 5\r\n",
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: -1\r\n", "Content-Length: 1, 1\r\n", "Content-Length: +1\r\n",
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
            "Transfer-Encoding: chunked, identity\r\n", "X : y\r\n", "X: a\r\n folded\r\n",
            "Host: other\r\n", "X\r\n", "X: \u{0}\r\n", "X: a\rb\r\n",
        ]
    )
    func smuggling(header: String) throws {
        let connection = try HTTPConnection()

        let reply = try connection.ask(
            "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\(header)\r\nGET /x"
        )

        #expect(reply.hasPrefix("HTTP/1.1 400 "), "\(reply)")
        #expect(!connection.channel.isActive)
        #expect(connection.tally[.httpRefused] == 1)
    }

    @Test(
        "a first line that is none is refused",
        arguments: [
            ("GET /healthz HTTP/9.9\r\n\r\n", "505"), ("GET /healthz HTTP/2.0\r\n\r\n", "505"),
            ("GET /healthz\r\n\r\n", "505"), ("GET  HTTP/1.1\r\n\r\n", "400"),
            ("HELLO / HTTP/1.1\r\n\r\n", "400"), ("GET /\u{1} HTTP/1.1\r\n\r\n", "400"),
            ("GET /healthz HTTP/1.1\r\nHost: a\r\nb\r\n\r\n", "400"),
            ("GET /healthz HTTP/1.1\r\n\r\n", "400"),
        ]
    )
    func firstLine(text: String, status: String) throws {
        let connection = try HTTPConnection()

        #expect(try connection.ask(text).hasPrefix("HTTP/1.1 \(status) "))
        #expect(!connection.channel.isActive)
        #expect(connection.tally[.httpRefused] == 1)
    }

    @Test("a path that is not UTF-8 is not found or refused")
    func notUTF8() throws {
        let bytes = Array("GET /\u{0} HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)

        let reply = try HTTPConnection().ask(bytes.map { $0 == 0 ? 0xff : $0 })

        #expect(reply.hasPrefix("HTTP/1.1 40"))
    }

    @Test("a head over 16 KiB or 100 lines is refused and counted, however it comes")
    func longHead() throws {
        let long = "X: " + String(repeating: "x", count: 20_000) + "\r\n"
        let many = String(repeating: "a: b\r\n", count: 1000)
        for header in [long, many] {
            for piece in [100, 100_000] {
                let connection = try HTTPConnection()
                let head = Array("GET / HTTP/1.1\r\nHost: localhost\r\n\(header)\r\n".utf8)
                var reply = ""
                for start in stride(from: 0, to: head.count, by: piece) {
                    reply += try connection.ask(
                        Array(head[start..<min(start + piece, head.count)])
                    )
                }

                #expect(reply.hasPrefix("HTTP/1.1 431 "))
                #expect(connection.tally[.httpHeadTooLong] == 1)
                #expect(connection.tally[.httpRefused] == 0)
                #expect(!connection.channel.isActive)
            }
        }
    }

    @Test("pipelined requests are answered in their order, wherever they are cut")
    func pipelined() throws {
        let requests = (0..<1000).map {
            $0 % 2 == 0 ? plain : "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n"
        }
        let bytes = Array(requests.joined().utf8)
        for piece in [7, 1000, bytes.count] {
            let connection = try HTTPConnection()
            var replies = ""
            for start in stride(from: 0, to: bytes.count, by: piece) {
                replies += try connection.ask(Array(bytes[start..<min(start + piece, bytes.count)]))
            }

            let statuses = replies.split(separator: "HTTP/1.1 ").map { String($0.prefix(3)) }
            #expect(statuses == (0..<1000).map { $0 % 2 == 0 ? "200" : "404" })
        }
    }

    @Test("a client that does not read is not answered, and more than 100 requests end it")
    func notReading() throws {
        let connection = try HTTPConnection()
        connection.channel.isWritable = false

        _ = try connection.ask(String(repeating: plain, count: 100))
        #expect(connection.channel.isActive)
        #expect(try connection.received().isEmpty)
        connection.channel.isWritable = true
        connection.channel.pipeline.fireChannelWritabilityChanged()
        #expect(try connection.received().split(separator: "200 OK").count == 101)

        connection.channel.isWritable = false
        _ = try connection.ask(String(repeating: plain, count: 101))
        #expect(!connection.channel.isActive)
        #expect(connection.tally[.httpRefused] == 1)
    }

    @Test("HTTP/1.0 ends after one request unless it asks to go on")
    func oldVersion() throws {
        let connection = try HTTPConnection()

        let first = try connection.ask("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(first.lowercased().contains("connection: keep-alive\r\n"))
        #expect(connection.channel.isActive)
        let second = try connection.ask("GET /healthz HTTP/1.0\r\n\r\n")

        #expect(second.hasSuffix("ok\n"))
        #expect(!connection.channel.isActive)
    }

    @Test("Connection: close and an upgrade end the connection after the reply")
    func closes() throws {
        for header in ["Connection: close", "Connection: Upgrade\r\nUpgrade: h2c"] {
            let connection = try HTTPConnection()
            let reply = try connection.ask(
                "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\(header)\r\n\r\n"
            )

            #expect(reply.hasSuffix("ok\n") && reply.lowercased().contains("connection: close"))
            #expect(!connection.channel.isActive)
        }
    }

    @Test(
        "on loopback only our own names are answered",
        arguments: [
            ("localhost", true), ("LOCALHOST:5555", true), ("127.0.0.1:80", true), ("[::1]", true),
            ("[::1]:5555", true), ("evil.example", false), ("localhost.evil.example", false),
            ("127.0.0.1.evil", false), ("evil:80", false), ("", false), (":80", false),
            ("localhost:x", false), ("localhost:1:2", false), ("[::1]x:1", false),
        ]
    )
    func hosts(host: String, isKnown: Bool) throws {
        let reply = try HTTPConnection().ask("GET /healthz HTTP/1.1\r\nHost: \(host)\r\n\r\n")

        #expect(reply.hasPrefix(isKnown ? "HTTP/1.1 200 " : "HTTP/1.1 421 "))
    }

    @Test("beyond loopback any name will do")
    func anyHost() throws {
        let connection = try HTTPConnection(hosts: nil)

        #expect(
            try connection.ask("GET /healthz HTTP/1.1\r\nHost: school\r\n\r\n").hasSuffix("ok\n")
        )
    }

    @Test("a request that drips is ended in ten seconds, an idle connection after sixty")
    func slow() throws {
        let slow = try HTTPConnection()
        _ = try slow.ask("GET")
        for byte in " / HTTP/".utf8 {
            _ = try slow.ask([byte])
            slow.channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        }
        slow.channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(try slow.received().hasPrefix("HTTP/1.1 408 "))
        #expect(slow.tally[.headerLate] == 1)

        let idle = try HTTPConnection()
        _ = try idle.ask(plain)
        idle.channel.embeddedEventLoop.advanceTime(by: .seconds(59))
        #expect(idle.channel.isActive)
        idle.channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!idle.channel.isActive)
        #expect(try idle.received().isEmpty)
        #expect(idle.tally[.idle] == 1)
    }

    @Test("GET without an end of line waits, and ends with the client's side")
    func unfinished() throws {
        let connection = try HTTPConnection()

        #expect(try connection.ask("GET ").isEmpty)
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)

        #expect(!connection.channel.isActive)
    }
}
