/// A server that was found.
package struct DiscoveredServer: Equatable, Sendable {
    /// As it calls itself; sanitised.
    package let instance: String
    /// Its machine's name; sanitised.
    package let host: String
    package let address: SocketAddress
    /// What it speaks, such as `rpc,json,text,http`; sanitised.
    package let dialects: String
    /// Its mailboxes' names; sanitised.
    package let mailboxes: String

    /// - Parameters:
    ///   - instance: As it calls itself; sanitised.
    ///   - host: Its machine's name; sanitised.
    ///   - address: Where it is reached.
    ///   - dialects: What it speaks; sanitised.
    ///   - mailboxes: Its mailboxes' names; sanitised.
    package init(
        instance: String,
        host: String,
        address: SocketAddress,
        dialects: String,
        mailboxes: String
    ) {
        self.instance = instance
        self.host = host
        self.address = address
        self.dialects = dialects
        self.mailboxes = mailboxes
    }
}

/// Puts servers together from the records that answers bring, in whatever order and however many
/// times they come: a value without a socket.
///
/// Source: RFC 6763, sections 4 to 6.
package struct DiscoveredServers: Sendable {
    private struct Service {
        let name: DNSName
        var place: (host: DNSName, port: UInt16)?
        var texts: [String: String]?
    }

    /// Strangers answer too, so there is a limit.
    static let most = 256

    private var services: [Service] = []
    /// Without a port; those of IPv4 first.
    private var addresses: [DNSName: [SocketAddress]] = [:]
    /// A host has more only to fill the memory.
    private static let mostAddresses = 8

    package init() {}

    /// Takes an answer's records in; the goodbye of a server takes it out.
    ///
    /// - Parameters:
    ///   - records: All that the answer has.
    ///   - zone: Through which interface it came, for addresses that mean nothing elsewhere.
    package mutating func add(_ records: [DNSRecord], from zone: UInt32 = 0) {
        // Which instances there are comes first: it may stand anywhere.
        for record in records {
            guard record.name == AdvertisedService.type, case .ptr(let name) = record.data,
                name.isChild(of: AdvertisedService.type)
            else { continue }
            let known = services.firstIndex { $0.name == name }
            if record.timeToLive == 0 {
                if let known { services.remove(at: known) }
            } else if known == nil, services.count < Self.most {
                services.append(Service(name: name))
            }
        }
        for record in records where record.timeToLive > 0 { note(record, zone) }
    }

    private mutating func note(_ record: DNSRecord, _ zone: UInt32) {
        switch record.data {
        case .a(let address):
            return note(SocketAddress(address, port: 0), of: record.name)
        case .aaaa(let address):
            let plain = SocketAddress(address, port: 0, zone: 0)
            let place = SocketAddress(address, port: 0, zone: plain.isLinkLocal ? zone : 0)
            return note(place, of: record.name)
        case .ptr, .txt, .srv, .other: break
        }
        guard let index = services.firstIndex(where: { $0.name == record.name }) else { return }
        switch record.data {
        case .srv(let port, let host, _, _): services[index].place = (host, port)
        case .txt(let strings): services[index].texts = Self.texts(strings)
        case .a, .aaaa, .ptr, .other: break
        }
    }

    private mutating func note(_ address: SocketAddress, of host: DNSName) {
        var known = addresses[host, default: []]
        guard !known.isEmpty || addresses.count < Self.most, known.count < Self.mostAddresses,
            !known.contains(address)
        else { return }
        known.insert(address, at: address.isIPv6 ? known.endIndex : known.startIndex)
        addresses[host] = known
    }

    /// Those of which enough is known to talk to them, by name.
    package var complete: [DiscoveredServer] {
        services.compactMap { service in
            guard let (host, port) = service.place, port > 0, let texts = service.texts,
                var address = addresses[host]?.first
            else { return nil }
            address.port = port
            return DiscoveredServer(
                instance: service.name.firstLabel,
                host: String("\(host)".dropLast()),
                address: address,
                dialects: texts["proto"] ?? "",
                mailboxes: texts["buf"] ?? ""
            )
        }.sorted { $0.instance < $1.instance }
    }

    /// What to ask for next: all that is not known yet of those who are.
    package var questions: [DNSQuestion] {
        services.flatMap { service -> [DNSQuestion] in
            var questions: [DNSQuestion] = []
            if let (host, _) = service.place {
                if addresses[host] == nil {
                    questions += [DNSType.a, DNSType.aaaa].map { DNSQuestion(host, $0) }
                }
            } else {
                questions.append(DNSQuestion(service.name, DNSType.srv))
            }
            if service.texts == nil { questions.append(DNSQuestion(service.name, DNSType.txt)) }
            return questions
        }
    }

    /// `key=value` each; of a key that comes twice the first counts. RFC 6763, section 6.4.
    private static func texts(_ strings: [[UInt8]]) -> [String: String] {
        var texts: [String: String] = [:]
        for string in strings {
            let text = Sanitizer.sanitize(string.span)
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else { continue }
            let key = parts[0].lowercased()
            if texts[key] == nil { texts[key] = String(parts[1]) }
        }
        return texts
    }
}
