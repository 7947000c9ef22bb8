import NIOHTTP1

/// What the server has to say over HTTP: `/metrics`, `/status`, `/healthz` and, without an end,
/// `/watch`.
///
/// A path is compared and never decoded, joined or opened.
package struct HTTPPages {
    private let allowedHosts: Set<String>?
    /// What a request must show; `nil` for nothing.
    private var token: Token?
    private let report: () -> ServerReport
    /// The mailbox that is watched where none is named.
    private var standard = Mailboxes.standardName
    /// Who tells watchers what happens; `nil` where nobody may watch.
    private let watching: WatchServices?

    /// - Parameters:
    ///   - allowedHosts: The names and addresses, in small letters and without port, by which clients
    ///     may ask for us; `nil` allows any. A page of a stranger can send a browser to our address
    ///     under a name of its own (DNS rebinding), so a server on loopback must know its names.
    ///   - watching: Who tells watchers what happens; `nil` where nobody may watch.
    ///   - report: The server now; called on the event loop.
    package init(
        allowedHosts: Set<String>?,
        watching: WatchServices? = nil,
        report: @escaping () -> ServerReport
    ) {
        self.watching = watching
        self.allowedHosts = allowedHosts
        self.report = report
    }

    /// The same pages, for one connection.
    ///
    /// - Parameters:
    ///   - token: What its requests must show; `nil` for nothing.
    ///   - mailbox: Which one is meant where none is named; `nil` for the standard one.
    /// - Returns: The pages as that connection sees them.
    func asking(for token: Token?, meaning mailbox: String? = nil) -> HTTPPages {
        var pages = self
        pages.token = token
        if let mailbox { pages.standard = mailbox }
        return pages
    }

    /// Who tells of the mailbox that a request for `/watch` means; `nil` where there is none.
    func service(for uri: String) -> WatchService? {
        watching?[Self.mailbox(in: uri).map(String.init) ?? standard]
    }

    /// The hosts of a server that only this machine reaches.
    ///
    /// - Parameter address: The one it is bound to, without port and brackets.
    /// - Returns: What `allowedHosts` needs.
    package static func loopbackHosts(boundTo address: String) -> Set<String> {
        let address = address.lowercased()
        return ["localhost", "127.0.0.1", "[::1]", address, "[\(address)]"]
    }

    /// The reply to a request.
    func reply(to head: HTTPRequestHead) -> HTTPReply {
        if let refusal = refusal(of: head) { return refusal }
        guard head.method == .GET || head.method == .HEAD else {
            return HTTPReply(.methodNotAllowed, "only GET and HEAD are known here")
        }
        let path = head.uri.prefix { $0 != "?" }
        // Who asks whether we are well learns nothing else.
        if path != "/healthz", let refusal = tokenRefusal(of: head) { return refusal }
        switch path {
        case "/metrics":
            return HTTPReply(
                .ok,
                contentType: PrometheusText.contentType,
                Array(MetricsPage.text(report()).utf8)
            )
        case "/status":
            return status(head.uri)
        case "/healthz":
            return report().isStopping
                ? HTTPReply(.serviceUnavailable, "stopping") : HTTPReply(.ok, "ok")
        case "/watch" where watching != nil:
            return watchReply(to: head)
        default:
            return HTTPReply(.notFound, "the pages are /metrics, /status, /healthz and /watch")
        }
    }

    /// RFC 6750 §2.1 and §3: `Authorization: Bearer` and the token.
    private func tokenRefusal(of head: HTTPRequestHead) -> HTTPReply? {
        guard let token else { return nil }
        let shown = head.headers["authorization"]
        guard shown.count == 1, let words = shown.first else {
            return HTTPReply(.unauthorized, "say Authorization: Bearer and the token")
        }
        let scheme = "bearer "
        guard words.lowercased().hasPrefix(scheme),
            token.isShown(by: words.utf8.dropFirst(scheme.utf8.count))
        else { return HTTPReply(.unauthorized, "that is not this server's token") }
        return nil
    }

    /// A stream has no length, so that it comes in chunks, which HTTP/1.0 does not know.
    private func watchReply(to head: HTTPRequestHead) -> HTTPReply {
        guard head.version != .http1_0 else {
            return HTTPReply(.httpVersionNotSupported, "/watch comes in chunks: ask in HTTP/1.1")
        }
        guard let watching, service(for: head.uri) != nil else {
            return Self.noMailbox(watching?.names ?? [])
        }
        guard watching.hasRoom else {
            return HTTPReply(.serviceUnavailable, "as many watch as --watchers allows")
        }
        return .stream(contentType: "application/x-ndjson")
    }

    /// The mailbox that the query names.
    private static func mailbox(in uri: String) -> Substring? {
        let query = uri.drop { $0 != "?" }.dropFirst()
        return query.split(separator: "&").first { $0.hasPrefix("mailbox=") }?.dropFirst(8)
    }

    /// All of it, or of one mailbox where the query names one. Mailboxes' names need no escapes.
    private func status(_ uri: String) -> HTTPReply {
        let report = report()
        guard let name = Self.mailbox(in: uri) else {
            return HTTPReply(.ok, contentType: "application/json", StatusPage.text(report))
        }
        guard let mailbox = report.mailboxes.first(where: { $0.name == name }) else {
            return Self.noMailbox(report.mailboxes.map(\.name))
        }
        return HTTPReply(.ok, contentType: "application/json", StatusPage.text(mailbox))
    }

    private static func noMailbox(_ names: [String]) -> HTTPReply {
        let names = names.joined(separator: ", ")
        return HTTPReply(.notFound, "there is no mailbox of this name; there are \(names)")
    }

    /// RFC 9112 §3.2: a request has exactly one Host, except that HTTP/1.0 may have none.
    private func refusal(of head: HTTPRequestHead) -> HTTPReply? {
        let hosts = head.headers["host"]
        guard hosts.count <= 1 else {
            return HTTPReply(.badRequest, "the header Host is there \(hosts.count) times")
        }
        guard let host = hosts.first else {
            return head.version == .http1_0
                ? nil : HTTPReply(.badRequest, "the header Host is missing")
        }
        guard let allowedHosts, !allowedHosts.contains(Self.withoutPort(host.lowercased())) else {
            return nil
        }
        return HTTPReply(
            .misdirectedRequest,
            "this server is not known by that name; ask for localhost"
        )
    }

    private static func withoutPort(_ host: String) -> String {
        let bytes = Array(host.utf8)
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")),
            bytes[(colon + 1)...].allSatisfy({ (48...57).contains($0) }),
            bytes.firstIndex(of: UInt8(ascii: ":")) == colon || bytes[colon - 1] == 0x5d
        else { return host }
        return String(decoding: bytes[..<colon], as: UTF8.self)
    }
}
