/// A server as DNS-based service discovery tells of it.
///
/// Source: RFC 6763, sections 4 to 6.
package struct AdvertisedService: Equatable, Sendable {
    /// What people see in a list; at most 63 bytes.
    package let instance: String
    /// The host's name, without `.local`; of this server alone, so that no other program answers
    /// for it.
    package let host: String
    /// Where the server is reached, all at one port.
    package let addresses: [SocketAddress]
    /// The mailboxes' names.
    package let mailboxes: [String]

    /// In seconds: what names a host lives shorter; RFC 6762, section 10.
    private static let hostTime: UInt32 = 120
    private static let otherTime: UInt32 = 4500
    private static let longestText = 255
    private static let dialects = "rpc,json,text,http"

    /// - Parameters:
    ///   - instance: What people see; cut to fit.
    ///   - host: The host's name without a domain; what a name may not have is left out.
    ///   - addresses: Where the server is reached, all at one port; at least one.
    ///   - mailboxes: Their names.
    package init(
        instance: String,
        host: String,
        at addresses: [SocketAddress],
        mailboxes: [String]
    ) {
        self.instance = Self.cut(instance, to: DNSName.longestLabel)
        let letters = host.utf8.map { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte & ~0x20)
                ? byte : UInt8(ascii: "-")
        }
        self.host = Self.cut(
            String(decoding: letters, as: UTF8.self),
            to: DNSName.longestLabel
        )
        self.addresses = addresses
        self.mailboxes = mailboxes
    }

    private static let typeLabels = ["_signalbox", "_tcp", "local"]
    private static let listLabels = ["_services", "_dns-sd", "_udp", "local"]

    /// A name of constant labels, or of a label that was cut.
    static func name(_ labels: [String]) -> DNSName {
        guard let name = try? DNSName(labels.map { Array($0.utf8) }) else {
            preconditionFailure("a label has 1 to 63 bytes: \(labels)")
        }
        return name
    }

    /// Under this name servers are found.
    package static let type = name(typeLabels)
    /// Under this name types of services are found; RFC 6763, section 9.
    static let list = name(listLabels)
    var instanceName: DNSName { Self.name([instance] + Self.typeLabels) }
    var hostName: DNSName { Self.name([host, "local"]) }

    /// What is told: two records that every server has alike, then those that only this one may have.
    var records: [DNSRecord] {
        let instanceName = instanceName
        return [
            DNSRecord(Self.type, .ptr(instanceName), timeToLive: Self.otherTime),
            DNSRecord(Self.list, .ptr(Self.type), timeToLive: Self.otherTime),
            DNSRecord(
                instanceName,
                .srv(port: addresses.first?.port ?? 0, host: hostName, priority: 0, weight: 0),
                timeToLive: Self.hostTime,
                flushesCache: true
            ),
            DNSRecord(
                instanceName,
                .txt(texts),
                timeToLive: Self.otherTime,
                flushesCache: true
            ),
        ]
            + addresses.map {
                DNSRecord(
                    hostName,
                    DNSRecord.Data($0),
                    timeToLive: Self.hostTime,
                    flushesCache: true
                )
            }
    }

    private var texts: [[UInt8]] {
        var names = "buf="
        for name in mailboxes {
            let next = names == "buf=" ? name : ",\(name)"
            guard names.utf8.count + next.utf8.count <= Self.longestText else { break }
            names += next
        }
        let program = String(RemoteProgram.number, radix: 16)
        return ["txtvers=1", "proto=\(Self.dialects)", "prog=0x\(program)", names].map {
            Array($0.utf8)
        }
    }

    /// The same server under another name, with a number from 2 on, after somebody else had this one.
    static func renamed(_ first: AdvertisedService, _ number: Int) -> AdvertisedService {
        let (mark, tail) = (" (\(number))", "-\(number)")
        return AdvertisedService(
            instance: cut(first.instance, to: DNSName.longestLabel - mark.utf8.count) + mark,
            host: cut(first.host, to: DNSName.longestLabel - tail.utf8.count) + tail,
            at: first.addresses,
            mailboxes: first.mailboxes
        )
    }

    /// As many whole characters as fit.
    private static func cut(_ text: String, to limit: Int) -> String {
        var text = text.isEmpty ? "signalbox" : text
        while text.utf8.count > limit { text.removeLast() }
        return text
    }
}

extension DNSRecord.Data {
    /// Where a host is reached; RFC 1035, section 3.4.1, and RFC 3596.
    init(_ address: SocketAddress) {
        self = address.ipv6Address.map { .aaaa($0) } ?? .a(address.ipv4Address ?? IPv4Address(0))
    }
}
