import Foundation
import Testing

extension HeadlessTests {
    /// rpcbind binds every interface, so it runs only where there is none but loopback.
    @Suite("--rpcbind")
    struct RpcbindTests {
        private static func run(_ script: String) async throws -> Child {
            let namespace = """
                ip link set lo up && mount -t tmpfs tmpfs /run || exit 99
                \(script)
                """
            let child = try Child(
                "/usr/bin/unshare",
                ["-n", "-m", "/bin/sh", "-c", namespace, "sh", BuiltProgram.signalbox.path],
                changing: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
            )
            _ = try await child.waitForEnd()
            return child
        }

        @Test(
            "the program is in rpcbind while the server runs, and rpcinfo finds it there",
            .needsRpcbind
        )
        func registered() async throws {
            let child = try await Self.run(
                """
                rpcbind -f & rpcbind=$!
                until rpcinfo -p 127.0.0.1 >/dev/null 2>&1; do sleep 0.05; done
                "$1" serve 127.0.0.1 5555 --headless --rpcbind >/run/first & server=$!
                until grep listening /run/first; do sleep 0.05; done
                rpcinfo -p 127.0.0.1 | grep 536887319
                rpcinfo -u 127.0.0.1 536887319; rpcinfo -t 127.0.0.1 536887319 1
                "$1" serve 127.0.0.1 5556 --headless --rpcbind; echo "second: $?"
                kill $server; wait $server; echo "server: $?"
                rpcinfo -p 127.0.0.1 | grep -c 536887319
                kill $rpcbind
                """
            )

            let lines = child.text.split(separator: "\n").map {
                $0.split(separator: " ").joined(separator: " ")
            }
            #expect(
                lines.prefix(5) == [
                    "listening on 127.0.0.1 5555 udp tcp", "536887319 1 udp 5555",
                    "536887319 1 tcp 5555", "program 536887319 version 1 ready and waiting",
                    "program 536887319 version 1 ready and waiting",
                ],
                "\(child.story())"
            )
            #expect(lines.suffix(3) == ["second: 2", "server: 0", "0"], "\(child.story())")
            #expect(
                child.errorText.contains("rpcbind has program 536887319 on port 5555 already"),
                "\(child.story())"
            )
        }

        @Test("where no rpcbind runs, a sentence says so, and what to do", .needsRpcbind)
        func nobody() async throws {
            let child = try await Self.run("\"$1\" serve 127.0.0.1 0 --headless --rpcbind; echo $?")

            #expect(child.text == "2\n", "\(child.story())")
            #expect(child.errorText.contains("no rpcbind runs on this machine (port 111)"))
        }
    }
}

extension Trait where Self == ConditionTrait {
    /// Leaves the test out where namespaces are not allowed or rpcbind is not installed.
    fileprivate static var needsRpcbind: Self {
        .enabled("needs rpcbind, ip, and leave to make namespaces") {
            guard Tool.rpcinfo.isUsable else { return false }
            let probe = try Child(
                "/bin/sh",
                [
                    "-c",
                    "PATH=$PATH:/usr/sbin:/sbin; command -v rpcbind && unshare -n -m ip link set lo up",
                ]
            )
            return try await probe.waitForEnd() == .exited(0)
        }
    }
}
