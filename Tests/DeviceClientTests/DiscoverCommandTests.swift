import Core
import Testing

@testable import DeviceClient

@Suite("The table of discovered servers", .timeLimit(.minutes(5)))
struct DiscoverCommandTests {
    @Test("columns are as wide as they need to be, and the next command follows")
    func table() {
        let servers = [("lab 5555", UInt16(5555)), ("a", 1)].map { name, port in
            DiscoveredServer(
                instance: name,
                host: "lab.local",
                address: .loopback(port: port),
                dialects: "rpc",
                mailboxes: port == 1 ? "" : "default,print"
            )
        }

        let text = DiscoverCommand.text(of: servers, first: servers[0])

        #expect(
            text == """
                instance  host       address    port  dialects  mailboxes
                lab 5555  lab.local  127.0.0.1  5555  rpc       default,print
                a         lab.local  127.0.0.1  1     rpc

                Ask it for its services:
                  signalbox-device call lookup 127.0.0.1 5555

                """
        )
    }

    @Test("other machines are asked over TCP, where no token is needed")
    func elsewhere() {
        let server = DiscoveredServer(
            instance: "lab",
            host: "lab.local",
            address: SocketAddress(IPv4Address(0xc000_0202), port: 5555),
            dialects: "rpc",
            mailboxes: ""
        )

        let text = DiscoverCommand.text(of: [server], first: server)

        #expect(text.hasSuffix("call lookup 192.0.2.2 5555 --tcp\n"))
    }

    @Test("times out of range are refused", arguments: ["0", "-1", "nan", "3601"])
    func seconds(text: String) {
        #expect(throws: (any Error).self) { try DiscoverCommand.parse(["--seconds", text]) }
    }
}
