import Core
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Gets pages: connects, asks, follows redirects, within limits of time, size and number.
///
/// Any thread may fetch, but not the event loop's. Letting it go ends the thread behind it.
final class PageFetcher: Sendable {
    /// What happens on the way, for people.
    enum Step: Sendable {
        case dissected(WebAddress)
        /// The address that was found, such as `127.0.0.1:80`.
        case connected(String)
        /// The request's first line.
        case asked(String)
        case answered(Page)
    }

    static let mostRedirects = 5
    /// Of all names and values in a page's head.
    static let longestHead = 65_536

    private struct State {
        var isCancelled = false
        /// The questions under way.
        var promises: [UInt64: EventLoopPromise<Page>] = [:]
        var asked: UInt64 = 0
    }

    private let state = Guarded(State())
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let security: NIOSSLContext
    private let timeout: Microseconds

    /// - Parameters:
    ///   - timeout: For one page with its redirects, from the beginning to the last byte.
    ///   - authority: A file of certificates to trust beside the system's; `nil` for none.
    /// - Throws: Where the file cannot be used.
    init(timeout: Microseconds, authority: String?) throws(GrabError) {
        self.timeout = timeout
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        do {
            if let authority {
                let certificates = try NIOSSLCertificate.fromPEMFile(authority)
                configuration.additionalTrustRoots = [.certificates(certificates)]
            }
            security = try NIOSSLContext(configuration: configuration)
        } catch {
            group.shutdownGracefully { _ in }
            throw .unreadableAuthority("\(error)")
        }
    }

    deinit {
        group.shutdownGracefully { _ in }
    }

    /// Ends every fetch that is under way, and those that are yet to come.
    func cancel() {
        let promises = state.withLock { state in
            state.isCancelled = true
            return Array(state.promises.values)
        }
        for promise in promises { promise.fail(GrabError.cancelled) }
    }

    /// Gets a page, wherever the server says that it is.
    ///
    /// - Parameters:
    ///   - address: Where to begin.
    ///   - tell: Gets every step, on any thread.
    /// - Returns: The last answer, which is no redirect.
    /// - Throws: Why there is none.
    @discardableResult
    func fetch(
        _ address: WebAddress,
        tell: @escaping @Sendable (Step) -> Void
    ) throws(GrabError) -> Page {
        let deadline = NIODeadline.now() + .microseconds(Int64(clamping: timeout.count))
        var address = address
        for _ in 0...Self.mostRedirects {
            tell(.dissected(address))
            let page = try ask(address, until: deadline, tell: tell)
            tell(.answered(page))
            guard page.isRedirect else { return page }
            guard let location = page.value(of: "Location") else {
                throw .redirectWithoutLocation(status: page.status)
            }
            address = try address.resolving(location)
        }
        throw .tooManyRedirects(limit: Self.mostRedirects)
    }

    /// One connection, one question, one answer.
    private func ask(
        _ address: WebAddress,
        until deadline: NIODeadline,
        tell: @escaping @Sendable (Step) -> Void
    ) throws(GrabError) -> Page {
        let loop = group.next()
        let promise = loop.makePromise(of: Page.self)
        let number = enter(promise)
        defer { state.withLock { $0.promises[number] = nil } }
        let limit = GrabError.timeout(timeout)
        let alarm = loop.scheduleTask(deadline: deadline) { promise.fail(limit) }
        let connecting = ClientBootstrap(group: loop)
            .connectTimeout(max(.nanoseconds(1), deadline - .now()))
            .channelInitializer { [security] channel in
                channel.eventLoop.makeCompletedFuture {
                    let collector = PageCollector(address, promise) { peer in
                        tell(.connected(peer.map(Self.text) ?? "?"))
                        tell(.asked(PageCollector.requestLine(address)))
                    }
                    try Self.add(collector, for: address, security, to: channel)
                }
            }
            .connect(host: address.host, port: Int(address.port))
        connecting.whenFailure { error in
            if case ChannelError.connectTimeout = error {
                promise.fail(limit)
            } else {
                promise.fail(GrabError(error, address))
            }
        }
        defer { alarm.cancel() }
        do {
            return try promise.futureResult.wait()
        } catch {
            throw GrabError(error, address)
        }
    }

    /// Makes a question one that can be cancelled; where all are, it is so at once.
    private func enter(_ promise: EventLoopPromise<Page>) -> UInt64 {
        let (number, isCancelled) = state.withLock { state in
            state.asked += 1
            state.promises[state.asked] = promise
            return (state.asked, state.isCancelled)
        }
        if isCancelled { promise.fail(GrabError.cancelled) }
        return number
    }

    private static func add(
        _ collector: PageCollector,
        for address: WebAddress,
        _ security: NIOSSLContext,
        to channel: any Channel
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        if address.scheme == .https {
            // An address is no name: then the certificate must hold the address.
            let name = address.isAddress ? nil : address.host
            try pipeline.addHandler(NIOSSLClientHandler(context: security, serverHostname: name))
        }
        try pipeline.addHandler(ByteLimit())
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = longestHead
        limits.maxHeaderListSize = longestHead
        try pipeline.addHandlers([
            HTTPRequestEncoder(),
            ByteToMessageHandler(
                HTTPResponseDecoder(
                    leftOverBytesStrategy: .dropBytes,
                    limitConfiguration: limits
                )
            ),
            collector,
        ])
    }

    private static func text(_ address: NIOCore.SocketAddress) -> String {
        let port = address.port.map { "\($0)" } ?? "?"
        let host = address.ipAddress ?? "?"
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

extension WebAddress {
    /// Whether the host is an address and no name.
    fileprivate var isAddress: Bool {
        (try? NIOCore.SocketAddress(ipAddress: host, port: 0)) != nil
    }
}
