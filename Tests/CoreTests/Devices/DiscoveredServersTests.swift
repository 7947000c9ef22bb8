import Testing

@testable import Core

@Suite("Servers that were discovered", .timeLimit(.minutes(5)))
struct DiscoveredServersTests {
    private var found = DiscoveredServers()

    private static func records(
        _ instance: String = "lab 5555",
        number: UInt32 = 1
    ) -> [DNSRecord] {
        AdvertisedService(
            instance: instance,
            host: "host\(number)",
            at: [SocketAddress(IPv4Address(0x0a00_0000 + number), port: 5555)],
            mailboxes: ["default", "print"]
        ).records
    }

    @Test("a server is complete when place, texts and address are known, in whatever order")
    mutating func complete() {
        let records = Self.records()

        for record in records.reversed() { found.add([record]) }
        #expect(found.complete.isEmpty, "nobody had asked for these names")
        #expect(found.questions.map(\.type) == [DNSType.srv, DNSType.txt])
        found.add(records.reversed())

        #expect(
            found.complete == [
                DiscoveredServer(
                    instance: "lab 5555",
                    host: "host1.local",
                    address: SocketAddress(IPv4Address(0x0a00_0001), port: 5555),
                    dialects: "rpc,json,text,http",
                    mailboxes: "default,print"
                )
            ]
        )
        #expect(found.questions.isEmpty)
    }

    @Test("what is missing is asked for")
    mutating func questions() {
        let records = Self.records()

        found.add([records[0], records[3]])
        #expect(found.questions.map(\.type) == [DNSType.srv])
        found.add([records[2]])
        #expect(found.questions.map(\.type) == [DNSType.a, DNSType.aaaa])
        found.add([records[4]])

        #expect(found.questions.isEmpty && found.complete.count == 1)
    }

    @Test("a host with IPv6 only is reached there, and through the link where the answer came from")
    mutating func ipv6() throws {
        let link = IPv6Address([0xfe, 0x80] + [UInt8](repeating: 0, count: 13) + [7])
        for (name, address) in [("b", IPv6Address.loopback), ("c", link)] {
            let service = AdvertisedService(
                instance: name,
                host: name,
                at: [SocketAddress(address, port: 5555, zone: 0)],
                mailboxes: []
            )
            found.add(service.records, from: 1)
        }
        var both = AdvertisedService(
            instance: "a",
            host: "a",
            at: [.loopback(port: 1), .loopbackIPv6(port: 1)],
            mailboxes: []
        ).records
        both.reverse()
        found.add(both)
        found.add(both)

        #expect(
            found.complete.map { "\($0.address)" }
                == ["127.0.0.1:1", "[::1]:5555", "[fe80::7%lo]:5555"]
        )
        #expect(found.questions.isEmpty)
    }

    @Test("a goodbye takes a server out")
    mutating func goodbye() {
        var records = Self.records()
        found.add(records + Self.records("other", number: 2))
        for index in records.indices { records[index].timeToLive = 0 }

        found.add(records)

        #expect(found.complete.map(\.instance) == ["other"])
    }

    @Test("services of other types and addresses of nobody are passed over, and all is limited")
    mutating func strangers() throws {
        let other = try DNSName(["_http", "_tcp", "local"].map { Array($0.utf8) })
        let target = try DNSName([Array("x".utf8)] + other.labels)
        found.add([
            DNSRecord(other, .ptr(target), timeToLive: 1),
            DNSRecord(AdvertisedService.type, .ptr(target), timeToLive: 1),
            DNSRecord(AdvertisedService.type, .ptr(AdvertisedService.type), timeToLive: 1),
        ])
        #expect(found.questions.isEmpty)

        for number in 0..<1000 { found.add(Self.records("s\(number)", number: UInt32(number))) }

        #expect(found.complete.count == DiscoveredServers.most)
    }

    @Test("names and texts that would move the cursor are made safe")
    mutating func sanitised() {
        let name = AdvertisedService.name([
            "a\u{1b}]0;pwn\u{7}\u{202e}b", "_signalbox", "_tcp", "local",
        ])
        let host = AdvertisedService.name(["h\u{1b}[2J", "local"])
        found.add([
            DNSRecord(AdvertisedService.type, .ptr(name), timeToLive: 1),
            DNSRecord(name, .srv(port: 1, host: host, priority: 0, weight: 0), timeToLive: 1),
            DNSRecord(
                name,
                .txt(
                    ["PROTO=\u{1b}c", "proto=second", "=x", "buf", "buf=a\u{9b}b"].map {
                        Array($0.utf8)
                    }
                ),
                timeToLive: 1
            ),
            DNSRecord(host, .a(.loopback), timeToLive: 1),
        ])

        let server = found.complete.first
        #expect(server?.instance == "a]0;pwnb" && server?.host == "h[2J.local")
        #expect(server?.dialects == "c" && server?.mailboxes == "ab")
    }
}
