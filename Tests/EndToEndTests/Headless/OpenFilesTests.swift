import Core
import Testing

extension HeadlessTests {
    @Suite("Connections and the system's limit of open files")
    struct OpenFilesTests {
        private func serve(_ number: Int, _ server: HeadlessServer) async throws -> StreamClient? {
            let client = try StreamClient(to: server.port)
            try await client.send("\(number):1\n")
            _ = try await Waiting.until("an answer or the end", instead: { client.text }) {
                client.text.isEmpty && !client.hasEnded ? nil : ()
            }
            return client.text == "Job received" ? client : nil
        }

        /// What the server tells over UDP, which needs no connection.
        private func status(_ sender: Sender) async throws -> RemoteCounts {
            try sender.send(RemoteRequest.status.message(xid: 1))
            let reply = try await Waiting.until("the counts") { try sender.takeReplyBytes() }
            let result = try reply.withUnsafeBytes { try RemoteReply.result(in: $0, of: .status) }
            guard case .counts(let counts) = result else {
                throw NotInTime(awaited: "counts", instead: "\(result)")
            }
            return counts
        }

        @Test("a low soft limit does not keep connections out")
        func soft() async throws {
            let server = try await HeadlessServer(
                "--rate max --connections 150 --log-format none",
                after: "ulimit -Sn 64"
            )
            var clients: [StreamClient] = []

            for number in 0..<150 {
                clients.append(try #require(try await serve(number, server)))
            }
            clients.removeLast()
            let summary = try await server.terminateWhenDone()

            #expect(server.child.errorText.isEmpty)
            #expect(summary.line("Nothing lost").hasSuffix("150 produced = 150 consumed + 0 held"))
        }

        @Test("beyond the hard limit the server says how many there can be, and serves them")
        func hard() async throws {
            let server = try await HeadlessServer(
                "--rate max --connections 150 --log-format none",
                after: "ulimit -n 80"
            )
            var clients: [StreamClient] = []

            for number in 0..<60 {
                if let client = try await serve(number, server) { clients.append(client) }
            }
            let sender = try Sender(to: server.port)
            let reply = try await sender.deliver("datagram:1")
            while try await status(sender).consumed < 49 {}
            let summary = try await server.terminate()

            #expect(clients.count == 48)
            #expect(reply == "datagram:1")
            #expect(
                server.child.errorText
                    == "--connections 150: the system allows 48; going on with these\n"
            )
            #expect(summary.line("Refused or cut off:").hasSuffix(": 12 too many connections"))
            #expect(summary.line("Nothing lost").hasSuffix("49 produced = 49 consumed + 0 held"))
        }
    }
}
