import Glibc

extension SocketAddress {
    /// The addresses of a host, in the order in which they should be tried.
    ///
    /// `localhost` is always 127.0.0.1, then `::1`, whatever the machine's files say. Other names may
    /// be looked up over the network, which can take seconds.
    package static func resolve(
        _ host: String,
        port: UInt16
    ) throws(TransportError) -> [SocketAddress] {
        if host == "localhost" { return [loopback(port: port), loopbackIPv6(port: port)] }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let error = getaddrinfo(host, nil, &hints, &list)
        defer { if list != nil { freeaddrinfo(list) } }
        guard error == 0 else {
            throw .unresolvable(host: host, reason: String(cString: gai_strerror(error)))
        }
        let found = sequence(first: list, next: { $0?.pointee.ai_next })
            .compactMap { $0.flatMap { SocketAddress($0.pointee, port: port) } }
        guard !found.isEmpty else {
            throw .unresolvable(host: host, reason: "it has no IPv4 or IPv6 address")
        }
        return found
    }

    private init?(_ information: addrinfo, port: UInt16) {
        guard let source = information.ai_addr else { return nil }
        self.init(source, length: information.ai_addrlen)
        self.port = port
    }
}
