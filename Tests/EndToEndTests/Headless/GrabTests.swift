import Foundation
import Testing

extension HeadlessTests {
    @Suite("Grabbing pages of servers that no one here wrote")
    struct GrabTests {
        /// Serves a folder, over TLS if it is given a certificate, and says on which port.
        private static let python = """
            import functools, http.server, ssl, sys
            handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1])
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
            if len(sys.argv) > 2:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(sys.argv[2], sys.argv[3])
                server.socket = context.wrap_socket(server.socket, server_side=True)
            print(server.server_port, flush=True)
            server.serve_forever()
            """

        /// A folder with a page in it, and a server for it.
        private final class Site {
            let folder: URL
            let server: Child
            let port: String
            private let identity: TestIdentity?

            /// The certificate, which vouches for itself.
            var authority: String { identity?.certificate ?? "" }

            init(secure: Bool = false) async throws {
                folder = FileManager.default.temporaryDirectory
                    .appending(path: "signalbox-\(UUID().uuidString)")
                try FileManager.default.createDirectory(
                    at: folder.appending(path: "inner"),
                    withIntermediateDirectories: true
                )
                try "<title>A\u{1B}[2J page</title><p>Hello &amp; goodbye\u{1B}]0;x\u{7}"
                    .write(to: folder.appending(path: "a.html"), atomically: true, encoding: .utf8)
                identity = secure ? try await TestIdentity("DNS:localhost") : nil
                let files = identity.map { [$0.certificate, $0.key] } ?? []
                server = try Child(
                    Tool.python3.required(),
                    ["-c", GrabTests.python, folder.path] + files
                )
                let text = try await server.waitForOutput("\n")
                port = text.trimmingCharacters(in: .whitespacesAndNewlines)
            }

            deinit {
                try? FileManager.default.removeItem(at: folder)
            }
        }

        private func grab(_ arguments: String...) async throws -> (Child, Child.End) {
            let child = try Child(BuiltProgram.device.path, ["grab"] + arguments)
            return (child, try await child.waitForEnd())
        }

        @Test("a page and a folder, by its redirect, of Python's server", .needs(.python3))
        func pages() async throws {
            let site = try await Site()

            let (page, pageEnd) = try await grab("http://localhost:\(site.port)/a.html")
            let (list, listEnd) = try await grab("http://127.0.0.1:\(site.port)/inner")
            let (raw, _) = try await grab("--raw", "http://127.0.0.1:\(site.port)/a.html")

            #expect(pageEnd == .exited(0), "\(page.story())")
            #expect(page.text.contains("connect  127.0.0.1:\(site.port)\n"))
            #expect(page.text.contains("title    A[2J page\n\nHello & goodbye]0;x\n"))
            #expect(listEnd == .exited(0))
            #expect(list.text.contains("301 Moved Permanently"))
            #expect(list.text.contains("dissect  http://127.0.0.1:\(site.port)/inner/\n"))
            #expect(raw.text.contains("<p>Hello &amp; goodbye"))
            for child in [page, list, raw] { #expect(!child.bytes.contains(0x1b)) }
        }

        @Test(
            "a secure page is shown only where its certificate is trusted and for that host",
            .needs(.python3),
            .needs(.openssl)
        )
        func secure() async throws {
            let site = try await Site(secure: true)
            let authority = site.authority

            let url = "https://localhost:\(site.port)/a.html"
            let (trusted, trustedEnd) = try await grab("--ca", authority, url)
            let (stranger, strangerEnd) = try await grab(url)
            let (other, otherEnd) = try await grab(
                "--ca",
                authority,
                "https://127.0.0.1:\(site.port)/a.html"
            )
            let (plain, plainEnd) = try await grab("http://localhost:\(site.port)/")

            #expect(trustedEnd == .exited(0), "\(trusted.story())")
            #expect(trusted.text.contains("Hello & goodbye"))
            #expect(strangerEnd == .exited(1))
            #expect(stranger.errorText.contains("vouches for the certificate"))
            #expect(otherEnd == .exited(1))
            #expect(other.errorText.contains("no secure connection"), "\(other.errorText)")
            #expect(plainEnd == .exited(1), "\(plain.story())")
        }

        @Test("without a URL it reads one after another", .needs(.python3))
        func loop() async throws {
            let site = try await Site()
            let shell = try Child(
                "/bin/sh",
                [
                    "-c", "printf '%s\\n' nonsense '' \"$2\" q \"$2\" | \"$1\" grab", "sh",
                    BuiltProgram.device.path, "http://localhost:\(site.port)/a.html",
                ]
            )

            let end = try await shell.waitForEnd()

            #expect(end == .exited(1))
            #expect(shell.errorText.contains("does not begin with http://"))
            #expect(shell.text.components(separatedBy: "dissect  ").count == 2)
        }

        @Test(
            "what cannot be grabbed is a sentence and 2",
            arguments: [
                ["file:///etc/passwd"], ["http://u@h/"], ["--timeout", "0", "http://h/"],
                ["--ca", "/no/such", "http://h/"],
            ]
        )
        func usage(arguments: [String]) async throws {
            let child = try Child(BuiltProgram.device.path, ["grab"] + arguments)

            #expect(try await child.waitForEnd() == .exited(2))
            #expect(child.errorText.hasPrefix("Error: "))
        }
    }
}
