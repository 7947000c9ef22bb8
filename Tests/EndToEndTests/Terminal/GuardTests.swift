import Testing

extension TerminalTests {
    @Suite("Guarding the room", .serialized)
    struct GuardTests {
        @Test(
            "K closes a device's connections and mutes it, u lets it speak again; the log says so"
        )
        func kick() async throws {
            let dashboard = try await LiveDashboard()
            let client = try StreamClient(to: dashboard.port)
            let sender = try dashboard.sender()

            try await client.send("anna:0\n")
            try await client.receive("Job received")
            try await dashboard.window.show("anna") { $0.from("Devices").contains("1 job ") }
            try await dashboard.window.press("K")
            try await client.waitForEnd()
            try await dashboard.window.show("the log's line") {
                $0.contains("anna was kicked out from the keyboard")
            }
            try sender.send("anna:0")
            let other = try await sender.deliver("bert:0")
            try await dashboard.window.press("N")
            try await dashboard.window.show(
                "Refused: 1 within the last minute",
                "127.0.0.1",
                "muted device"
            )
            try await dashboard.window.press("N")
            try await dashboard.window.press("u")
            try await dashboard.window.show("the log's next line") {
                $0.contains("anna may speak again")
            }
            let again = try await sender.deliver("anna:0")
            try await dashboard.window.press("q")
            let after = try await dashboard.shell()

            #expect(other == "bert:0" && again == "anna:0")
            #expect(after.contains("(1 muted device)"))
            #expect(after.contains("Nothing lost, nothing doubled: 3 produced"))
        }

        @Test("a screen that only looks does not pause")
        func readOnly() async throws {
            let dashboard = try await LiveDashboard("--read-only")
            try await dashboard.window.press(" ")
            try await dashboard.window.show("read-only: this screen looks", "RUNNING")
            try await dashboard.window.press("q")
            try await dashboard.window.show("press q again to end it for everybody")
            try await dashboard.window.press("q")
            let after = try await dashboard.shell()

            #expect(after.contains("Nothing lost"))
        }
    }
}
