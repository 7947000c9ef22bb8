import Core
import Testing

extension HeadlessTests {
    /// A server without slots, and clients who meet there.
    @Suite("Remote clients meet")
    struct RendezvousEndTests {
        @Test(
            "a sender and a receiver find each other, whoever comes first, and tries alone do not"
        )
        func meet() async throws {
            let server = try await HeadlessServer("--capacity 0 --producers 0 --consumers 0")
            let (sender, receiver) = (
                try CallClient(to: server.port), try CallClient(to: server.port)
            )

            let alone = try await sender.call(CallClient.job("a"))
            #expect(alone == .receipt(RemoteReceipt(.full, depth: 0, capacity: 0)))
            let nothing = try await receiver.call(.take(waitMilliseconds: 0))
            #expect(nothing == .taking(.nothing(.empty)))

            let put = try await sender.begin(CallClient.job("a", seconds: 1, wait: 20_000))
            try await receiver.waitForCounts("a sender") { $0.waitingPut == 1 }
            let first = try await receiver.call(.take(waitMilliseconds: 0))
            #expect(device(of: first) == "a")
            #expect(isOK(try await sender.result(of: put, .submit)))

            let take = try await receiver.begin(.take(waitMilliseconds: 20_000))
            try await sender.waitForCounts("a receiver") { $0.waitingTake == 1 }
            #expect(isOK(try await sender.call(CallClient.job("b"))))
            #expect(device(of: try await receiver.result(of: take, .take)) == "b")

            let summary = try await server.terminate()
            #expect(summary.line("Nothing lost").hasSuffix("2 produced = 2 consumed + 0 held"))
        }

        @Test("threads of the server meet too, and its run ends by itself")
        func threads() async throws {
            let server = try await HeadlessServer("--capacity 0 --rate max --exit-after 3")
            let plain = try StreamClient(to: server.port)
            try await plain.send("d:4\nd:5\nd:6\n")
            let summary = try await server.summary()

            #expect(summary.end == .exited(0))
            #expect(summary.line("Nothing lost").hasSuffix("3 produced = 3 consumed + 0 held"))
        }

        private func device(of result: RemoteResult) -> String? {
            guard case .taking(.taken(_, let job)) = result else { return nil }
            return job.device
        }

        private func isOK(_ result: RemoteResult) -> Bool {
            guard case .receipt(let receipt) = result else { return false }
            return receipt.code == .ok
        }
    }
}
