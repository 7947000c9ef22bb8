import Core
import Foundation
import Testing

extension HeadlessTests {
    /// Programs that nobody here wrote find the real server.
    @Suite("Discovery")
    struct DiscoveryTests {
        private static let hostName =
            ProcessInfo.processInfo.hostName.split(separator: ".").first ?? ""

        private func discover(
            _ words: String,
            name: String
        ) async throws -> (end: Child.End, child: Child) {
            let child = try Child(
                BuiltProgram.device.path,
                ["discover", "--name", name] + words.split(separator: " ").map(String.init)
            )
            return (try await child.waitForEnd(), child)
        }

        @Test(
            "zeroconf lists the server over loopback, resolves it, and sees it go",
            .needsZeroconf
        )
        func zeroconf() async throws {
            let server = try await HeadlessServer("--advertise lo --mailbox print:3")
            let browser = try Zeroconf.browse(for: "\(Self.hostName) \(server.port)")

            try await browser.waitForOutput("types")
            let summary = try await server.terminate()
            let end = try await browser.waitForEnd()

            #expect(end == .exited(0), "\(browser.story())")
            let lines = browser.text.split(separator: "\n")
            #expect(lines.contains("server \(Self.hostName)-\(server.port).local."))
            #expect(lines.contains("address ['127.0.0.1'] \(server.port)"))
            #expect(lines.contains("text txtvers 1"))
            #expect(lines.contains("text proto rpc,json,text,http"))
            #expect(lines.contains("text prog 0x20004017"))
            #expect(lines.contains("text buf default,print"))
            #expect(lines.contains { $0.hasPrefix("types") && $0.contains("_signalbox._tcp") })
            #expect(lines.last == "removed")
            #expect(summary.end == .exited(0))
        }

        @Test(
            "where zeroconf on the same machine has the server's name, the server takes another",
            .needsZeroconf
        )
        func taken() async throws {
            let first = try await HeadlessServer("")
            let name = "\(Self.hostName) \(first.port)"
            _ = try await first.terminate()
            let holder = try await Zeroconf.hold(name)

            let server = try await HeadlessServer("--advertise lo", port: first.port)
            let (end, child) = try await discover(
                "--interface lo --seconds 25",
                name: "\(name) (2)"
            )

            #expect(end == .exited(0), "\(child.story()) \(holder.story())")
            #expect(child.text.contains("\(name) (2)  "))
            _ = try await server.terminate()
        }

        @Test("discover prints a table, and the command to use next")
        func discover() async throws {
            let server = try await HeadlessServer("--advertise 127.0.0.1")
            let name = "\(Self.hostName) \(server.port)"

            let (end, child) = try await discover("--interface lo --seconds 25", name: name)

            #expect(end == .exited(0), "\(child.story())")
            let lines = child.text.split(separator: "\n")
            #expect(
                lines.first?.split(separator: " ").joined(separator: " ")
                    == "instance host address port dialects mailboxes"
            )
            #expect(lines.dropFirst().first?.hasPrefix("\(name)  ") == true, "\(child.text)")
            #expect(lines.last == "  signalbox-device call lookup 127.0.0.1 \(server.port)")
            _ = try await server.terminate()
        }

        @Test("a server on IPv6 only is found there, by zeroconf too", .needsZeroconf)
        func ipv6() async throws {
            let server = try await HeadlessServer("--advertise lo --group lo", on: "::1")
            let name = "\(Self.hostName) \(server.port)"
            let browser = try Zeroconf.browse(for: name)

            let (end, child) = try await discover("--interface lo --seconds 25", name: name)
            try await browser.waitForOutput("types")
            _ = try await server.terminate()

            #expect(end == .exited(0), "\(child.story())")
            #expect(child.text.hasSuffix("  signalbox-device call lookup ::1 \(server.port)\n"))
            #expect(browser.text.contains("address ['::1'] \(server.port)\n"))
        }

        @Test("where nobody answers, discover ends with 1 and says so")
        func nobody() async throws {
            let (end, child) = try await discover("--interface lo --seconds 0.2", name: "nobody")

            #expect(end == .exited(1))
            #expect(child.text.isEmpty)
            #expect(child.errorText == "no server called 'nobody' answered within 0.2 s\n")
        }

