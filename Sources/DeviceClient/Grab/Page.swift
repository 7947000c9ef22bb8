/// What a server answered to one GET, as its bytes.
struct Page: Equatable, Sendable {
    struct Field: Equatable, Sendable {
        let name: String
        let value: String
    }

    /// Such as `HTTP/1.1`.
    var version = "HTTP/1.1"
    var status: Int
    var reason = ""
    var fields: [Field] = []
    var body: [UInt8] = []
    /// Why the body is not all there; `nil` when it is.
    var cut: String?

    static let longestBody = 1 << 20

    /// The first field of that name, whatever its case.
    func value(of name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// Whether the page is elsewhere. See RFC 9110, §15.4.
    var isRedirect: Bool { [301, 302, 303, 307, 308].contains(status) }
}
