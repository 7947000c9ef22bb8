import Glibc
import Testing

extension HeadlessTests {
    /// In a network namespace of the test's own, whose loopback interface has an address that is none
    /// of loopback's: whoever comes from there comes from another machine.
    @Suite("Clients on other machines", .needsNetworkNamespace)
    struct OtherMachineTests {
        /// The server's options are `$3`; what the clients do is `$4`.
        private static let script = """
            ip link set lo up
            ip address add 192.0.2.1/32 dev lo
            "$1" serve 192.0.2.1 5555 --headless --rate max --log-format none $3 >"$5/log" &
            until grep -q listening "$5/log"; do kill -0 $! || exit 9; done
            device="$2"
            eval "$4"
            kill $!
            wait $!
            cat "$5/log"
            """

        /// What was written by the clients and then by the server.
        private func run(_ options: String, _ clients: String) async throws -> String {
            let folder = try ScratchFolder()
            let child = try Child(
                "/bin/sh",
                [
                    "-c", "exec unshare -rn sh -c \"$0\" sh \"$@\"", Self.script,
                    BuiltProgram.signalbox.path, BuiltProgram.device.path, options, clients,
                    folder.path,
                ]
            )
            let end = try await child.waitForEnd()
            #expect(end == .exited(0), "\(child.story())")
            return child.text
        }

        private static let jobs =
            "--devices 1 --jobs 1 --seconds 2 --interval 0 --timeout 1"

        @Test("must show the token, and are served when they do")
        func token() async throws {
            let token = try TestToken()

            let text = try await run(
                "--token-file \(token.path)",
                """
                $device run 192.0.2.1 5555 \(Self.jobs) --first-id 1
                $device run 192.0.2.1 5555 \(Self.jobs) --first-id 2 --protocol tcp
                $device run 192.0.2.1 5555 \(Self.jobs) --first-id 3 --protocol rpc
                $device call status 192.0.2.1 5555 && echo told
                $device produce 192.0.2.1 5555 --items 1 --retries 0 --id 4
                $device run 192.0.2.1 5555 \(Self.jobs) --first-id 5 --token-file \(token.path)
                until $device call status 192.0.2.1 5555 --token-file \(token.path) \\
                    | grep '1 produced, 1 consumed'; do :; done
                $device produce 192.0.2.1 5555 --items 1 --id 6 --token-file \(token.path)
                until $device call status 192.0.2.1 5555 --token-file \(token.path) \\
                    | grep '2 consumed'; do :; done
                """
            )

            for id in 1...4 { #expect(!text.contains("Device \(id) consumed"), "\(text)") }
            #expect(!text.contains("told"))
            #expect(text.contains("P4 is refused: the field token is missing"))
            #expect(text.contains("Device 5 consumed 2 seconds of CPU time"))
            #expect(text.contains("1 produced, 1 consumed"))
            #expect(text.contains("Device 6 consumed 0 seconds of CPU time"))
            #expect(text.contains("Jobs: 2 done"))
        }

        @Test("put jobs into an open server, but are told no more over UDP than they send")
        func open() async throws {
            let text = try await run(
                "--open",
                """
                $device run 192.0.2.1 5555 \(Self.jobs) --first-id 1
                $device run 192.0.2.1 5555 \(Self.jobs) --first-id 2 --protocol rpc
                $device call status 192.0.2.1 5555 && echo told
                until $device call status 192.0.2.1 5555 --tcp | grep '2 consumed'; do :; done
                """
            )

            #expect(text.contains("Jobs: 2 done"), "\(text)")
            #expect(!text.contains("told"))
            #expect(text.contains("2 produced"))
        }
    }
}

/// Whether this machine lets us have a network of our own.
private let mayUnshare: Bool = {
    let words = ["-c", "unshare -rn ip link set lo up 2>/dev/null"]
    guard let pid = try? SpawnPlan().spawn("/bin/sh", words) else { return false }
    var status: Int32 = 0
    return waitpid(pid, &status, 0) == pid && status == 0
}()

extension Trait where Self == ConditionTrait {
    fileprivate static var needsNetworkNamespace: Self {
        .enabled(if: mayUnshare, "needs unshare and ip, and to be allowed a network namespace")
    }
}
