import Foundation
import Glibc
import Testing

extension TerminalTests {
    @Suite("Watchers", .serialized)
    struct WatchTests {
        private static func watch(_ port: UInt16) async throws -> TerminalWindow {
            let window = try await TerminalWindow()
            let program = BuiltProgram.signalbox.path
            try await window.enter("'\(program)' watch 127.0.0.1 \(port)")
            try await window.show("watching 127.0.0.1:\(port)")
            return window
        }

        @Test("two screens elsewhere show what the server shows, and change nothing")
        func follow() async throws {
            let dashboard = try await LiveDashboard("--paused")
            let windows = [
                try await Self.watch(dashboard.port), try await Self.watch(dashboard.port),
            ]

            let sender = try dashboard.sender()
            try sender.send("lamp:2.5")
            try await dashboard.window.show("2 watch", "1 received, not yet produced")
            for window in windows {
                try await window.show("PAUSED")
                try await window.press("Space", "n")
                try await window.show("read-only")
            }
            for _ in 0..<12 { try await dashboard.window.press("n") }
            let own = try await dashboard.window.showAtRest("finished job 1")
            for window in windows {
                let text = try await window.show("the same programs") {
                    $0.from("┌ Program").prefix(500) == own.from("┌ Program").prefix(500)
                }
                #expect(text.contains("PAUSED"))
            }
            try await dashboard.window.press("W")
            try await dashboard.window.show("two watchers") {
                $0.contains("┌ Watchers") && $0.matches(of: #/127\.0\.0\.1 /#).count >= 2
            }

            for window in windows {
                try await window.press("q")
                try await window.showPrompt()
                try await window.expectRestored()
            }
        }

        @Test("a server that is killed is said to be lost, and one that comes back is found")
        func lostAndBack() async throws {
            let server = try await HeadlessServer("--log-format none")
            let windows = [try await Self.watch(server.port), try await Self.watch(server.port)]
            for window in windows { try await window.show("RUNNING") }

            server.child.send(SIGKILL)
            _ = try await server.child.waitForEnd()
            for window in windows { try await window.show("LOST") }
            let again = try Child(
                BuiltProgram.signalbox.path,
                ["serve", "127.0.0.1", "\(server.port)", "--headless", "--log-format", "none"]
            )
            _ = try await again.waitForOutput("\n")
            for window in windows { try await window.show("RUNNING") }

            let sender = try Sender(to: server.port)
            try sender.send("back:0.1")
            for window in windows {
                try await window.show("back")
                try await window.press("C-c")
                try await window.showPrompt()
                try await window.expectRestored()
            }
        }

        @Test("a group's servers are listed, and one is followed and left again")
        func group() async throws {
            let name = "watch\(UInt32.random(in: .min ... .max))"
            let server = try await HeadlessServer("--group lo --group-name \(name)")
            let window = try await TerminalWindow()
            let program = BuiltProgram.signalbox.path
            try await window.enter("'\(program)' watch --group lo --group-name \(name)")

            try await window.show("127.0.0.1:\(server.port)")
            try await window.press("Enter")
            try await window.show("watching 127.0.0.1:\(server.port)")
            try await window.show("RUNNING")
            try await window.press("Escape")
            try await window.show("1 server")
            _ = try await server.terminate()
            try await window.show("ended")

            try await window.press("q")
            try await window.showPrompt()
            try await window.expectRestored()
        }

        @Test("without a screen it prints the server's log, and where nobody serves it says so")
        func headless() async throws {
            let server = try await HeadlessServer("--log-format none")
            let watcher = try Child(
                BuiltProgram.signalbox.path,
                ["watch", "127.0.0.1:\(server.port)", "--headless"]
            )
            _ = try await watcher.waitForOutput("watching 127.0.0.1:\(server.port)\n")

            let sender = try Sender(to: server.port)
            try sender.send("lamp:0.1")
            let text = try await watcher.waitForOutput("finished job 1 (device lamp, 0.1 s)")
            #expect(text.contains("P1 inserted job 1 (device lamp, 0.1 s) into slot 0"))
            _ = try await server.terminate()
            _ = try await watcher.waitForOutput("127.0.0.1:\(server.port) has ended\n")

            watcher.send(SIGTERM)
            #expect(try await watcher.waitForEnd() == .exited(0))
            #expect(watcher.text.contains("stopping"))
        }
    }
}
