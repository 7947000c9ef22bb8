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
            let list = try await window.show("one who waits") {
                $0.contains(#/left +0/2 +2 +0 +0 +0 +1 take/#)
            }
            try await window.press("j", "Enter")
            let left = try await window.show("mailbox left")
            _ = try await dashboard.sender().deliver("7:3")
            let put = try StreamClient(to: dashboard.port)
            try await put.send(#"{"type":"producer","id":"1","item":"X","mailbox":"left"}"#)
            let taken = try await taker.waitForEnd()
            let told = try await window.show("removed job 1")
            try await window.press("M", "k", "Enter")
            let back = try await window.show("mailbox default")

            #expect(list.contains("Messages reach default by"))
            #expect(list.contains("\(dashboard.port)"))
            #expect(left.contains("Buffer 0/2") && left.contains("consumer 9"), "\(left)")
            #expect(taken.contains(#""item":"X""#))
            #expect(told.contains("Buffer 0/2"))
            #expect(back.contains("Buffer 1/15") && !back.contains("consumer 9"), "\(back)")
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
            let done = try await window.show("inserted job 1")
            try await window.press("Space", "M")
            let list = try await window.show("left*")
            try await window.press("q")
            let end = try await dashboard.shell()

            #expect(echo == "3:0", "the default mailbox runs on")
            #expect(done.contains("mailbox left"))
            #expect(list.contains(#/>left\* +1/2 +1 +1 +1 +0 +-/#), "\(list)")
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
