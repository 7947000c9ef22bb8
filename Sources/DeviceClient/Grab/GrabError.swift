import Core

/// Why there is no page; the sentence names what was asked for and the limit.
enum GrabError: Error, Equatable {
    case badURL(String)
    /// Such as `file`.
    case scheme(String)
    case unknownHost(String)
    case notConnected(String)
    case notSecure(String)
    /// The limit in seconds.
    case timeout(Microseconds)
    case noAnswer
    case notHTTP(String)
    case tooManyRedirects(limit: Int)
    case redirectWithoutLocation(status: Int)
    case unreadableAuthority(String)
    /// The user ends the run.
    case cancelled
}

extension GrabError: CustomStringConvertible {
    var description: String {
        switch self {
        case .badURL(let reason): "that is no URL of a page: \(Sanitizer.sanitize(reason))"
        case .scheme(let name):
            "only http and https are fetched, such as http://localhost:5555/status, not"
                + " '\(Sanitizer.sanitize(name))'"
        case .unknownHost(let host): "cannot find the address of '\(Sanitizer.sanitize(host))'"
        case .notConnected(let reason): "cannot connect: \(Sanitizer.sanitize(reason))"
        case .notSecure(let reason): "no secure connection: \(Sanitizer.sanitize(reason))"
        case .timeout(let limit): "the page did not come within \(limit) seconds (--timeout)"
        case .noAnswer: "the server closed the connection without an answer"
        case .notHTTP(let reason): "the answer is no page: \(Sanitizer.sanitize(reason))"
        case .tooManyRedirects(let limit): "more than \(limit) redirects, one to the next"
        case .redirectWithoutLocation(let status):
            "the server says \(status), the page is elsewhere, and not where"
        case .cancelled: "the run is ended"
        case .unreadableAuthority(let reason):
            "--tls-ca: the file holds no certificates that can be read: \(Sanitizer.sanitize(reason))"
        }
    }
}
