import Glibc
import Testing

extension HeadlessTests {
    @Suite("What cannot be run as it was asked for")
    struct UsageTests {
        @Test(
            "ends with 2 and a sentence on standard error, and writes nothing else",
            arguments: [
                ("serve 0.0.0.0 0 --headless", "--open"),
                ("serve :: 0 --headless", "--token-file"),
                ("serve 127.0.0.1 0 --open --token-file x", "--open"),
                ("serve 127.0.0.1 0 --token-for-all", "--token-file"),
                ("serve 127.0.0.1 0 --token-file /nowhere/token", "/nowhere/token"),
                ("serve 127.0.0.1 0 --tls-cert x", "--tls-key"),
                ("serve 127.0.0.1 0 --tls-ca x", "--tls-cert"),
                ("serve 127.0.0.1 0 --frobnicate", "--frobnicate"),
                ("serve 127.0.0.1 0 --capacity 65537", "--capacity"),
                ("serve 127.0.0.1 0 --capacity fifteen", "fifteen"),
                ("launch 127.0.0.1 0 --capacity 0", "never wait for a partner"),
                ("serve 127.0.0.1 0 --producers -1", "--producers"),
                ("serve 127.0.0.1 0 --policy lifo", "lifo"),
                ("serve 127.0.0.1 0 --policy sjf --program no-mutex", "--policy"),
                ("serve 127.0.0.1 0 --program wrong", "wrong"),
                ("serve 127.0.0.1 0 --rate 0", "rate"),
                ("serve 127.0.0.1 0 --rate nan", "rate"),
                ("serve 127.0.0.1 0 --rate -2", "rate"),
                ("serve 127.0.0.1 0 --exit-after 0", "--exit-after"),
                ("serve 127.0.0.1 0 --reply maybe", "maybe"),
                ("serve 127.0.0.1 0 --log-format xml", "xml"),
                ("serve 127.0.0.1 0 --fps 0", "--fps"),
                ("serve 127.0.0.1 0 --log /nowhere/at/all", "/nowhere/at/all"),
                ("serve 127.0.0.1 0 --log /tmp/./x --record /tmp/x", "--record"),
                ("serve 127.0.0.1 65536", "65536"),
                ("serve 127.0.0.1 -1", "-1"),
                (
                    "serve 127.0.0.1 0 --max-devices 1 --policy priority --priority a=1,b=2",
                    "--max-devices"
                ),
                ("serve nowhere.invalid 0", "nowhere.invalid"),
                ("serve 127.0.0.1 0 --headless --execute spin --rate max", "--execute spin"),
                ("demo --devices 0", "--devices"),
                ("students --students 0", "--students"),
                ("students --students 5 --records 5", "--records"),
                ("students --buffer 0", "--buffer"),
                ("students --timeout 0", "--timeout"),
                ("students --timeout nan", "--timeout"),
                ("students --producer-delay 2...1", "--producer-delay"),
                ("students --consumer-delay -1", "--consumer-delay"),
                ("students --program wrong", "wrong"),
                ("students --policy rr", "--policy"),
                ("students --policy sjf --program no-mutex", "--policy"),
                ("students --folder /dev/null/x --headless", "/dev/null/x"),
            ]
        )
        func usage(line: String, names: String) async throws {
            let child = try Child(
                BuiltProgram.signalbox.path,
                line.split(separator: " ").map(String.init)
            )

            let end = try await child.waitForEnd()

            #expect(end == .exited(2))
            #expect(child.text.isEmpty)
            #expect(child.errorText.hasPrefix("Error: "))
            #expect(child.errorText.contains(names), "\(child.errorText)")
            #expect(!child.errorText.contains("\u{1b}"))
        }

        @Test(
            "the device says so too",
            arguments: [
                ("127.0.0.1", "port"), ("127.0.0.1 0", "port"), ("nowhere.invalid 5", "invalid"),
                ("127.0.0.1 5 --seconds 5...1", "--seconds"), ("127.0.0.1 5 --jobs 0", "--jobs"),
                ("127.0.0.1 5 --timeout 0", "--timeout"), ("127.0.0.1 5 --wait long", "long"),
                ("127.0.0.1 5 --tls", "--protocol tcp"),
                ("127.0.0.1 5 --token-file x --protocol tcp", "--token-file"),
                ("127.0.0.1 5 --token-file /nowhere/token", "/nowhere/token"),
                ("127.0.0.1 5 --protocol tcp --tls-ca /nowhere.pem", "/nowhere.pem"),
                ("call null 127.0.0.1 5 --tls", "--tcp"),
            ]
        )
        func device(line: String, names: String) async throws {
            let child = try Child(
                BuiltProgram.device.path,
                line.split(separator: " ").map(String.init)
            )

            let end = try await child.waitForEnd()

            #expect(end == .exited(2))
            #expect(child.errorText.contains(names), "\(child.errorText)")
        }

        @Test("a port that is taken ends with 2 and names it")
        func portTaken() async throws {
            let server = try await HeadlessServer("")

            let second = try Child(.signalbox, "serve", "127.0.0.1", "\(server.port)", "--headless")
            let end = try await second.waitForEnd()

            #expect(end == .exited(2))
            #expect(second.text.isEmpty)
            #expect(second.errorText.contains("127.0.0.1:\(server.port) is in use"))
        }

        @Test("--open listens on every address")
        func open() async throws {
            let server = try await HeadlessServer("--open --exit-after 1 --rate max", on: "0.0.0.0")

            let reply = try await Sender(to: server.port).deliver("3:5")
            let summary = try await server.summary()

            #expect(reply == "3:5")
            #expect(summary.end == .exited(0))
        }

        @Test("--help of each command goes to standard output and ends with 0")
        func help() async throws {
            for arguments in [["--help"], ["serve", "--help"], ["demo", "--help"]] {
                let child = try Child(BuiltProgram.signalbox.path, arguments)

                let end = try await child.waitForEnd()

                #expect(end == .exited(0))
                #expect(child.text.contains("USAGE: signalbox"))
                #expect(child.errorText.isEmpty)
            }
        }
    }
}
