import Core
import Testing

extension HeadlessTests {
    @Suite("Quotas")
    struct QuotaTests {
        /// A client at another of this machine's addresses, which quotas tell from the rest.
        private func sender(at host: String, to port: UInt16) throws -> DatagramSocket {
            let address = try #require(try SocketAddress.resolve(host, port: 0).first)
            return try DatagramSocket(bind: address, receiveBuffer: 1 << 16)
        }

        @Test("whoever floods gets its burst and no more, others get every reply", .needs(.curl))
        func flood() async throws {
            let server = try await HeadlessServer("--rate max --datagram-rate 1 --datagram-burst 5")
            let flooder = try sender(at: "127.0.0.9", to: server.port)
            let honest = try Sender(to: server.port)

            for _ in 0..<200 {
                try Array("flood:1".utf8).withUnsafeBytes {
                    try flooder.send($0, to: .loopback(port: server.port))
                }
            }
            for number in 0..<5 {
                #expect(try await honest.deliver("h:\(number)") == "h:\(number)")
            }
            let page = try Child(
                Tool.curl.required(),
                ["-q", "--noproxy", "*", "-sS", "http://127.0.0.1:\(server.port)/metrics"]
            )
            _ = try await page.waitForEnd()
            let summary = try await server.terminate()

            let refused = try #require(
                summary.line("Datagrams:").firstMatch(
                    of: #/, ([0-9]+) refused \(([0-9]+) too many datagrams of one peer\)/#
                ),
                "\(summary.text)"
            )
            let count = try #require(Int(refused.2))
            // A slow machine may take seconds, each of which gives one more.
            #expect((150...195).contains(count))
            #expect(
                page.text.contains(
                    "signalbox_refusals_total{reason=\"too many datagrams of one peer\"} \(count)\n"
                )
            )
            #expect(summary.end == .exited(0))
        }

        @Test("5000 names from one address have no more jobs on their way than the quota")
        func names() async throws {
            let server = try await HeadlessServer("--producers 1 --consumers 0 --queued-jobs 8")
            let sender = try Sender(to: server.port)
            for number in 0..<5000 { try? sender.send("\(number):1") }
            // While the flood fills the system's buffer, whatever anybody sends is dropped.
            _ = try await Waiting.until("a reply after the flood") {
                try sender.send(RemoteRequest.null.message(xid: 1))
                return try sender.takeReplyBytes()
            }
            let other = try self.sender(at: "127.0.0.9", to: server.port)
            try Array("other:1".utf8).withUnsafeBytes {
                try other.send($0, to: .loopback(port: server.port))
            }
            let arrived = try await Waiting.until("the other's reply") {
                try other.waitUntilReadable(atMost: .milliseconds(10)) ? true : nil
            }
            let summary = try await server.terminate()

            #expect(arrived)
            #expect(summary.line("Jobs:").contains("9 not run"), "\(summary.text)")
        }
    }
}
