import Core
import Foundation
import Testing

extension HeadlessTests {
    /// A server on one machine, everybody else on the other.
    @Suite("Between two machines", .needsNamespaces)
    struct TwoMachinesTests {
        private let machines: TwoMachines

        init() throws { machines = try TwoMachines() }

        private func server(_ options: String) async throws -> HeadlessServer {
            try await HeadlessServer(
                "--open \(options)",
                on: "0.0.0.0",
                through: machines.left.prefix
            )
        }

        /// Runs the device's program on the other machine; a no-break space stands for one in a word.
        private func device(_ words: String) async throws -> (end: Child.End, text: String) {
            let arguments = words.split(separator: " ").map {
                $0.replacing("\u{a0}", with: " ")
            }
            let child = try machines.right.run(BuiltProgram.device.path, arguments.map { "\($0)" })
            let end = try await child.waitForEnd()
            return (end, child.text + child.errorText)
        }

        @Test("jobs arrive over UDP and TCP, and their replies go back", arguments: ["udp", "tcp"])
        func jobs(transport: String) async throws {
            let server = try await server("--rate max")

            let (end, text) = try await device(
                "run \(machines.left.address) \(server.port) --protocol \(transport) --devices 3"
                    + " --jobs 4 --interval 0 --seconds 1"
            )
            try await Waiting.until("the execution of all jobs") {
                let place = "\(machines.left.address) \(server.port)"
                let status = try await device("call status \(place) --tcp")
                return status.text.contains("12 consumed") ? () : nil
            }
            let summary = try await server.terminate()

            #expect(end == .exited(0), "\(text)")
            #expect(summary.line("Jobs:").hasPrefix("Jobs: 12 done"), "\(summary.text)")
            #expect(summary.devices.count == 3)
        }

        @Test("a stranger's datagram gets AUTH_TOOWEAK, and the same question over TCP its answer")
        func tooWeak() async throws {
            let server = try await server("--capacity 7")
            let place = "\(machines.left.address) \(server.port)"

            let datagram = try await device("call status \(place)")
            let stream = try await device("call status \(place) --tcp")
            let ping = try await device("call null \(place)")

            #expect(datagram.end == .exited(1))
            #expect(datagram.text.contains("Client credential too weak"), "\(datagram.text)")
            #expect(datagram.text.contains("try --tcp"))
            #expect(stream.end == .exited(0))
            #expect(stream.text.contains("0 of 7 slots taken"), "\(stream.text)")
            #expect(ping.end == .exited(0))
            _ = try await server.terminate()
        }

        @Test("discover finds the server, and says what to call next")
        func discovery() async throws {
            let server = try await server("--advertise \(machines.left.interface)")
            let name = try #require(Self.hostName)

            let (end, text) = try await device(
                "discover --interface \(machines.right.interface) --seconds 20 --name"
                    + " \(name)\u{a0}\(server.port)"
            )

            #expect(end == .exited(0), "\(text)")
            #expect(text.contains("\(machines.left.address)  \(server.port)"), "\(text)")
            #expect(text.contains("rpc,json,text,http  default"))
            #expect(text.contains("call lookup \(machines.left.address) \(server.port) --tcp"))
            _ = try await server.terminate()
        }

        @Test("of two servers with one name on two machines the second takes another")
        func conflict() async throws {
            let first = try await server("--advertise all")
            let name = try #require(Self.hostName)
            let found = try await device(
                "discover --seconds 20 --name \(name)\u{a0}\(first.port)"
            )
            #expect(found.end == .exited(0), "\(found.text)")

            let second = try machines.right.run(
                BuiltProgram.signalbox.path,
                "serve 0.0.0.0 \(first.port) --open --headless --advertise"
                    + " \(machines.right.interface)"
            )
            let (end, text) = try await device(
                "discover --seconds 20 --name \(name)\u{a0}\(first.port)\u{a0}(2)"
            )

            #expect(end == .exited(0), "\(text)")
            #expect(text.contains("\(name)-\(first.port)-2.local  \(machines.right.address)"))
            second.send(15)
            _ = try await second.waitForEnd()
            _ = try await first.terminate()
        }

