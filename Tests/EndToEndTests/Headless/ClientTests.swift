import Core
import Foundation
import Testing

extension HeadlessTests {
    @Suite("Clients of all kinds")
    struct ClientTests {
        /// Sends what the course's clients send, waits for each echo, and prints it.
        private static let python = """
            import socket, sys
            link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            link.settimeout(30)
            for job in [b" 3 : 7", b"3:5", b"4:0", b"ps:2"]:
                link.sendto(job, ("127.0.0.1", int(sys.argv[1])))
                print(link.recv(100).decode())
            """

        @Test(
            "fifteen jobs of Python, netcat and devices end the run with the right sums",
            .needs(.python3),
            .needs(.nc)
        )
        func fifteenJobs() async throws {
            let server = try await HeadlessServer("--exit-after 15 --rate max")
            let python = try Child(Tool.python3.required(), ["-c", Self.python, "\(server.port)"])
            let netcat = try Netcat(sending: "8:2.5", to: server.port)
            let devices = try Child(
                .device,
                "127.0.0.1",
                "\(server.port)",
                "--devices",
                "2",
                "--jobs",
                "5",
                "--seconds",
                "2",
                "--interval",
                "0",
                "--first-id",
                "10"
            )

            let ends = try await (python.waitForEnd(), devices.waitForEnd())
            try await netcat.child.waitForOutput("8:2.5")
            let summary = try await server.summary()

            #expect(ends == (.exited(0), .exited(0)))
            #expect(python.text == " 3 : 7\n3:5\n4:0\nps:2\n")
            #expect(netcat.child.text == "8:2.5")
            #expect(devices.text.contains("device 10: 5 sent, 5 replied, 0 unanswered"))
            #expect(devices.text.contains("total: 10 sent, 10 replied, 0 unanswered"))
            #expect(summary.end == .exited(0))
            #expect(
                summary.devices == [
                    "Device 3 consumed 12 seconds of CPU time",
                    "Device 4 consumed 0 seconds of CPU time",
                    "Device 8 consumed 2.5 seconds of CPU time",
                    "Device 10 consumed 10 seconds of CPU time",
                    "Device 11 consumed 10 seconds of CPU time",
                    "Device ps consumed 2 seconds of CPU time",
                ]
            )
            #expect(summary.line("Jobs:").hasPrefix("Jobs: 15 done, 0 not run; 36.5 seconds"))
            #expect(summary.line("Datagrams:").contains("15 received, 15 jobs, 0 refused"))
            #expect(summary.line("Nothing lost").contains("15 produced = 15 consumed + 0 held"))
            #expect(!server.child.bytes.contains(0x1b))
            #expect(server.child.errorText.isEmpty)
        }

        @Test("Python clients that never wait for a reply are served too", .needs(.python3))
        func neverWaits() async throws {
            let server = try await HeadlessServer("--exit-after 3 --rate max")
            let code = """
                import socket
                link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                for job in [b"1:1", b"1,2", b"2:4\\n"]:
                    link.sendto(job, ("127.0.0.1", \(server.port)))
                """

            let python = try Child(Tool.python3.required(), ["-c", code])
            let end = try await python.waitForEnd()
            let summary = try await server.summary()

            #expect(end == .exited(0))
            #expect(
                summary.devices == [
                    "Device 1 consumed 3 seconds of CPU time",
                    "Device 2 consumed 4 seconds of CPU time",
                ]
            )
        }

        @Test("::1 serves IPv6")
        func ipv6() async throws {
            let server = try await HeadlessServer("--exit-after 1 --rate max", on: "::1")

            let reply = try await Sender(toIPv6: server.port).deliver("six:6")
            let summary = try await server.summary()

            #expect(reply == "six:6")
            #expect(summary.devices == ["Device six consumed 6 seconds of CPU time"])
        }

        @Test("localhost serves both families on one port")
        func bothFamilies() async throws {
            let server = try await HeadlessServer("--exit-after 2 --rate max", on: "localhost")

            let four = try await Sender(to: server.port).deliver("four:4")
            let six = try await Sender(toIPv6: server.port).deliver("six:6")
            let summary = try await server.summary()

            #expect(four == "four:4")
            #expect(six == "six:6")
            #expect(summary.line("Jobs:").hasPrefix("Jobs: 2 done, 0 not run; 10 seconds"))
        }

        @Test("a client that is gone before its reply does not disturb the others")
        func vanishedClient() async throws {
            let server = try await HeadlessServer("--exit-after 21 --rate max")
            for _ in 0..<20 { try Sender(to: server.port).send("gone:1") }

            let reply = try await Sender(to: server.port).deliver("here:1")
            let summary = try await server.summary()

            #expect(reply == "here:1")
            #expect(summary.end == .exited(0))
            #expect(summary.devices.first == "Device gone consumed 20 seconds of CPU time")
        }

        @Test("devices whose server does not exist say so and end with 1")
        func nobodyThere() async throws {
            // Connected to somebody else, it refuses whoever sends to it, and keeps its port. See udp(7).
            let nobody = try DatagramSocket(connect: .loopback(port: 9))
            let port = nobody.address.port

            let devices = try Child(
                .device,
                "127.0.0.1",
                "\(port)",
                "--jobs",
                "1",
                "--interval",
                "0",
                "--timeout",
                "20"
            )
            let end = try await devices.waitForEnd()

            #expect(end == .exited(1))
            #expect(devices.text.contains("0 replied, 3 unanswered"))
            #expect(devices.errorText.contains("no server answers at 127.0.0.1 \(port)"))
            withExtendedLifetime(nobody) {}
        }
    }
}
