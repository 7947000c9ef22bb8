import Core
import Testing

extension HeadlessTests {
    /// Provider, registry and requestor, each a program of its own.
    @Suite("The registry")
    struct RegistryTests {
        @Test("a provider that is kept outlives its lease, and is gone as soon as it ends")
        func kept() async throws {
            let server = try await HeadlessServer("")
            let requestor = try CallClient(to: server.port)
            let provider = try Child(
                .device,
                "call",
                "register",
                "127.0.0.1",
                "\(server.port)",
                "lamp",
                ":6000",
                "--lease",
                "1",
                "--keep"
            )
            _ = try await provider.waitForOutput("kept until Ctrl-C\n")
            let start = ContinuousClock.now

            // Three leases, each look a call of its own.
            var looks = 0
            while ContinuousClock.now - start < .seconds(3) {
                let result = try await requestor.call(.lookup(name: "lamp"))
                let service = RemoteService(name: "lamp", address: "127.0.0.1.23.112")
                #expect(result == .hits(RemoteHits(.ok, [service])))
                looks += 1
            }
            provider.send(2)
            let end = try await provider.waitForEnd()
            let after = try await requestor.call(.lookup(name: "lamp"))

            #expect(looks > 10)
            #expect(end == .exited(0), "\(provider.story())")
            #expect(provider.text.hasSuffix("CANCEL: OK\n"), "\(provider.text)")
            #expect(after == .hits(RemoteHits(.empty)))
            _ = try await server.terminate()
        }

        @Test("a provider that dies is forgotten when its lease ends")
        func dies() async throws {
            let server = try await HeadlessServer("")
            let requestor = try CallClient(to: server.port)
            let service = RemoteService(name: "lamp", address: "127.0.0.1.23.112")
            let provider = try CallClient(to: server.port)
            _ = try await provider.call(.register(RemoteRegister(service, leaseSeconds: 1)))
            provider.stream.close()

            let before = try await requestor.call(.lookup(name: "lamp"))
            try await Waiting.until("the end of the lease") {
                try await requestor.call(.lookup(name: "lamp")) == .hits(RemoteHits(.empty))
                    ? () : nil
            }

            #expect(before == .hits(RemoteHits(.ok, [service])))
            _ = try await server.terminate()
        }

        @Test("the words of register, lookup and cancel")
        func words() async throws {
            let server = try await HeadlessServer("")
            func call(_ words: String...) async throws -> (end: Child.End, text: String) {
                let child = try Child(
                    BuiltProgram.device.path,
                    ["call", words[0], "127.0.0.1", "\(server.port)"] + words.dropFirst()
                )
                return (try await child.waitForEnd(), child.text + child.errorText)
            }

            let register = try await call("register", "lamp", "127.0.0.1:6000")
            let lease = try #require(register.text.firstMatch(of: #/OK, lease ([0-9]+) for 30 s/#))
            let lookup = try await call("lookup")
            let cancel = try await call("cancel", String(lease.1), "--tcp")
            let again = try await call("cancel", String(lease.1))

            #expect(lookup.text.contains(": 2 services\n"), "\(lookup)")
            #expect(
                lookup.text.contains("  lamp at 127.0.0.1.23.112, which is 127.0.0.1 6000\n"),
                "\(lookup)"
            )
            #expect(cancel.end == .exited(0) && again.end == .exited(1))
            #expect(again.text.contains("EMPTY: there is no such service"), "\(again)")
            _ = try await server.terminate()
        }
    }
}
