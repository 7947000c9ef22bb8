import Core
import Foundation
import Glibc
import Testing

@testable import DeviceClient

@Suite("The page grabber", .timeLimit(.minutes(5)))
struct PageFetcherTests {
    /// Gets a page from a server that answers every request as the test says: it gets the connection
    /// after the request's head has been read, and that head.
    private func grab(
        _ path: String = "/",
        timeout: Double = 60,
        answer: @escaping @Sendable (ScriptedServer.Connection, String) -> Void
    ) throws -> Result<Page, GrabError> {
        let server = try ScriptedServer { connection in
            answer(connection, connection.read(until: "\r\n\r\n"))
        }
        defer { server.finish() }
        let fetcher = try PageFetcher(timeout: .seconds(timeout), authority: nil)
        let address = try WebAddress("http://127.0.0.1:\(server.port)\(path)")
        do throws(GrabError) {
            return .success(try fetcher.fetch(address) { _ in })
        } catch {
            return .failure(error)
        }
    }

    private func body(_ result: Result<Page, GrabError>) throws -> String {
        String(decoding: try result.get().body, as: UTF8.self)
    }

    @Test("it asks for the path with the host, and shows each step")
    func steps() throws {
        let (heads, lines) = (Lines(), Lines())
        let server = try ScriptedServer { connection in
            heads.add(connection.read(until: "\r\n\r\n"))
            connection.write("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nhello\n")
        }
        let fetcher = try PageFetcher(timeout: .seconds(60), authority: nil)
        let address = try WebAddress("http://127.0.0.1:\(server.port)/a?b#c")

        let page = try fetcher.fetch(address) { step in
            for line in GrabCommand.lines(step) { lines.add(line) }
        }
        server.finish()

        let host = "127.0.0.1:\(server.port)"
        #expect(heads.all[0].hasPrefix("GET /a?b HTTP/1.1\r\nHost: \(host)\r\n"))
        #expect(
            lines.all == [
                "dissect  http://\(host)/a?b",
                "         scheme http, host 127.0.0.1, port \(server.port), path /a?b",
                "connect  \(host)", "ask      GET /a?b HTTP/1.1",
                "answer   HTTP/1.0 200 OK", "         Content-Type: text/plain",
            ]
        )
        #expect(try GrabCommand.parse([]).bodyLines(page) == ["", "hello"])
    }

    @Test("a length, chunks, or neither: the body is all there")
    func lengths() throws {
        let sized = try grab { connection, _ in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more")
        }
        let chunked = try grab { connection, _ in
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n")
            connection.write("3;x=y\r\nllo\r\n0\r\nTrailer: t\r\n\r\n")
        }
        let neither = try grab { connection, _ in
            connection.write("HTTP/1.1 200 OK\r\n\r\nhello")
        }

        for result in [sized, chunked, neither] {
            #expect(try body(result) == "hello")
            #expect(try result.get().cut == nil)
        }
    }

    @Test("redirects are followed, relative ones too, five and no more")
    func redirects() throws {
        let found = try grab("/1/x") { connection, head in
            let path = head.split(separator: " ")[1]
            connection.write(
                path == "/6"
                    ? "HTTP/1.1 200 OK\r\n\r\nhere"
                    : path == "/1/x"
                        ? "HTTP/1.1 301 M\r\nLocation: ../2\r\n\r\n"
                        : "HTTP/1.1 302 F\r\nLocation: /\((Int(path.dropFirst()) ?? 0) + 1)\r\n\r\n"
            )
        }
        let loop = try grab { connection, _ in
            connection.write("HTTP/1.1 301 M\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")
        }
        let nowhere = try grab { connection, _ in
            connection.write("HTTP/1.1 307 T\r\n\r\n")
        }

        #expect(try body(found) == "here")
        #expect(loop == .failure(.tooManyRedirects(limit: 5)))
        #expect(nowhere == .failure(.redirectWithoutLocation(status: 307)))
    }

    @Test(
        "a redirect to anything but a page is refused",
        arguments: ["file:///etc/passwd", "ftp://h/", "javascript:alert(1)", "data:,x"]
    )
    func foreignRedirects(location: String) throws {
        let result = try grab { connection, _ in
            connection.write("HTTP/1.1 302 F\r\nLocation: \(location)\r\n\r\n")
        }

        let scheme = String(location.prefix { $0 != ":" })
        #expect(result == .failure(.scheme(scheme)))
    }

    @Test("an endless body is cut at a mebibyte, and it says so")
    func endless() throws {
        let result = try grab { connection, _ in
            connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
            while connection.write([UInt8](repeating: 0x78, count: 65_536)) {}
        }

        let page = try result.get()
        #expect(page.body.count == Page.longestBody)
        #expect(try GrabCommand.parse([]).bodyLines(page).last?.contains("1048576 bytes") == true)
    }

    @Test("a server that drips, or says nothing, is given up after the time-out")
    func slow() throws {
        let drip = try grab(timeout: 0.2) { connection, _ in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while connection.write("x") { usleep(2000) }
        }
        let silent = try grab(timeout: 0.05) { connection, _ in _ = connection.read() }

        #expect(drip == .failure(.timeout(.seconds(0.2))))
        #expect(silent == .failure(.timeout(.seconds(0.05))))
    }

    @Test(
        "what is no answer is a named error",
        arguments: [
            ("", "without an answer"),
            ("HTTP/1.1 200 OK\r\nContent-Le", "ends in the middle"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", "ends in the middle"),
            ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "length"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", "length"),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx",
                "no page"
            ),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "chunk"),
            ("SSH-2.0-OpenSSH\r\n", "does not begin like HTTP"),
            ("\u{1B}]0;x\u{7}\r\n\r\n", "does not begin like HTTP"),
        ]
    )
    func noAnswer(bytes: String, part: String) throws {
        let result = try grab { connection, _ in connection.write(bytes) }

        guard case .failure(let error) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(error.description.contains(part), "\(error)")
        #expect(error.description == Sanitizer.sanitize(error.description))
    }

    @Test("a head that is too large is refused, as is a body of crumbs without end")
    func limits() throws {
        let large = try grab { connection, _ in
            connection.write("HTTP/1.1 200 OK\r\n")
            while connection.write("X: \(String(repeating: "x", count: 1000))\r\n") {}
        }
        let crumbs = try grab { connection, _ in
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            let crumb = "1;\(String(repeating: "e", count: 1000))\r\nx\r\n"
            while connection.write(String(repeating: crumb, count: 100)) {}
        }

        #expect(large == .failure(.notHTTP("its head is larger than 65536 bytes")))
        guard case .failure(.notHTTP) = crumbs else {
            Issue.record("\(crumbs)")
            return
        }
    }

    @Test("nobody there, and a name that is none")
    func nobody() throws {
        let nobody = try SilentPort()
        let port = nobody.address.port
        let fetcher = try PageFetcher(timeout: .seconds(60), authority: nil)

        #expect(throws: GrabError.notConnected("no server answers at 127.0.0.1 \(port)")) {
            try fetcher.fetch(try WebAddress("http://127.0.0.1:\(port)")) { _ in }
        }
        withExtendedLifetime(nobody) {}
    }
}
