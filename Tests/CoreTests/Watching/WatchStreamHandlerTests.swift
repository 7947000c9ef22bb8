import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Core

@Suite("A watcher's connection", .timeLimit(.minutes(5)))
struct WatchStreamHandlerTests {
    /// What the handler said, and whether more can be taken.
    private final class Listener {
        var canTakeMore = true
        var greetings = 0
        var reasons: [String] = []
        /// Whether each of them is for good.
        var areFinal: [Bool] = []
    }

    private func connect(_ listener: Listener) throws -> EmbeddedChannel {
        let handler = WatchStreamHandler(
            HTTPRequestHead(version: .http1_1, method: .GET, uri: "/watch"),
            told: { _, _ in
                listener.greetings += 1
                return listener.canTakeMore
            },
            ended: {
                listener.reasons.append($0.reason)
                listener.areFinal.append($0.outlook == .lasting)
            }
        )
        let channel = EmbeddedChannel(handler: handler)
        try channel.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    /// The greeting of a server that says nothing after it.
    private func greet(_ channel: EmbeddedChannel) throws {
        let run = WatchedRun()
        let link = run.join()
        let head = HTTPResponseHead(version: .http1_1, status: .ok)
        try channel.writeInbound(HTTPClientResponsePart.head(head))
        try channel.writeInbound(HTTPClientResponsePart.body(ByteBuffer(bytes: link.bytes)))
    }

    private func letItBeIdle(_ channel: EmbeddedChannel) {
        channel.pipeline.fireUserInboundEventTriggered(IdleStateHandler.IdleStateEvent.read)
        channel.embeddedEventLoop.run()
    }

    @Test("a mailbox that is not there ends it for good, with the server's sanitised sentence")
    func unknownMailbox() throws {
        let listener = Listener()
        let channel = try connect(listener)
        var head = HTTPResponseHead(version: .http1_1, status: .notFound)
        head.headers.add(name: "Content-Type", value: "text/plain; charset=utf-8")

        try channel.writeInbound(HTTPClientResponsePart.head(head))
        for text in ["there are default, ", "le\u{1b}ft\n"] {
            try channel.writeInbound(HTTPClientResponsePart.body(ByteBuffer(string: text)))
        }
        try channel.writeInbound(HTTPClientResponsePart.end(nil))
        channel.embeddedEventLoop.run()

        #expect(listener.reasons == ["there are default, left"])
        #expect(listener.areFinal == [true])
    }

    @Test("a silent server is lost")
    func silent() throws {
        let listener = Listener()
        let channel = try connect(listener)
        try greet(channel)

        letItBeIdle(channel)

        #expect(listener.greetings > 0)
        #expect(listener.reasons == ["the server says nothing any more"])
        #expect(listener.areFinal == [false])
    }

    @Test(
        "a refusal is for good, unless it is that the server has too much to do",
        arguments: [
            (HTTPResponseStatus.unauthorized, true), (.notFound, true), (.forbidden, true),
            (.misdirectedRequest, true), (.movedPermanently, true), (.noContent, true),
            (.requestTimeout, false), (.tooManyRequests, false), (.serviceUnavailable, false),
            (.badGateway, false),
        ]
    )
    func refusals(status: HTTPResponseStatus, isFinal: Bool) throws {
        let listener = Listener()
        let channel = try connect(listener)

        let head = HTTPResponseHead(version: .http1_1, status: status)
        try channel.writeInbound(HTTPClientResponsePart.head(head))
        channel.pipeline.fireErrorCaught(HTTPParserError.unknown)
        channel.embeddedEventLoop.run()

        #expect(listener.areFinal == [isFinal], "\(listener.reasons)")
        #expect(!listener.reasons.joined().contains("HTTP"), "the first reason stays")
    }

    @Test("a page that is no stream of events, or an empty one, is for good")
    func otherPages() throws {
        for part: HTTPClientResponsePart in [
            .body(ByteBuffer(string: "<html>\n")), .end(nil),
        ] {
            let listener = Listener()
            let channel = try connect(listener)

            let head = HTTPResponseHead(version: .http1_1, status: .ok)
            try channel.writeInbound(HTTPClientResponsePart.head(head))
            try channel.writeInbound(part)
            channel.embeddedEventLoop.run()

            #expect(listener.areFinal == [true], "\(listener.reasons)")
        }
    }

    @Test("a stream that ends after the greeting is not for good, nor is one that is cut off")
    func ends() throws {
        let errors: [HTTPParserError?] = [nil, .invalidEOFState]
        for error in errors {
            let listener = Listener()
            let channel = try connect(listener)
            if let error {
                channel.pipeline.fireErrorCaught(error)
            } else {
                try greet(channel)
                try channel.writeInbound(HTTPClientResponsePart.end(nil))
            }
            channel.embeddedEventLoop.run()

            #expect(listener.areFinal == [false], "\(listener.reasons)")
        }
    }

    @Test("a server that is silent since nobody took its news is lost when they are read again")
    func silentAfterPause() throws {
        let listener = Listener()
        let channel = try connect(listener)
        listener.canTakeMore = false
        try greet(channel)

        // This channel always reads by itself again.
        letItBeIdle(channel)
        #expect(listener.reasons == [])
        letItBeIdle(channel)

        #expect(listener.greetings > 0)
        #expect(listener.reasons == ["the server says nothing any more"])
    }
}
