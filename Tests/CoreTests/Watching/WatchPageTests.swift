import NIOCore
import NIOEmbedded
import Testing

@testable import Core

/// A connection of an HTTP client to a server that can be watched.
private final class Page {
    let tally = NetworkTally()
    let channel: EmbeddedChannel

    init(_ service: WatchServices?) throws {
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
        let page = try Page(run.services)

        let first = try page.ask("GET /watch HTTP/1.1")
        run.service.tell()
        let second = try page.received()

        #expect(first.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n"))
        #expect(first.contains("transfer-encoding: chunked\r\n"))
        #expect(first.contains("\"format\":\"signalbox recording\""))
        #expect(first.hasSuffix("\"consumers\":3,\"mailbox\":\"default\"}\n\r\n"))
        #expect(second.contains("{\"is\":\"state\"") && second.contains("{\"is\":\"frame\""))
        #expect(run.services.book.rows.count == 1)
    }

    @Test("whatever else the watcher sends is not looked at, and its end ends it")
    func end() throws {
        let run = WatchedRun()
        let page = try Page(run.services)
        _ = try page.ask("GET /watch HTTP/1.1")

        #expect(try page.ask("GET /healthz HTTP/1.1").isEmpty)
        page.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)

        #expect(!page.channel.isActive)
        #expect(run.services.book.rows.isEmpty)
    }

    @Test("a reply to HEAD has no body, so that the next reply is found")
    func head() throws {
        let page = try Page(WatchedRun().services)

        let reply = try page.ask("HEAD /watch HTTP/1.1")
        let next = try page.ask("GET /healthz HTTP/1.1")

        #expect(reply.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n"))
        #expect(reply.firstRange(of: "\r\n\r\n")?.upperBound == reply.endIndex, "\(reply)")
        #expect(next.hasPrefix("HTTP/1.1 200 OK\r\n") && next.hasSuffix("\r\n\r\nok\n"))
    }

    @Test("each mailbox has a stream of its own, and an unknown one a sentence with all names")
    func mailbox() throws {
        let run = WatchedRun(others: ["left", "right"])
        let (usual, left) = (try Page(run.services), try Page(run.services))

        let refusals = try ["middle", ""].map {
            try Page(run.services).ask("GET /watch?mailbox=\($0) HTTP/1.1")
        }
        let first = try usual.ask("GET /watch?mailbox=default HTTP/1.1")
        let second = try left.ask("GET /watch?mailbox=left HTTP/1.1")

        for refusal in refusals {
            #expect(refusal.hasPrefix("HTTP/1.1 404 "))
            #expect(refusal.contains("of this name; there are default, left, right\n"))
        }
        #expect(first.hasPrefix("HTTP/1.1 200 ") && first.contains(#""mailbox":"default"}"#))
        #expect(second.hasPrefix("HTTP/1.1 200 ") && second.contains(#""mailbox":"left"}"#))
        #expect(run.services.book.rows.map(\.mailbox).sorted() == ["default", "left"])
    }

    @Test("at a port that means another mailbox that one is watched where none is named")
    func port() throws {
        let run = WatchedRun(others: ["left"])
        let pages = HTTPPages(allowedHosts: nil, watching: run.services) { ServerReport() }

        let service = pages.asking(for: nil, meaning: "left").service(for: "/watch")

        #expect(service === run.services["left"])
        #expect(pages.service(for: "/watch") === run.service)
    }

    @Test("the limit of watchers holds over all mailboxes")
    func limitOverAll() throws {
        let run = WatchedRun(limit: 2, others: ["left", "right"])
        let watching = try ["left", "right"].map { name in
            let page = try Page(run.services)
            #expect(try page.ask("GET /watch?mailbox=\(name) HTTP/1.1").hasPrefix("HTTP/1.1 200 "))
            return page
        }

        let refusal = try Page(run.services).ask("GET /watch HTTP/1.1")
        watching[0].channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        let again = try Page(run.services)
        let accepted = try again.ask("GET /watch HTTP/1.1")

        #expect(refusal.hasPrefix("HTTP/1.1 503 ") && accepted.hasPrefix("HTTP/1.1 200 "))
    }

    @Test("no more watch than may; HEAD, other methods and HTTP/1.0 do not count")
    func limits() throws {
        let run = WatchedRun(limit: 1)
        let full = try Page(run.services)

        #expect(try Page(run.services).ask("HEAD /watch HTTP/1.1").hasPrefix("HTTP/1.1 200 "))
        #expect(try Page(run.services).ask("POST /watch HTTP/1.1").hasPrefix("HTTP/1.1 405 "))
        #expect(try Page(run.services).ask("GET /watch HTTP/1.0").hasPrefix("HTTP/1.1 505 "))
        #expect(try Page(nil).ask("GET /watch HTTP/1.1").hasPrefix("HTTP/1.1 404 "))
        _ = try full.ask("GET /watch HTTP/1.1")
        let other = try Page(run.services)
        let refusal = try other.ask("GET /watch HTTP/1.1")

        #expect(refusal.hasPrefix("HTTP/1.1 503 ") && refusal.contains("--watchers"))
        #expect(other.tally[.watchersFull] == 1)
        #expect(run.services.book.rows.count == 1)
    }
}
