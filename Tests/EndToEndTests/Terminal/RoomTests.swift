import Core
import Testing

extension TerminalTests {
    @Suite("For the room", .serialized)
    struct RoomTests {
        @Test("z gives a pane the whole screen, tab goes on to the next, escape goes back")
        func zoom() async throws {
            let dashboard = try await LiveDashboard("--capacity 5 --consumers 0")
            let window = dashboard.window
            _ = try await dashboard.sender().deliver("7:3")

            try await window.press("z")
            try await window.show("only the devices") {
                $0.contains("z back") && $0.contains("┌ Devices by CPU time ─")
                    && !$0.contains("┌ Threads")
            }
            try await window.press("BTab", "BTab")
            try await window.show("the job in its slot") {
                $0.contains("┌ 4 ─") && ($0.contains("│  ▸7:3  │") || $0.contains("│ ▸7:3  │"))
            }
            try await window.press("Escape")
            try await window.show("┌ Semaphores", "┌ Buffer 1/5")
        }

        @Test("P shows large figures, in which keys go on working", arguments: [24, 50])
        func present(height: Int) async throws {
            let dashboard = try await LiveDashboard(
                "--consumers 0",
                width: height == 24 ? 80 : 140,
                height: height
            )
            let window = dashboard.window

            try await window.press("P")
            try await window.show("P back", "in hand", height == 24 ? "██████" : "████████")
            try await window.press("Space")
            try await window.show("PAUSED")
            try await window.press("Space", "+")
            try await window.show("rate ×2.0")
            try await window.press("P")
            try await window.show("┌ Semaphores")
        }

        @Test("/ narrows devices and log, keys are text meanwhile, and escape shows all again")
        func filter() async throws {
            let dashboard = try await LiveDashboard("--rate max")
            let window = dashboard.window
            for text in ["anna:1", "bert:2", "Annabel:3"] {
                _ = try await dashboard.sender().deliver(text)
            }
            try await window.show("finished job 3")

            try await window.press("/", "A", "n", "n", "q", "BSpace")
            try await window.show("two devices") { screen in
                ["Devices, /Ann: 2 match", " /Ann█", "Log, /Ann: "]
                    .allSatisfy { screen.contains($0) } && !screen.contains("bert")
            }
            try await window.press("Enter", "f")
            try await window.show("FROZEN", "Devices, /Ann: 2 match")
            try await window.press("Escape")
            try await window.show("Devices by CPU time", "bert")
        }

        @Test("d drops the next datagram, D doubles it, and the books are exact")
        func datagrams() async throws {
            let dashboard = try await LiveDashboard("--rate max")
            let window = dashboard.window
            let sender = try dashboard.sender()

            try await window.press("d")
            try await window.show("drops the next datagram")
            try sender.send("3:5")
            try await window.show("dropped 3:5 from 127.0.0.1:")
            _ = try await sender.deliver("4:5")
            try await window.press("D")
            try await window.show("doubles the next datagram")
            _ = try await sender.deliver("6:5")
            try await window.show("doubled 6:5 from 127.0.0.1:")
            try await window.show("10 s of 2 jobs") {
                $0.contains(#/ 6 +10 s .* 2 jobs/#) && $0.contains(#/ 4 +5 s .* 1 job /#)
                    && $0.contains("1 dropped on purpose, 1 double")
            }
            try await window.press("q")
            let end = try await dashboard.shell()

            #expect(end.contains("Datagrams: 3 received, 3 jobs, 0 refused"))
            #expect(end.contains("On purpose: 1 datagram dropped, 1 doubled"))
            #expect(end.contains("Nothing lost, nothing doubled: 3 produced = 3 consumed + 0 held"))
        }

        @Test("a doubled remote call is executed once: the history answers the copy")
        func doubledCall() async throws {
            let dashboard = try await LiveDashboard("--rate max")
            let sender = try dashboard.sender()
            let job = RemoteJob(device: "3", seconds: 5, body: [])
            let call = RemoteRequest.submit(RemoteSubmit(job, waitMilliseconds: 0))

            try await dashboard.window.press("D")
            try await dashboard.window.show("doubles the next datagram")
            try sender.send(call.message(xid: 77))
            let replies = try await [firstReply(sender), firstReply(sender)]
            try await dashboard.window.show("the deed, and the job's end") {
                $0.contains("doubled a remote call from 127.0.0.1:")
                    && $0.contains(#/ 3 +5 s .* 1 job /#)
            }
            try await dashboard.window.press("q")
            let end = try await dashboard.shell()

            #expect(replies[0] == replies[1])
            #expect(end.contains("Datagrams: 1 received, 0 jobs, 0 refused"))
            #expect(end.contains("1 produced = 1 consumed + 0 held"))
        }

        private func firstReply(_ sender: Sender) async throws -> [UInt8] {
            try await Waiting.until("a reply") { try sender.takeReplyBytes() }
        }

        @Test(
            "--theme changes the colours, and NO_COLOR wins",
            arguments: [
                ("default", [:], true), ("high-contrast", [:], true), ("monochrome", [:], false),
                ("colour-blind", [:], true), ("colour-blind", ["NO_COLOR": "1"], false),
            ] as [(String, [String: String], Bool)]
        )
        func themes(name: String, variables: [String: String], hasColours: Bool) async throws {
            let dashboard = try await LiveDashboard("--theme \(name)", changing: variables)

            try await dashboard.window.showAtRest("q quit")
            #expect(try await dashboard.window.colours() == hasColours)
        }

        @Test("a config file sets what the command line does not")
        func config() async throws {
            let file = try ScratchFile("capacity = 3\nproducers = 2\ntheme = monochrome\n")
            let dashboard = try await LiveDashboard(
                "--producers 4",
                changing: ["SIGNALBOX_CONFIG": file.path]
            )

            try await dashboard.window.show("Buffer 0/3", "4P 1C", "q quit")
            #expect(try await dashboard.window.colours() == false)
        }
    }
}
