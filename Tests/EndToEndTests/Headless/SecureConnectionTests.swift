import Core
import Glibc
import Testing

extension HeadlessTests {
    /// TLS with certificates of this test's own.
    @Suite("Secured connections", .needs(.openssl))
    struct SecureConnectionTests {
        private static let here = "DNS:localhost,IP:127.0.0.1"

        private func server(
            _ identity: TestIdentity,
            _ options: String = ""
        ) async throws -> HeadlessServer {
            try await HeadlessServer(
                "--rate max --log-format none --tls-cert \(identity.certificate)"
                    + " --tls-key \(identity.key) \(options)"
            )
        }

        private func device(_ words: String) async throws -> (end: Child.End, child: Child) {
            let child = try Child(
                BuiltProgram.device.path,
                words.split(separator: " ").map(String.init)
            )
            return (try await child.waitForEnd(), child)
        }

        @Test("text, calls and JSON are served over TLS on the same port as without")
        func dialects() async throws {
            let identity = try await TestIdentity(Self.here)
            let server = try await server(identity)
            let access = "localhost \(server.port) --tls-ca \(identity.certificate)"

            let text = try await device(
                "run \(access) --protocol tcp --devices 1 --jobs 3 --seconds 1 --interval 0"
            )
            let call = try await device("call submit \(access) --tcp --device 2 --seconds 4")
            let json = try await device("produce \(access) --items 2 --interval 0 --id 3")
            let plain = try StreamClient(to: server.port)
            try await plain.send("plain:5\nEND")
            let answer = try await plain.waitForEnd()
            let summary = try await server.terminateWhenDone()

            for (end, child) in [text, call, json] {
                #expect(end == .exited(0), "\(child.story())")
            }
            #expect(answer == "Job received")
            #expect(
                summary.devices == [
                    "Device 1 consumed 3 seconds of CPU time",
                    "Device 2 consumed 4 seconds of CPU time",
                    "Device 3 consumed 0 seconds of CPU time",
                    "Device plain consumed 5 seconds of CPU time",
                ]
            )
        }

        @Test("curl reads the pages", .needs(.curl))
        func pages() async throws {
            let identity = try await TestIdentity(Self.here)
            let server = try await server(identity)

            let curl = try Child(
                Tool.curl.required(),
                [
                    "-sS", "--cacert", identity.certificate,
                    "https://localhost:\(server.port)/healthz",
                    "https://127.0.0.1:\(server.port)/status",
                ]
            )
            let end = try await curl.waitForEnd()
            _ = try await server.terminate()

            #expect(end == .exited(0), "\(curl.story())")
            #expect(curl.text.hasPrefix("ok\n{\"produced\":0"))
        }

        @Test("a client trusts no certificate of a stranger, nor one of another host")
        func trust() async throws {
            let identity = try await TestIdentity("DNS:elsewhere.example")
            let other = try await TestIdentity(Self.here)
            let server = try await server(identity)
            let start = "call submit localhost \(server.port) --tcp --device 2 "

            let unknown = try await device(start + "--tls")
            let mistaken = try await device(start + "--tls-ca \(other.certificate)")
            let elsewhere = try await device(start + "--tls-ca \(identity.certificate)")
            let summary = try await server.terminate()

            for (end, child) in [unknown, mistaken, elsewhere] {
                #expect(end == .exited(1))
                #expect(child.errorText.contains("certificate"), "\(child.story())")
            }
            let sentence = "nobody we trust vouches for the certificate (see --tls-ca)"
            #expect(unknown.child.errorText.contains(sentence))
            #expect(mistaken.child.errorText.contains(sentence))
            #expect(elsewhere.child.errorText.contains("is not for this host's name"))
            #expect(summary.devices.isEmpty)
        }

        @Test("a watcher that does not trust the certificate ends at once, and says so")
        func watcherTrust() async throws {
            let identity = try await TestIdentity("DNS:elsewhere.example")
            let other = try await TestIdentity(Self.here)
            let server = try await server(identity)

            let reasons = ["is not for this host's name", "nobody we trust vouches for"]
            for (trusted, reason) in zip([identity, other], reasons) {
                let child = try Child(
                    .signalbox,
                    "watch",
                    "localhost:\(server.port)",
                    "--headless",
                    "--tls-ca",
                    trusted.certificate
                )
                #expect(try await child.waitForEnd() == .exited(1))
                #expect(child.errorText.contains(reason), "\(child.story())")
            }
            _ = try await server.terminate()
        }

