import Core
import Foundation
import Testing

extension TerminalTests {
    @Suite("Mailboxes in a terminal", .serialized)
    struct MailboxScreenTests {
        @Test("M lists them, enter shows another one with its clients, and M leads back")
        func switching() async throws {
            let dashboard = try await LiveDashboard("--mailbox left:2 --consumers 0")
            let window = dashboard.window
            let taker = try StreamClient(to: dashboard.port)
            try await taker.send(#"{"type":"consumer","id":"9","mailbox":"left","wait":20}"#)

            try await window.press("M")
            try await window.show("one who waits") {
                $0.contains(#/left +0/2 +2 +0 +0 +0 +1 take/#)
                    && $0.contains("Messages reach default by")
                    && $0.contains("\(dashboard.port)")
            }
            try await window.press("j", "Enter")
            try await window.show("mailbox left", "Buffer 0/2", "consumer 9")
            _ = try await dashboard.sender().deliver("7:3")
            let put = try StreamClient(to: dashboard.port)
            try await put.send(#"{"type":"producer","id":"1","item":"X","mailbox":"left"}"#)
            let taken = try await taker.waitForEnd()
            try await window.show("removed job 1", "Buffer 0/2")
            try await window.press("M", "k", "Enter")
            try await window.show("the default mailbox") {
                $0.contains("mailbox default") && $0.contains("Buffer 1/15")
                    && !$0.contains("consumer 9")
            }

            #expect(taken.contains(#""item":"X""#))
        }

        @Test("keys move the mailbox that is shown and no other")
        func keys() async throws {
            let dashboard = try await LiveDashboard("--mailbox left:2")
            let window = dashboard.window
            try await window.press("M", "j", "Enter")
            try await window.show("mailbox left")

            try await window.press("Space")
            try await window.show("PAUSED")
            let put = try StreamClient(to: dashboard.port)
            try await put.send(#"{"type":"producer","id":"1","item":"X","mailbox":"left"}"#)
            try await window.show("the agent") { $0.contains(#/ A1 /#) }
            let echo = try await dashboard.sender().deliver("3:0")
            for _ in 0..<8 { try await window.press("n") }
            try await window.show("inserted job 1", "mailbox left")
            try await window.press("Space", "M")
            try await window.show("the list") { $0.contains(#/>left\* +1/2 +1 +1 +1 +0 +-/#) }
            try await window.press("q")
            let end = try await dashboard.shell()

            #expect(echo == "3:0", "the default mailbox runs on")
            #expect(end.contains("Mailbox left: 1 put, 0 taken, 1 left"), "\(end)")
        }

        @Test("the log in the file has what the keyboard did to the network from another mailbox")
        func log() async throws {
            let folder = try ScratchFolder()
            let log = folder.path + "/log"
            let dashboard = try await LiveDashboard("--mailbox left:2 --log \(log)")
            let window = dashboard.window
            try await window.press("M", "j", "Enter")
            try await window.show("mailbox left")

            try await window.press("d")
            try await window.show("will be dropped")
            try dashboard.sender().send("lost:1")
            try await window.show("on purpose")
            try await window.press("q")
            _ = try await dashboard.shell()

            let text = try String(contentsOfFile: log, encoding: .utf8)
            #expect(text.contains("on purpose"), "\(text)")
        }
    }
}
