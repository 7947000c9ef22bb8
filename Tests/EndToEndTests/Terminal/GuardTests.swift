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
            try await dashboard.window.show("Refused to 127.0.0.1", "muted device")
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

        @Test(
            "K on the page N ends a client that only takes and waits; u lets its address back"
        )
        func kickAddress() async throws {
            let dashboard = try await LiveDashboard("--producers 0 --consumers 0")
            let window = dashboard.window
            let taker = try StreamClient(to: dashboard.port)
            let idle = try StreamClient(to: dashboard.port)
            try await taker.send(#"{"type":"consumer","id":"1","wait":20}"#)
            let called = try dashboard.sender()
            try called.send(#"{"type":"consumer","id":"9","wait":20}"#)
            try await window.show("two takers that wait") {
                $0.contains(#/full +0 .*waiting .*A2/#)
            }

            try await window.press("N")
            try await window.show("its address") { $0.contains(#/>127\.0\.0\.1 +- - +2/#) }
            try await window.press("K")
            let last = try await taker.waitForEnd()
            try await idle.waitForEnd()
            let told = try await called.reply()
            let refused = try StreamClient(to: dashboard.port)
            try await refused.waitForEnd()
            try await window.show("MUTED", "muted address")
            try await window.press("N")
            try await window.show("nobody waits") {
                $0.contains(#/full +0 /#) && !$0.contains("waiting A")
            }
            try await window.press("N")
            try await window.show(">127.0.0.1")
            try await window.press("u")
            try await window.show("127.0.0.1 may send again")
            let producer = try StreamClient(to: dashboard.port)
            try await producer.send(#"{"type":"producer","id":"1","item":"X"}"#)
            try await producer.receive("success")
            let other = try StreamClient(to: dashboard.port)
            try await other.send(#"{"type":"consumer","id":"2"}"#)
            let taken = try await other.receive("success")
            try await window.press("N", "q")
            let after = try await dashboard.shell()

            #expect(last.isEmpty && taken.contains("X"), "\(last) \(taken)")
            #expect(told.contains("told to go"), "\(told)")
            #expect(after.contains("1 muted address"), "\(after)")
            #expect(after.contains("Nothing lost, nothing doubled: 1 produced = 1 consumed"))
        }

        @Test("K gives up the jobs that wait outside the buffer, and the sum at the end says so")
        func giveUp() async throws {
            let dashboard = try await LiveDashboard("--paused")
            let sender = try dashboard.sender()
            for _ in 0..<6 { try sender.send("anna:1") }
            // One of them may be in the producer's hand.
            try await dashboard.window.show("the jobs") {
                $0.contains(#/[56] received, not yet produced/#)
            }

            try await dashboard.window.press("K")
            try await dashboard.window.show("select a device")
            try await dashboard.window.press("K")
            try await dashboard.window.show("none of them") { $0.contains("was kicked out") }
            try await dashboard.window.show("none of them") { !$0.contains("not yet produced") }
            try await dashboard.window.press("q")
            let after = try await dashboard.shell()

            #expect(after.contains(#/Given up, kicked out: [56] waiting jobs/#), "\(after)")
            #expect(after.contains("0 done, 6 not run"))
            #expect(after.contains("Nothing lost, nothing doubled"))
        }

        @Test("K on the page N gives up what the address has sent under whatever names")
        func giveUpOfAddress() async throws {
            let dashboard = try await LiveDashboard("--paused")
            let window = dashboard.window
            let sender = try dashboard.sender()
            for name in ["anna", "bert", "carl"] {
                for _ in 0..<2 { try sender.send("\(name):1") }
            }
            try await window.show("the jobs") {
                $0.contains(#/[56] received, not yet produced/#)
            }
            let idle = try StreamClient(to: dashboard.port)

            try await window.press("N")
            try await window.show(">127.0.0.1")
            try await window.press("K")
            try await idle.waitForEnd()
            try await window.press("N")
            try await window.show("none of them") {
                $0.contains("was kicked out from") && !$0.contains("not yet produced")
            }
            try await window.press("q")
            let after = try await dashboard.shell()

            #expect(after.contains(#/Given up, kicked out: [56] waiting jobs/#), "\(after)")
            #expect(after.contains("0 done, 6 not run"))
            #expect(after.contains("Nothing lost, nothing doubled"))
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