        @Test("what is no message of multicast DNS is refused and counted, and the server goes on")
        func hostile() async throws {
            let server = try await HeadlessServer("--advertise lo")
            let socket = try MulticastSocket(
                Advertiser.group,
                on: .named("lo"),
                as: .sender,
                timeToLive: 255
            )
            let loop = bytes(hex: "0000 0000 0001 0000 0000 0000 c00c 000c 0001")
            let forward = bytes(hex: "0000 0000 0001 0000 0000 0000 c010 000c 0001 0161 00")
            let promise = bytes(hex: "0000 0000 ffff 0000 0000 0000")
            let label =
                bytes(hex: "0000 0000 0001 0000 0000 0000 40")
                + [UInt8](repeating: 0x61, count: 64) + bytes(hex: "00 000c 0001")

            for datagram in [loop, forward, promise, label, [], [0]] {
                try socket.send(datagram)
            }
            let found = try await discover(
                "--interface lo --seconds 25",
                name: "\(Self.hostName) \(server.port)"
            )
            let summary = try await server.terminate()

            #expect(found.end == .exited(0), "\(found.child.story())")
            let refused = summary.line("Refused or cut off:")
            // Other tests on this machine may have sent some too.
            let count = refused.firstMatch(of: #/([0-9]+) malformed discovery message/#)
            #expect(count.flatMap { Int($0.1) }.map { $0 >= 6 } == true, "\(refused)")
        }

        @Test("a thousand questions a second cost little, and jobs are executed meanwhile")
        func flood() async throws {
            let server = try await HeadlessServer("--advertise lo --rate max")
            let socket = try MulticastSocket(
                Advertiser.group,
                on: .named("lo"),
                as: .sender,
                timeToLive: 255
            )
            let question = DNSMessage(
                questions: [DNSQuestion(AdvertisedService.type, DNSType.ptr)]
            ).bytes
            let before = Processes.cpuTime(of: server.child.pid)
            var answered = 0

            for number in 0..<1000 {
                try socket.send(question)
                if number % 50 == 0 {
                    let sender = try Sender(to: server.port)
                    if try await sender.deliver("d:\(number)") == "d:\(number)" { answered += 1 }
                }
                _ = try socket.receive(atMost: DNSMessage.longest)
            }
            let used = Processes.cpuTime(of: server.child.pid) - before
            let summary = try await server.terminate()

            #expect(answered == 20)
            #expect(used < .seconds(2), "\(used) in a debug build, perhaps with a sanitizer")
            #expect(summary.end == .exited(0))
        }

        /// Everything in namespaces of its own: interfaces, the bus, and numbers of processes.
        private static let avahi = """
            set -e
            ip link set lo up
            ip link add sbx0 type veth peer name sbx1
            ip link set sbx1 up
            ip addr add 10.66.1.1/24 dev sbx0
            ip link set sbx0 up
            mount -t tmpfs none /run
            mkdir -p /run/dbus /run/avahi-daemon
            printf '[server]\\nuse-ipv6=no\\nallow-interfaces=sbx0\\n' > /run/avahi.conf
            dbus-daemon --system --fork --nopidfile 2> /run/log
            avahi-daemon --no-chroot --no-drop-root --file /run/avahi.conf 2>> /run/log &
            "$1" serve 0.0.0.0 5555 --open --headless --advertise sbx0 > /run/out &
            server=$!
            until avahi-browse -rtp _signalbox._tcp 2> /dev/null > /run/found \\
                && grep '^=' /run/found; do sleep 0.1; done
            avahi-resolve -4 -n "$2-5555.local"
            kill $server
            wait $server
            while avahi-browse -tp _signalbox._tcp | grep '^+'; do sleep 0.1; done
            echo gone
            """

        @Test(
            "avahi on the same machine lists the server, resolves it, and sees it go",
            .needsNamespaces,
            .needs(.avahi),
            .needs(.dbus)
        )
        func avahi() async throws {
            let child = try Child(
                "/usr/bin/unshare",
                [
                    "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c",
                    Self.avahi, "sh", BuiltProgram.signalbox.path, String(Self.hostName),
                ]
            )

            let end = try await child.waitForEnd()

            #expect(end == .exited(0), "\(child.story())")
            let host = "\(Self.hostName)-5555.local"
            #expect(child.text.contains(";\(host);10.66.1.1;5555;"), "\(child.text)")
            #expect(child.text.contains("\"buf=default\""))
            #expect(child.text.contains("\(host)\t10.66.1.1\n"))
            #expect(child.text.hasSuffix("gone\n"))
        }
    }
}
