import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import Core

@Suite("A watcher that loses its server", .timeLimit(.minutes(5)))
struct WatchClientTests {
    /// Says the next of its answers to each connection, whatever it is asked, and hangs up.
    private final class ScriptedServer {
        let port: UInt16
        private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

        init(_ answers: [[UInt8]]) throws {
            let number = Guarded(0)
            let channel = try ServerBootstrap(group: group)
                .childChannelInitializer { channel in
                    let place = number.withLock { number in
                        defer { number += 1 }
                        return min(number, answers.count - 1)
                    }
                    return channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Answer(answers[place]))
                    }
                }
                .bind(host: "127.0.0.1", port: 0).wait()
            port = UInt16(channel.localAddress?.port ?? 0)
        }

        deinit { try? group.syncShutdownGracefully() }
    }

    private final class Answer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let bytes: [UInt8]

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            context.close(promise: nil)
        }
    }

    private static let wantsToken = Array("HTTP/1.1 401 no\r\nContent-Length: 0\r\n\r\n".utf8)
    private static var stream: [UInt8] {
        Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8) + WatchedRun().join().bytes
    }

    /// The first news of a client that follows such a server.
    private func news(
        _ count: Int,
        of server: ScriptedServer,
        _ tls: ClientTLS? = nil
    ) -> [WatchClient.News] {
        var target = WatchClient.Target(host: "127.0.0.1", port: server.port)
        target.credentials.tls = tls
        let client = WatchClient(target)
        client.start()
        defer { client.stop() }
        var news: [WatchClient.News] = []
        // Nothing follows a refusal.
        while news.count < count, !Self.losses(news).contains(where: { $0.hasPrefix("refused") }) {
            client.changes.arm()
            news += client.take()
            Parker().park(atMost: .milliseconds(5))
        }
        return Array(news.prefix(count))
    }

    private static func losses(_ news: [WatchClient.News]) -> [String] {
        news.compactMap { news in
            switch news {
            case .lost(let reason, _): reason
            case .refused(let reason): "refused: \(reason)"
            case .greeted, .frame: nil
            }
        }
    }

    @Test(
        "does not begin where no signalbox answers",
        arguments: [
            "HTTP/1.1 401 no\r\nContent-Length: 0\r\n\r\n", "SSH-2.0-OpenSSH_9.6\r\n",
            "HTTP/1.1 404 no\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nHi\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "-ERR unknown command\r\n",
        ]
    )
    func strangers(answer: String) throws {
        let server = try ScriptedServer([Array(answer.utf8)])

        let first = news(1, of: server).first

        guard case .refused(let reason) = first else {
            Issue.record("\(String(describing: first))")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test(
        "takes a server for one without TLS where it has hung up three times during the handshake"
    )
    func handshake() throws {
        let server = try ScriptedServer([[]])

        let news = news(3, of: server, try ClientTLS(host: "127.0.0.1"))

        let sentence = "the TLS handshake failed; perhaps the server speaks no TLS"
        #expect(Self.losses(news) == [sentence, sentence, "refused: \(sentence)"])
    }

    @Test("ends at once where no TLS is spoken")
    func noTLS() throws {
        let server = try ScriptedServer([Array("220 hello, this is mail\r\n".utf8)])

        let news = news(1, of: server, try ClientTLS(host: "127.0.0.1"))

        #expect(Self.losses(news).allSatisfy { $0.hasPrefix("refused: ") }, "\(news)")
    }

    @Test("does not take a name server that does not answer for a host that is not there")
    func names() {
        #expect(WatchClient.Loss(lookUp: EAI_NONAME) == .init("no such host", .lasting))
        #expect(WatchClient.Loss(lookUp: EAI_AGAIN).outlook == .passing)
        #expect(WatchClient.Loss(lookUp: EAI_FAIL).outlook == .doubtful)
        #expect(WatchClient.Loss(lookUp: 0).outlook == .doubtful)
    }

    @Test("goes on trying where it has followed it before, whatever is said now")
    func patience() throws {
        let server = try ScriptedServer([Self.stream, Self.wantsToken])

        #expect(
            Self.losses(news(4, of: server)).prefix(2) == [
                "the server has ended the connection",
                "this server wants a token: --token-file FILE",
            ]
        )
    }
}
