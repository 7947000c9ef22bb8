import Core
import Foundation
import Testing

extension HeadlessTests {
    /// socat, which nobody here wrote, is a member of the group.
    @Suite("Group events")
    struct GroupTests {
        private let group = "e-\(UUID().uuidString)"

        private func socat() async throws -> Child {
            let child = try Child(
                Tool.socat.required(),
                [
                    "-dd", "-u",
                    "UDP4-RECV:40669,bind=239.255.66.66,ip-add-membership=239.255.66.66:127.0.0.1,"
                        + "reuseaddr", "-",
                ]
            )
            try await Waiting.until("socat, listening", instead: child.story) {
                child.errorText.contains("starting data transfer loop") ? () : nil
            }
            return child
        }

        private func events(_ text: String) -> [GroupEvent] {
            // Without newlines one datagram follows the other; all begin with the mark.
            text.replacing("SBX1 ", with: "\nSBX1 ").split(separator: "\n")
                .compactMap { try? GroupEvent(Array($0.utf8)) }
                .filter { $0.group == group }
        }

        private func wait(
            for name: GroupEvent.Name,
            on member: Child
        ) async throws -> GroupEvent {
            try await Waiting.until("\(name)", instead: member.story) {
                events(member.text).last { $0.name == name }
            }
        }

        @Test("socat hears a server begin, fill up, get empty and end", .needs(.socat))
        func heard() async throws {
            let member = try await socat()
            let server = try await HeadlessServer(
                "--group lo --group-name \(group) --producers 0 --consumers 0 --capacity 2"
            )
            let client = try CallClient(to: server.port)

            let first = try await wait(for: .heartbeat, on: member)
            for number in 1...2 { _ = try await client.call(CallClient.job("\(number)")) }
            let full = try await wait(for: .full, on: member)
            for _ in 1...2 { _ = try await client.call(.take(waitMilliseconds: 0)) }
            let empty = try await wait(for: .empty, on: member)
            let summary = try await server.terminate()
            let last = try await wait(for: .shutdown, on: member)

            #expect(first["at"] == "127.0.0.1:\(server.port)")
            #expect(first.sender == "127.0.0.1:\(server.port)" && first.sequence == 1)
            #expect(full["depth"] == "2" && full["capacity"] == "2")
            #expect(empty["taken"] == "2")
            #expect(Set(events(member.text).map(\.epoch)).count == 1)
            #expect(last.sequence == UInt64(events(member.text).count))
            #expect(summary.end == .exited(0))
        }

        @Test("a deadlock is told to the group", .needs(.socat))
        func stuck() async throws {
            let member = try await socat()
            let server = try await HeadlessServer(
                "--group 127.0.0.1 --group-name \(group) --program swapped-waits --capacity 1"
            )
            let sender = try Sender(to: server.port)
            for number in 1...4 { try sender.send("d:0.\(number)") }

            let stuck = try await wait(for: .stuck, on: member)

            #expect(stuck["capacity"] == "1")
            _ = try await server.terminate()
        }

        @Test("with a token the group's events are signed, and strangers' are refused")
        func signed() async throws {
            let text = "the-token-of-this-test"
            let file = try ScratchFile(text)
            let token = try Token(Array(text.utf8))
            let listener = try GroupListener(
                group: group,
                on: .named("lo"),
                token: token,
                clock: SystemClock(),
                milliseconds: Seals.wallClock
            )
            let strange = GroupEvent(
                group: group,
                sender: "s",
                epoch: 1,
                sequence: 1,
                name: .full
            )
            let socket = try MulticastSocket(
                GroupListener.address,
                on: .named("lo"),
                as: .sender,
                timeToLive: 0
            )

            try socket.send(strange.line(signedWith: nil, at: 0))
            let server = try await HeadlessServer(
                "--group lo --group-name \(group) --token-file \(file.path)"
            )
            try await Waiting.until("the server in the group") {
                _ = try listener.listen(atMost: .milliseconds(1))
                return listener.members.here.isEmpty ? nil : ()
            }

            #expect(listener.members.all.map(\.sender) == ["127.0.0.1:\(server.port)"])
            #expect(listener.refused(.notSigned) >= 1)
            _ = try await server.terminate()
        }

        @Test("a list of the group's servers that nobody reads any more ends by itself")
        func unread() async throws {
            let child = try Child(
                .signalbox,
                "watch",
                "--headless",
                "--group",
                "lo",
                "--group-name",
                group
            )
            let server = try await HeadlessServer("--group lo --group-name \(group)")
            try await child.waitForOutput("127.0.0.1:\(server.port) is there\n")

            child.closeOutput()

            #expect(try await child.waitForEnd() == .exited(0))
            _ = try await server.terminate()
        }

        @Test("an interface that cannot be used ends with 2 and a sentence")
        func refused() async throws {
            let child = try Child(.signalbox, "serve", "127.0.0.1", "0", "--group", "nowhere0")

            let end = try await child.waitForEnd()

            #expect(end == .exited(2))
            #expect(child.errorText.contains("no interface 'nowhere0'"), "\(child.errorText)")
        }
    }
}
