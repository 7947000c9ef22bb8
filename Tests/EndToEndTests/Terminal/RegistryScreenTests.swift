import Core
import Testing

extension TerminalTests {
    @Suite("The registry on the screen", .serialized)
    struct RegistryScreenTests {
        @Test("R shows who registers, while it does so, and who is gone vanishes")
        func services() async throws {
            let dashboard = try await LiveDashboard("")
            let provider = try CallClient(to: dashboard.port)
            let service = RemoteService(name: "la\u{1b}[31mmp", address: "0.0.0.0.23.112")

            try await dashboard.window.press("R")
            let alone = try await dashboard.window.show("the server itself") {
                $0.contains("for ever") && $0.contains("127.0.0.1:\(dashboard.port)")
            }
            let result = try await provider.call(
                .register(RemoteRegister(service, leaseSeconds: 3600))
            )
            let shown = try await dashboard.window.show("the provider") { $0.contains("la[31mmp") }
            guard case .lease(let lease) = result else {
                Issue.record("no lease")
                return
            }
            _ = try await provider.call(.cancel(lease: lease.lease))
            try await dashboard.window.show("nobody but the server") { !$0.contains("la[31mmp") }
            try await dashboard.window.press("R")
            try await dashboard.window.show("the panes again") { $0.contains("Devices") }

            #expect(!alone.contains("la["))
            #expect(shown.contains(#/la\[31mmp +127\.0\.0\.1:6000 +127\.0\.0\.1 +(60|59) min/#))
        }
    }
}
