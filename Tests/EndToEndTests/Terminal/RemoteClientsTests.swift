import Core
import Testing

extension TerminalTests {
    @Suite("Remote clients on the screen", .serialized)
    struct RemoteClientsTests {
        @Test("takers that wait stand in full's queue by name, and vanish when they go")
        func takers() async throws {
            let dashboard = try await LiveDashboard("--producers 0 --consumers 0")
            var takers = try (0..<3).map { _ in try CallClient(to: dashboard.port) }

            for taker in takers { try await taker.begin(.take(waitMilliseconds: 20_000)) }
            try await dashboard.window.show("three takers") { screen in
                screen.contains(#/full +0 .*waiting .*A3/#)
                    && screen.contains(#/A1 wait\(full\) +127/#)
                    && ["A1", "A2", "A3"].allSatisfy { screen.contains($0) }
            }
            takers.removeAll()
            try await dashboard.window.show("none of them") {
                $0.contains(#/full +0 /#) && !$0.contains("waiting A")
                    && !$0.contains(#/A[1-3] wait\(full\)/#)
            }
        }

        @Test("a pause holds a remote producer, and steps lead it into the buffer")
        func steps() async throws {
            let dashboard = try await LiveDashboard("--producers 0 --consumers 0 --paused")
            let client = try CallClient(to: dashboard.port)

            let call = try await client.begin(CallClient.job("lamp", seconds: 5, wait: 20_000))
            try await dashboard.window.show("the agent") { $0.contains(#/ A1 /#) }
            let early = try client.reply(to: call)
            var steps = 0
            while try await !dashboard.window.screen().contains("inserted job 1") {
                try await dashboard.window.press("n")
                steps += 1
                try #require(steps < 200)
            }
            try await dashboard.window.show("Buffer 1/15", "PAUSED")
            var late = try client.reply(to: call)
            while late == nil {
                try await dashboard.window.press("n")
                steps += 1
                try #require(steps < 400)
                late = try client.reply(to: call)
            }

            #expect(early == nil)
            #expect(steps >= 4, "wait, wait, insert, signal, signal")
            let result = try await client.result(of: call, .submit)
            #expect(result == .receipt(RemoteReceipt(.ok, id: 1, depth: 1, capacity: 15)))
        }
    }
}
