import Glibc
import Testing

extension TerminalTests {
    @Suite("Theory and schedules")
    struct SchedulesTests {
        @Test("T shows who ran when and what other policies would have done; t waits for more jobs")
        func keys() async throws {
            let dashboard = try await LiveDashboard("--rate 20 --consumers 2 --capacity 5")
            let senders = try (1...3).map { number in
                let sender = try dashboard.sender()
                try sender.send("dev\(number):\(number)")
                return sender
            }
            try await dashboard.window.show("finished job 3")

            try await dashboard.window.press("T")
            try await dashboard.window.show("fifo measured")
            // The other policies are rehearsed meanwhile.
            let schedules = try await dashboard.window.showAtRest("all policies") { screen in
                ["sjf", "ljf", "rr:1"].allSatisfy { screen.contains($0) }
            }
            try await dashboard.window.press("Escape")
            try await dashboard.window.show("┌ Buffer")
            try await dashboard.window.press("t")
            try await dashboard.window.show("not enough jobs yet", "3 of 30")

            #expect(schedules.contains("C1   ") && schedules.contains("C2   "))
            // The jobs themselves may have left the chart when the key was late.
            #expect(schedules.contains("the last 3 executed jobs"))
            _ = senders
            try await dashboard.window.press("q")
            _ = try await dashboard.shell()
        }
    }
}
