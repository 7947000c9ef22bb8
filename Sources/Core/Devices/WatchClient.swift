import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Follows a server from afar: connects, reads frames, and connects again when that ends.
///
/// A thread of its own reads; whoever shows the frames takes them when it is woken. Who does not take
/// them is not flooded: then nothing more is read, and the server leaves out what we miss.
package final class WatchClient: Sendable {
    /// Where the server is, and how to speak to it.
    package struct Target: Sendable {
        package let host: String
        package let port: UInt16
        /// Which one is watched; `nil` for the one that is meant at this port.
        package var mailbox: String?
        /// What is shown to the server, and how the connection is secured.
        package var credentials = Credentials()

        package init(host: String, port: UInt16) {
            self.host = host
            self.port = port
        }

        /// As a user writes it: `127.0.0.1:5555`, `[::1]:5555`.
        package var name: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

        /// Mailboxes' names need no escapes, whoever told them.
        fileprivate var page: String { "/watch" + (mailbox.map { "?mailbox=\($0)" } ?? "") }
    }

    /// What happened to the stream.
    package enum News: Sendable {
        /// The server has said what it is; a state follows.
        case greeted(WatchGreeting)
        /// A frame, and the local clock when it came.
        case frame(WatchFrame, at: ContinuousClock.Instant)
        /// There is no stream; the next attempt comes after so many seconds.
        case lost(String, retryAfter: Int)
        /// There is no stream, and another attempt would end in the same way.
        case refused(String)
    }

    /// The reason where no program listens at the port.
    package static let nobodyListens = String(cString: strerror(ECONNREFUSED))

    private struct State {
        var news: [News] = []
        var names: [UInt32: String] = [:]
        var channel: (any Channel)?
        var isReading = true
        var isOver = false
        var failures = 0
        /// How many attempts in a row ended in a way that may pass, or may not.
        var doubtful = 0
        /// Whether this has been the right server once.
        var wasGreeted = false
    }

    /// More frames wait only where nobody takes them.
    private static let mostNews = 16
    /// Devices with a number beyond these names are shown by their numbers.
    private static let mostNames = 65_536
    private static let pauses = [1, 2, 4, 8, 10]
    /// A server that has no room or begins anew needs a moment; one that speaks no TLS never will.
    private static let mostDoubtful = 3
    private static let connectTime = TimeAmount.seconds(5)
    private static let longestHead = 16_384
    /// The server says something every two seconds.
    private static let longestSilence = TimeAmount.seconds(7)

    private let target: Target
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let state = Guarded(State())
    /// Becomes readable when there is something to take.
    package let changes = ChangeSignal()

    package init(_ target: Target) {
        self.target = target
    }

    /// Begins to connect.
    package func start() {
        group.next().execute { [self] in connect() }
    }

    /// Ends the connection and the thread.
    package func stop() {
        let channel = state.withLock { state in
            state.isOver = true
            return state.channel
        }
        channel?.close(promise: nil)
        group.endThreads()
    }

    /// What has happened since this was last asked, the oldest first.
    package func take() -> [News] {
        let (news, channel) = state.withLock { state -> ([News], (any Channel)?) in
            defer { state.news = [] }
            let resumes = !state.isReading
            state.isReading = true
            return (state.news, resumes ? state.channel : nil)
        }
        channel?.setOption(.autoRead, value: true).whenFailure { _ in }
        return news
    }

    /// The name of a device, as the server told it.
    package func name(of device: DeviceID) -> String {
        state.withLock { $0.names[device.index] } ?? "\(device.index)"
    }

    // MARK: - The connection

    private func connect() {
        guard !state.withLock({ $0.isOver }) else { return }
        let bootstrap = ClientBootstrap(group: group)
            .connectTimeout(Self.connectTime)
            .channelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture { try prepare(channel) }
            }
        // An address needs nobody who looks it up.
        let address = try? NIOCore.SocketAddress(ipAddress: target.host, port: Int(target.port))
        let connection =
            address.map { bootstrap.connect(to: $0) }
            ?? bootstrap.connect(host: target.host, port: Int(target.port))
        connection.whenFailure { [self] error in lose(Loss(error)) }
    }

    private func prepare(_ channel: any Channel) throws {
        state.withLock { $0.channel = channel }
        if let tls = target.credentials.tls { try secure(channel, tls) }
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderListSize = Self.longestHead
        limits.maxHeaderFieldSize = Self.longestHead
        var headers = HTTPHeaders([("Host", target.name), ("Accept", "application/x-ndjson")])
        if let token = target.credentials.token {
            headers.add(name: "Authorization", value: "Bearer \(token.text)")
        }
        try channel.pipeline.syncOperations.addHandlers([
            IdleStateHandler(readTimeout: Self.longestSilence),
            HTTPRequestEncoder(),
            ByteToMessageHandler(HTTPResponseDecoder(limitConfiguration: limits)),
            WatchStreamHandler(
                HTTPRequestHead(
                    version: .http1_1,
                    method: .GET,
                    uri: target.page,
                    headers: headers
                ),
                told: { [self] in tell($0, names: $1) },
                ended: { [self] in lose($0) }
            ),
        ])
    }

    private func secure(_ channel: any Channel, _ tls: ClientTLS) throws {
        try channel.pipeline.syncOperations.addHandler(
            NIOSSLClientHandler(context: tls.context, serverHostname: tls.serverName)
        )
    }

    /// Keeps the news, and stops reading where nobody takes them.
    private func tell(_ news: News, names: [UInt32: String]) -> Bool {
        let goesOn = state.withLock { state in
            state.failures = 0
            state.wasGreeted = true
            if state.names.count + names.count > Self.mostNames { state.names = [:] }
            state.names.merge(names) { $1 }
            state.news.append(news)
            state.isReading = state.news.count < Self.mostNews
            return state.isReading
        }
        changes.wake()
        return goesOn
    }

    private func lose(_ loss: Loss) {
        let pause = state.withLock { state -> Int? in
            state.channel = nil
            guard !state.isOver else { return nil }
            state.doubtful = loss.outlook == .doubtful ? state.doubtful + 1 : 0
            let isFinal = loss.outlook == .lasting || state.doubtful >= Self.mostDoubtful
            // Who has followed a server waits for whoever runs it to mend what he has changed.
            if isFinal, !state.wasGreeted {
                state.news.append(.refused(loss.reason))
                return nil
            }
            let pause = Self.pauses[min(state.failures, Self.pauses.count - 1)]
            state.failures += 1
            state.news.append(.lost(loss.reason, retryAfter: pause))
            return pause
        }
        changes.wake()
        guard let pause else { return }
        group.next().scheduleTask(in: .seconds(Int64(pause))) { [self] in connect() }
    }
}
