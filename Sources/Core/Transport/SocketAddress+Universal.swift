import Glibc

/// Universal addresses: the host, then the two bytes of the port, all with points between.
///
/// Source: RFC 5665, section 5.2.3; `127.0.0.1.21.179` is port 5555 = 21 · 256 + 179 of 127.0.0.1.
extension SocketAddress {
    /// An address of digits, without asking anybody for a name; `nil` where it is none.
    package init?(numeric host: String, port: UInt16) {
        // A zero would end the text early for the system.
        guard !host.utf8.contains(0) else { return nil }
        var ipv4 = in_addr()
        var ipv6 = in6_addr()
        if inet_pton(AF_INET, host, &ipv4) == 1 {
            self.init(ipv4: UInt32(bigEndian: ipv4.s_addr), port: port)
        } else if inet_pton(AF_INET6, host, &ipv6) == 1 {
            self.init(ipv6: ipv6, port: port)
        } else {
            return nil
        }
    }

    /// `nil` where the text is no universal address.
    package init?(universal text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 3, let high = Self.byte(parts[parts.count - 2]),
            let low = Self.byte(parts[parts.count - 1])
        else { return nil }
        let host = parts.dropLast(2).joined(separator: ".")
        self.init(numeric: host, port: UInt16(high) << 8 | UInt16(low))
    }

    /// As remote programs write it.
    package var universal: String { "\(digits).\(port >> 8).\(port & 255)" }

    /// Written as people write a byte: no sign, no zeros before it.
    private static func byte(_ text: Substring) -> UInt8? {
        UInt8(text).flatMap { String($0) == text ? $0 : nil }
    }
}
