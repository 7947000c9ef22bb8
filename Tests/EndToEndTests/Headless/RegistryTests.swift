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
            let words = ["register", "127.0.0.1", "\(server.port)", "lamp", ":6000"]
            let provider = try Child(
                BuiltProgram.device.path,
                ["call"] + words + ["--lease", "1", "--keep"]
            )
            _ = try await provider.waitForOutput("kept until Ctrl-C\n")
            let start = ContinuousClock.now
            let lamp = RemoteService(name: "lamp", address: "127.0.0.1.23.112")

            // Where this machine stalls a lease may end in between; then it registers again.
            try await Waiting.until("a lamp after the end of its first leases") {
                let result = try await requestor.call(.lookup(name: "lamp"))
                let isLate = ContinuousClock.now - start > .seconds(3)
                return isLate && result == .hits(RemoteHits(.ok, [lamp])) ? () : nil
            }
            provider.send(2)
            let end = try await provider.waitForEnd()
            let after = try await requestor.call(.lookup(name: "lamp"))

            #expect(end == .exited(0), "\(provider.story())")
            #expect(provider.text.hasSuffix("CANCEL: OK\n"), "\(provider.text)")
            #expect(after == .hits(RemoteHits(.empty)))
            _ = try await server.terminate()
        }

        @Test("a provider that dies is forgotten when its lease ends, and not before")
        func dies() async throws {
            let server = try await HeadlessServer("")
            let requestor = try CallClient(to: server.port)
            let service = RemoteService(name: "lamp", address: "127.0.0.1.23.112")
            let provider = try CallClient(to: server.port)
            let start = ContinuousClock.now
            _ = try await provider.call(.register(RemoteRegister(service, leaseSeconds: 1)))
            provider.stream.close()

            try await Waiting.until("the end of the lease") {
                try await requestor.call(.lookup(name: "lamp")) == .hits(RemoteHits(.empty))
                    ? () : nil
            }

            #expect(ContinuousClock.now - start >= .seconds(1))
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