        @Test(
            "a client's certificate counts as the token; a connection without one may still show it"
        )
        func clientCertificate() async throws {
            let identity = try await TestIdentity(Self.here)
            let client = try await TestIdentity("DNS:client")
            let stranger = try await TestIdentity("DNS:stranger")
            let token = try TestToken()
            let server = try await server(
                identity,
                "--tls-ca \(client.certificate) --token-for-all --token-file \(token.path)"
            )
            func call(_ identityOfClient: TestIdentity?) async throws -> (Child.End, Child) {
                let shown = identityOfClient.map {
                    "--tls-cert \($0.certificate) --tls-key \($0.key)"
                }
                return try await device(
                    "call submit localhost \(server.port) --tcp --device 2 --seconds 4"
                        + " --tls-ca \(identity.certificate) \(shown ?? "")"
                )
            }

            let (known, _) = try await call(client)
            let (none, noneChild) = try await call(nil)
            let (unknown, _) = try await call(stranger)
            let json = try await device(
                "produce localhost \(server.port) --items 1 --token-file \(token.path)"
                    + " --tls-ca \(identity.certificate)"
            )
            let summary = try await server.terminateWhenDone(token: TestToken.text)

            #expect(known == .exited(0))
            #expect(none == .exited(1))
            #expect(noneChild.errorText.contains("credential too weak"), "\(noneChild.story())")
            #expect(unknown == .exited(1))
            #expect(json.end == .exited(0), "\(json.child.story())")
            #expect(
                summary.devices == [
                    "Device 1 consumed 0 seconds of CPU time",
                    "Device 2 consumed 4 seconds of CPU time",
                ]
            )
            #expect(summary.line("Refused or cut off:").contains("1 TLS handshake failed"))
        }

        @Test("hostile handshakes are closed and counted, and others are served meanwhile")
        func hostile() async throws {
            let identity = try await TestIdentity(Self.here)
            let server = try await server(identity, "--first-bytes 1")
            // A record of 64 bytes that are no hello; text after the first byte; a length that no
            // record has; the wrong version of SSL.
            let garbage: [[UInt8]] = [
                [0x16, 0x03, 0x01, 0x00, 0x40] + Array(repeating: 0xaa, count: 64),
                [0x16] + Array("3:5\nGET / HTTP/1.1\r\n\r\n".utf8),
                [0x16, 0x03, 0x03, 0xff, 0xff] + Array(repeating: 0, count: 100),
                [0x16, 0x02, 0x00, 0x00, 0x01, 0x01],
            ]
            var clients: [StreamClient] = []
            for bytes in garbage {
                let client = try StreamClient(to: server.port)
                try await client.send(bytes)
                clients.append(client)
            }
            // Half a handshake, of one who goes and of one who stays.
            let half: [UInt8] = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]
            let gone = try StreamClient(to: server.port)
            try await gone.send(half)
            gone.finishSending()
            let silent = try StreamClient(to: server.port)
            try await silent.send(half)

            for client in clients + [gone, silent] { _ = try await client.waitForEnd() }
            let honest = try await device(
                "call null localhost \(server.port) --tcp --tls-ca \(identity.certificate)"
            )
            let summary = try await server.terminate()

            #expect(honest.end == .exited(0), "\(honest.child.story())")
            let refused = summary.line("Refused or cut off:")
            #expect(refused.contains("5 TLS handshake failed"), "\(refused)")
            #expect(refused.contains("1 first bytes too late"), "\(refused)")
            #expect(summary.end == .exited(0))
        }

        @Test("without a certificate TLS is no dialect of ours")
        func withoutCertificate() async throws {
            let server = try await HeadlessServer("")
            let client = try StreamClient(to: server.port)

            try await client.send([0x16, 0x03, 0x01, 0x00, 0x40])
            let answer = try await client.waitForEnd()
            let summary = try await server.terminate()

            #expect(answer.isEmpty)
            #expect(summary.line("Refused or cut off:").contains("1 unknown dialect"))
        }

        @Test("files that do not fit end with 2 and a sentence that names file and flag")
        func files() async throws {
            let (one, two) = try await (TestIdentity(Self.here), TestIdentity(Self.here))
            for (certificate, key, sentence) in [
                ("/nowhere.pem", one.key, "/nowhere.pem: open failed: No such file or directory"),
                (one.certificate, "/nowhere.key", "/nowhere.key: open failed"),
                (one.certificate, one.certificate, "no private key in PEM form"),
                (one.key, one.key, "no certificate in PEM form"),
                (one.certificate, two.key, "it is not the key of the certificate in"),
            ] {
                let child = try Child(
                    BuiltProgram.signalbox.path,
                    ["serve", "127.0.0.1", "0", "--tls-cert", certificate, "--tls-key", key]
                )
                #expect(try await child.waitForEnd() == .exited(2))
                #expect(child.errorText.contains(sentence), "\(child.errorText)")
                #expect(child.errorText.hasPrefix("Error: --tls-cert"))
            }
        }
    }
}
