import Testing

@testable import Core

@Suite("Socket addresses")
struct SocketAddressTests {
    @Test("localhost is both loopback addresses, IPv4 first")
    func localhost() throws {
        let addresses = try SocketAddress.resolve("localhost", port: 5555)

        #expect(addresses.map(\.description) == ["127.0.0.1:5555", "[::1]:5555"])
    }

    @Test(
        "only this machine's own addresses are loopback",
        arguments: [
            ("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("::ffff:127.0.0.1", true),
            ("0.0.0.0", false), ("192.0.2.1", false), ("::", false), ("2001:db8::1", false),
            ("::ffff:192.0.2.1", false),
        ]
    )
    func isLoopback(host: String, expected: Bool) throws {
        let address = try #require(try SocketAddress.resolve(host, port: 1).first)

        #expect(address.isLoopback == expected)
        #expect(address.host == host)
    }

    @Test("addresses are equal when family, address and port are")
    func equality() {
        #expect(SocketAddress.loopback(port: 1) == .loopback(port: 1))
        #expect(SocketAddress.loopback(port: 1) != .loopback(port: 2))
        #expect(SocketAddress.loopback(port: 1) != .loopbackIPv6(port: 1))
    }

    @Test("a name that cannot be found is named, without what could fool the terminal")
    func unresolvable() {
        do {
            _ = try SocketAddress.resolve("no such\u{1b}[2J host", port: 1)
            Issue.record("it was found")
        } catch {
            #expect("\(error)".hasPrefix("cannot find the address of 'no such[2J host': "))
        }
    }
}
