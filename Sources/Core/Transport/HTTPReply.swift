import NIOHTTP1

/// A reply to one HTTP request, without what depends on the connection.
struct HTTPReply {
    let status: HTTPResponseStatus
    let contentType: String
    let body: [UInt8]
    /// Whether the body follows piece by piece, without a known end.
    private(set) var isStream = false

    init(_ status: HTTPResponseStatus, contentType: String, _ body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// A sentence for whoever asked.
    init(_ status: HTTPResponseStatus, _ sentence: String) {
        self.init(
            status,
            contentType: "text/plain; charset=utf-8",
            Array("\(sentence)\n".utf8)
        )
    }

    static func stream(contentType: String) -> HTTPReply {
        var reply = HTTPReply(.ok, contentType: contentType, [])
        reply.isStream = true
        return reply
    }

    var headers: HTTPHeaders {
        var headers = HTTPHeaders([
            ("Content-Type", contentType),
            isStream ? ("transfer-encoding", "chunked") : ("Content-Length", "\(body.count)"),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ])
        if status == .unauthorized { headers.add(name: "WWW-Authenticate", value: "Bearer") }
        if status == .methodNotAllowed { headers.add(name: "Allow", value: "GET, HEAD") }
        return headers
    }
}
