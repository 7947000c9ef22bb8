import Core

/// Where others send their jobs to, where the server can be reached from other machines.
struct JoinLine: Equatable {
    /// The best first; never empty.
    let hosts: [String]
    let port: UInt16
    /// Whether plain text is refused, so that only our own client can send.
    let needsToken: Bool

    /// - Parameters:
    ///   - hosts: The addresses to name; never empty.
    ///   - port: Where the server listens.
    ///   - needsToken: Whether whoever sends must show a token.
    init(hosts: [String], port: UInt16, needsToken: Bool = false) {
        self.hosts = hosts
        self.port = port
        self.needsToken = needsToken
    }

    /// `nil` for a server that only this machine reaches, or without a network.
    ///
    /// - Parameters:
    ///   - addresses: Where the server listens.
    ///   - own: This machine's addresses, for a server that listens on all of them.
    ///   - needsToken: Whether whoever sends must show a token.
    init?(
        _ addresses: [SocketAddress],
        own: [String] = HostAddresses.all(),
        needsToken: Bool = false
    ) {
        let hosts = addresses.filter { !$0.isLoopback }.flatMap { address in
            // A socket of IPv6 takes no IPv4 datagrams.
            address.isWildcard
                ? own.filter { $0.contains(":") == address.isIPv6 } : [address.host]
        }
        guard let port = addresses.first?.port, !hosts.isEmpty else { return nil }
        self.init(hosts: hosts, port: port, needsToken: needsToken)
    }

    /// For the title line.
    var title: String {
        needsToken
            ? "send with signalbox-device to \(hosts[0]) \(port)"
            : "send name:seconds to \(hosts[0]) \(port)"
    }

    /// The same, the longest first.
    var titles: [String] {
        [title, "send to \(hosts[0]) \(port)", "\(hosts[0]) \(port)"]
    }

    /// What sends a job with common tools; `nil` where only our own client can.
    var netcat: String? {
        needsToken ? nil : "nc -u -w1 \(hosts[0]) \(port)"
    }

    /// How to look on from elsewhere.
    var watchCommand: String {
        "signalbox watch \(hosts[0]) \(port)" + (needsToken ? " --token-file FILE" : "")
    }

    /// What to type, with this machine's addresses in their order.
    var commands: [String] {
        hosts.map { host in
            needsToken
                ? "signalbox-device run \(host) \(port) --token-file FILE"
                : "echo anna:3 | nc -u -w1 \(host) \(port)"
        }
    }
}