        @Test("a member on the other machine hears the group's events", .needs(.socat))
        func group() async throws {
            let member = try machines.right.run(
                Tool.socat.required(),
                [
                    "-dd", "-u",
                    "UDP4-RECV:40669,bind=239.255.66.66,ip-add-membership=239.255.66.66:"
                        + "\(machines.right.address),reuseaddr", "-",
                ]
            )
            try await Waiting.until("socat, listening", instead: member.story) {
                member.errorText.contains("starting data transfer loop") ? () : nil
            }

            let server = try await server("--group \(machines.left.interface) --group-name room")
            try await member.waitForOutput("HEARTBEAT")
            _ = try await server.terminate()
            try await member.waitForOutput("SHUTDOWN")

            let start = "SBX1 room \(machines.left.address):\(server.port) "
            #expect(member.text.hasPrefix(start), "\(member.text)")
            #expect(member.text.contains(" at=\(machines.left.address):\(server.port) "))
        }

        @Test("a watcher on the other machine sees what happens")
        func watcher() async throws {
            let server = try await server("--rate max")
            let watcher = try machines.right.run(
                BuiltProgram.signalbox.path,
                "watch \(machines.left.address):\(server.port) --headless"
            )
            try await watcher.waitForOutput("watching")

            _ = try await device(
                "run \(machines.left.address) \(server.port) --devices 1 --jobs 1 --interval 0"
                    + " --first-id 4711"
            )

            try await watcher.waitForOutput("4711")
            _ = try await server.terminate()
        }

        @Test(
            "a server on an address of the link is found, and reached with the other side's zone",
            .enabled(if: FileManager.default.fileExists(atPath: "/proc/net/if_inet6"))
        )
        func link() async throws {
            let list = try machines.right.run(
                BuiltProgram.signalbox.path,
                "watch --headless --group \(machines.right.interface)"
            )
            let server = try await HeadlessServer(
                "--open --rate max --advertise \(machines.left.interface)"
                    + " --group \(machines.left.interface)",
                on: "\(machines.left.linkAddress)%\(machines.left.interface)",
                through: machines.left.prefix
            )
            let host = "\(machines.left.linkAddress)%\(machines.right.interface)"
            let name = try #require(Self.hostName)

            let found = try await device(
                "discover --interface \(machines.right.interface) --seconds 20 --name"
                    + " \(name)\u{a0}\(server.port)"
            )
            #expect(found.text.contains("call lookup \(host) \(server.port)"), "\(found.text)")
            for transport in ["udp", "tcp", "rpc"] {
                let (end, text) = try await device(
                    "run \(host) \(server.port) --protocol \(transport) --devices 1 --jobs 2"
                        + " --interval 0 --seconds 0"
                )
                #expect(end == .exited(0), "\(text)")
            }
            let watcher = try machines.right.run(
                BuiltProgram.signalbox.path,
                "watch [\(host)]:\(server.port) --headless"
            )
            try await watcher.waitForOutput("watching [\(host)]:\(server.port)")
            try await list.waitForOutput("[\(host)]:\(server.port) is there\n")
            let summary = try await server.terminate()

            #expect(summary.line("Jobs:").hasPrefix("Jobs: 6 done"), "\(summary.text)")
        }

        @Test("a server that only its own machine can reach is not announced to the other")
        func unreachable() async throws {
            for option in ["--advertise", "--group"] {
                let child = try machines.left.run(
                    BuiltProgram.signalbox.path,
                    "serve localhost 0 --headless \(option) \(machines.left.interface)"
                )

                let end = try await child.waitForEnd()

                #expect(end == .exited(2))
                #expect(child.errorText.contains("\(option): the server listens on 127.0.0.1"))
            }
        }

        /// As the server calls its machine.
        private static var hostName: Substring? {
            ProcessInfo.processInfo.hostName.split(separator: ".").first
        }
    }
}
