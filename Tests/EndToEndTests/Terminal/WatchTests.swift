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

        @Test("M lists the server's mailboxes, enter shows another one, as --mailbox does")
        func mailboxes() async throws {
            let server = try await HeadlessServer("--log-format none --mailbox left:2")
            let window = try await Self.watch(server.port)
            let put = try StreamClient(to: server.port)
            try await put.send(#"{"type":"producer","id":"7","item":"X","mailbox":"left"}"#)

            try await window.press("M")
            let list = try await window.show("the job in its mailbox") {
                $0.contains(#/left +1/2 /#)
            }
            try await window.press("j", "Enter")
            let left = try await window.show("mailbox left") { $0.contains("Buffer 1/2") }
            try await window.press("W")
            try await window.show("only the server's own screen shows that")
            try await window.press("q")
            try await window.showPrompt()
            try await window.expectRestored()

            #expect(list.contains("Messages reach default by"), "\(list)")
            #expect(left.contains("watching 127.0.0.1:\(server.port)"), "\(left)")
        }

        @Test("an unknown mailbox ends the watcher with the names that there are")
        func unknownMailbox() async throws {
            let server = try await HeadlessServer("--log-format none --mailbox left:2")
            let sentence = "there is no mailbox of this name; there are default, left"
            let window = try await TerminalWindow()
            let program = BuiltProgram.signalbox.path
            let words = "watch 127.0.0.1 \(server.port) --mailbox"

            let headless = try Child(
                program,
                words.split(separator: " ").map(String.init) + ["middle", "--headless"]
            )
            try await window.enter("'\(program)' \(words) middle; echo status $?")
            try await window.show("status 1")
            let text = try await window.show("there are default, left")

            #expect(try await headless.waitForEnd() == .exited(1))
            #expect(headless.errorText == "127.0.0.1:\(server.port): \(sentence)\n")
            #expect(text.contains("there is no mailbox"), "\(text)")
            try await window.expectRestored()
        }

        @Test("two mailboxes are watched at once, each with its own events")
        func severalMailboxes() async throws {
            let server = try await HeadlessServer("--log-format none --mailbox left:2")
            let words = ["watch", "127.0.0.1:\(server.port)", "--headless"]
            let standard = try Child(BuiltProgram.signalbox.path, words)
            let left = try Child(BuiltProgram.signalbox.path, words + ["--mailbox", "left"])
            _ = try await standard.waitForOutput("watching 127.0.0.1:\(server.port)\n")
            _ = try await left.waitForOutput("watching 127.0.0.1:\(server.port), mailbox left\n")

            let put = try StreamClient(to: server.port)
            try await put.send(#"{"type":"producer","id":"7","item":"X","mailbox":"left"}"#)
            let sender = try Sender(to: server.port)
            try sender.send("lamp:0.1")
            let told = try await left.waitForOutput("inserted job 1 (device 7")
            let other = try await standard.waitForOutput("finished job 1 (device lamp, 0.1 s)")

            #expect(!told.contains("lamp") && !other.contains("device 7"))
            _ = try await server.terminate()
            _ = try await left.waitForOutput("127.0.0.1:\(server.port) has ended\n")
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
