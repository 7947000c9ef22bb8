import Glibc

/// Where a page is: a URL taken apart, as far as a client needs it.
///
/// `http` and `https`, a name or an IPv4 or IPv6 address, a port, a path with its query. What is
/// percent-encoded stays so; a fragment is left out, for the server never sees it; user names are
/// refused. Any text at all can be given. Source: RFC 3986, §3 and §5.2.
///
/// Not Foundation's `URLComponents`: it repairs what it is given, and the lesson is the dissection.
struct WebAddress: Equatable, Sendable {
    enum Scheme: String, Sendable {
        case http
        case https

        var usualPort: UInt16 { self == .http ? 80 : 443 }
    }

    let scheme: Scheme
    /// An IPv6 address is without its brackets.
    let host: String
    let port: UInt16
    /// Begins with `/`; the query belongs to it.
    let path: String

    static let longest = 8000
    private static let longestHost = 253

    /// Takes apart what a user types; white space around it does not count.
    init(_ text: String) throws(GrabError) {
        let text = try Self.encoded(text)
        guard let colon = text.firstIndex(of: ":"), Self.isScheme(text[..<colon]) else {
            throw .badURL("it does not begin with http:// or https://")
        }
        let name = text[..<colon].lowercased()
        guard let scheme = Scheme(rawValue: name) else { throw .scheme(name) }
        let rest = text[text.index(after: colon)...]
        guard rest.hasPrefix("//") else { throw .badURL("there is no // after \(name):") }
        let afterSlashes = rest.dropFirst(2)
        let end = afterSlashes.firstIndex { "/?#".contains($0) } ?? afterSlashes.endIndex
        let (host, port) = try Self.authority(afterSlashes[..<end])
        self.init(
            scheme: scheme,
            host: host,
            port: port ?? scheme.usualPort,
            path: Self.rooted(Self.withoutFragment(afterSlashes[end...]))
        )
    }

    private init(scheme: Scheme, host: String, port: UInt16, path: String) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
    }

    /// What a redirect from here means; a relative reference is resolved by RFC 3986, §5.2.
    func resolving(_ reference: String) throws(GrabError) -> WebAddress {
        let reference = Self.withoutFragment(Substring(try Self.encoded(reference)))
        let first = reference.firstIndex { ":/?".contains($0) }
        if let first, reference[first] == ":", Self.isScheme(reference[..<first]) {
            return try WebAddress(String(reference))
        }
        if reference.hasPrefix("//") { return try WebAddress("\(scheme.rawValue):\(reference)") }
        guard !reference.isEmpty else { return self }
        let ownPath = path.prefix { $0 != "?" }
        if reference.hasPrefix("?") { return at(ownPath + reference) }
        if reference.hasPrefix("/") { return at(reference) }
        let folder = ownPath.lastIndex(of: "/").map { ownPath[...$0] } ?? "/"
        return at(folder + reference)
    }

    /// What the Host field holds. See RFC 9110, §7.2.
    var hostField: String {
        let host = isIPv6 ? "[\(host)]" : host
        return port == scheme.usualPort ? host : "\(host):\(port)"
    }

    var isIPv6: Bool { host.contains(":") }

    private func at(_ path: Substring) -> WebAddress {
        let bare = path.prefix { $0 != "?" }
        return WebAddress(
            scheme: scheme,
            host: host,
            port: port,
            path: Self.withoutDots(bare) + path[bare.endIndex...]
        )
    }
}

extension WebAddress: CustomStringConvertible {
    var description: String { "\(scheme.rawValue)://\(hostField)\(path)" }
}

extension WebAddress {
    /// Printable ASCII only: what is beyond it is percent-encoded as UTF-8, white space is refused.
    private static func encoded(_ text: String) throws(GrabError) -> String {
        var bytes = ArraySlice(text.utf8)
        while let byte = bytes.first, byte.isWhiteSpace { bytes.removeFirst() }
        while let byte = bytes.last, byte.isWhiteSpace { bytes.removeLast() }
        guard !bytes.isEmpty else { return "" }
        guard bytes.count <= longest else {
            throw .badURL("it has \(bytes.count) bytes, at most \(longest) are allowed")
        }
        var result = ""
        for byte in bytes {
            guard byte > 0x20, byte != 0x7f else {
                throw .badURL("there is white space or a control character in it")
            }
            if byte < 0x80 {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                result += "%" + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }

    private static func isScheme(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, first.isLetter else { return false }
        return text.utf8.allSatisfy {
            $0.isLetter || $0.isDigit || "+-.".utf8.contains($0)
        }
    }

    private static func withoutFragment(_ text: Substring) -> Substring {
        text.prefix { $0 != "#" }
    }

    private static func rooted(_ path: Substring) -> String {
        path.hasPrefix("/") ? String(path) : "/" + path
    }

    private static func authority(
        _ text: Substring
    ) throws(GrabError) -> (host: String, port: UInt16?) {
        guard !text.contains("@") else {
            throw .badURL("a user name or password in it would be sent, and is refused")
        }
        let host: Substring
        let rest: Substring
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw .badURL("a ] is missing") }
            host = text[..<end].dropFirst()
            rest = text[end...].dropFirst()
            var address = in6_addr()
            guard inet_pton(AF_INET6, String(host), &address) == 1 else {
                throw .badURL("what is between [ and ] is no IPv6 address")
            }
        } else {
            host = text.prefix { $0 != ":" }
            rest = text[host.endIndex...]
            guard !host.isEmpty else { throw .badURL("there is no host in it") }
            guard host.utf8.count <= longestHost, host.utf8.allSatisfy(isHostByte) else {
                throw .badURL("its host is no name of letters, digits, '-' and '.'")
            }
        }
        guard rest.isEmpty || rest.hasPrefix(":") else {
            throw .badURL("after the host there is something that is no port")
        }
        let digits = rest.dropFirst()
        guard !digits.isEmpty else { return (String(host), nil) }
        guard digits.utf8.allSatisfy(\.isDigit), let port = UInt16(digits), port > 0 else {
            throw .badURL("its port is not a number from 1 to 65535")
        }
        return (String(host), port)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || "-._".utf8.contains(byte)
    }

    /// Takes `.` and `..` out of an absolute path. See RFC 3986, §5.2.4.
    private static func withoutDots(_ path: Substring) -> String {
        var kept: [Substring] = []
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for (number, segment) in segments.enumerated() {
            let isLast = number == segments.count - 1
            switch segment {
            case ".": if isLast { kept.append("") }
            case "..":
                _ = kept.popLast()
                if isLast { kept.append("") }
            default: kept.append(segment)
            }
        }
        return "/" + kept.joined(separator: "/")
    }
}

extension UInt8 {
    fileprivate var isLetter: Bool { (0x61...0x7a).contains(self | 0x20) }
    fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
    fileprivate var isWhiteSpace: Bool { self == 0x20 || (0x09...0x0d).contains(self) }
}
