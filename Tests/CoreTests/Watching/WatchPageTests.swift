import NIOCore
import NIOEmbedded
import Testing

@testable import Core

/// A connection of an HTTP client to a server that can be watched.
private final class Page {
    let tally = NetworkTally()
    let channel: EmbeddedChannel

    init(_ service: WatchService?) throws {
        channel = EmbeddedChannel()
        let pages = HTTPPages(allowedHosts: nil, watching: service) { ServerReport() }
        try HTTPHandler.add(to: channel.pipeline.syncOperations, pages: pages, tally: tally)
        try channel.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    deinit { _ = try? channel.finish(acceptAlreadyClosed: true) }

    func ask(_ line: String) throws -> String {
        try? channel.send("\(line)\r\nHost: localhost\r\n\r\n")
        return try received()
    }

    func received() throws -> String {
        var text = ""
        while let piece = try channel.reply() { text += piece }
        return text
    }
}

@Suite("The page that has no end", .timeLimit(.minutes(5)))
struct WatchPageTests {
    @Test("a watcher gets the greeting at once, then a frame with each tick, in chunks")
    func stream() throws {
        let run = WatchedRun()
        let page = try Page(run.service)

        let first = try page.ask("GET /watch HTTP/1.1")
        run.service.tell()
        let second = try page.received()

        #expect(first.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n"))
        #expect(first.contains("transfer-encoding: chunked\r\n"))
        #expect(first.contains("\"format\":\"signalbox recording\""))
        #expect(first.hasSuffix("\"consumers\":3}\n\r\n"))
        #expect(second.contains("{\"is\":\"state\"") && second.contains("{\"is\":\"frame\""))
        #expect(run.service.book.rows.count == 1)
    }

    @Test("whatever else the watcher sends is not looked at, and its end ends it")
    func end() throws {
        let run = WatchedRun()
        let page = try Page(run.service)
        _ = try page.ask("GET /watch HTTP/1.1")

        #expect(try page.ask("GET /healthz HTTP/1.1").isEmpty)
        page.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)

        #expect(!page.channel.isActive)
        #expect(run.service.book.rows.isEmpty)
    }

    @Test("a reply to HEAD has no body, so that the next reply is found")
    func head() throws {
        let page = try Page(WatchedRun().service)

        let reply = try page.ask("HEAD /watch HTTP/1.1")
        let next = try page.ask("GET /healthz HTTP/1.1")

        #expect(reply.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n"))
        #expect(reply.firstRange(of: "\r\n\r\n")?.upperBound == reply.endIndex, "\(reply)")
        #expect(next.hasPrefix("HTTP/1.1 200 OK\r\n") && next.hasSuffix("\r\n\r\nok\n"))
    }

    @Test("another mailbox than the default one is not watched in silence")
    func mailbox() throws {
        let run = WatchedRun()

        let refusal = try Page(run.service).ask("GET /watch?mailbox=left HTTP/1.1")
        let named = try Page(run.service)
        let stream = try named.ask("GET /watch?mailbox=default HTTP/1.1")

        #expect(refusal.hasPrefix("HTTP/1.1 404 "))
        #expect(refusal.contains("/watch shows the mailbox default only"))
        #expect(stream.hasPrefix("HTTP/1.1 200 "))
    }

    @Test("no more watch than may; HEAD, other methods and HTTP/1.0 do not count")
    func limits() throws {
        let run = WatchedRun(limit: 1)
        let full = try Page(run.service)

        #expect(try Page(run.service).ask("HEAD /watch HTTP/1.1").hasPrefix("HTTP/1.1 200 "))
        #expect(try Page(run.service).ask("POST /watch HTTP/1.1").hasPrefix("HTTP/1.1 405 "))
        #expect(try Page(run.service).ask("GET /watch HTTP/1.0").hasPrefix("HTTP/1.1 505 "))
        #expect(try Page(nil).ask("GET /watch HTTP/1.1").hasPrefix("HTTP/1.1 404 "))
        _ = try full.ask("GET /watch HTTP/1.1")
        let other = try Page(run.service)
        let refusal = try other.ask("GET /watch HTTP/1.1")

        #expect(refusal.hasPrefix("HTTP/1.1 503 ") && refusal.contains("--watchers"))
        #expect(other.tally[.watchersFull] == 1)
        #expect(run.service.book.rows.count == 1)
    }
}
