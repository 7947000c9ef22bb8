import Core
import TerminalUI
import Testing

@testable import Dashboard

@Suite("The servers of a group", .timeLimit(.minutes(5)))
struct GroupScreenTests {
    private static func event(
        _ sender: String,
        _ name: GroupEvent.Name,
        epoch: UInt64 = 1,
        sequence: UInt64,
        depth: Int = 3
    ) -> GroupEvent {
        GroupEvent(
            group: "default",
            sender: sender,
            epoch: epoch,
            sequence: sequence,
            name: name,
            fields: [
                .init("at", "127.0.0.1:700\(sender)"), .init("depth", "\(depth)"),
                .init("capacity", "6"), .init("put", "120"), .init("taken", "117"),
            ]
        )
    }

    private static func screen(width: Int = 80, height: Int = 24) throws -> GroupScreen {
        var members = GroupMembers(group: "default", isSigned: false)
        _ = try members.receive(event("1", .heartbeat, sequence: 1), at: .zero)
        _ = try members.receive(event("1", .full, sequence: 5, depth: 6), at: .seconds(1))
        _ = try members.receive(event("2", .heartbeat, sequence: 1), at: .zero)
        _ = try members.receive(event("2", .heartbeat, epoch: 2, sequence: 1), at: .seconds(1))
        _ = try members.receive(event("3", .heartbeat, sequence: 1), at: .zero)
        _ = try members.receive(event("3", .shutdown, sequence: 2), at: .seconds(1))
        var screen = GroupScreen(
            source: "group default on lo",
            interface: "lo",
            size: (width, height)
        )
        screen.show(members.all, at: .seconds(9))
        return screen
    }

    @Test("each has its buffer, its counts, what happened last, and what went wrong")
    func list() throws {
        let lines = try Self.screen(width: 100).draw().text.split(separator: "\n").map(String.init)

        #expect(lines[0].contains("group default on lo  2 servers"))
        #expect(lines[2].contains(#/127\.0\.0\.1:7001 +█{8} +6\/6 +120 +117 +FULL +silent 8 s, 3/#))
        #expect(lines[3].contains(#/127\.0\.0\.1:7002 +█{4}░{4} +3\/6 .*HEARTBEAT .*restarted 1/#))
        #expect(lines[4].contains(#/SHUTDOWN +ended/#))
    }

    @Test("servers of another group are said where there is none of this one")
    func hints() {
        var members = GroupMembers(group: "lecture", isSigned: false)
        #expect(throws: GroupRefusal.otherGroup) {
            try members.receive(Self.event("1", .heartbeat, sequence: 1), at: .zero)
        }
        #expect(members.otherGroups.map(\.name) == ["default"])
        #expect(members.otherGroups.map(\.servers) == [1])
        var screen = GroupScreen(source: "group lecture", interface: "lo", size: (80, 24))
        screen.hints = ["one server of the group default was heard: --group-name default"]

        #expect(screen.draw().text.contains("heard: --group-name default"))
    }

    @Test("keys select and follow", arguments: [(80, 24), (20, 5)])
    func keys(size: (Int, Int)) throws {
        var screen = try Self.screen(width: size.0, height: size.1)

        #expect(screen.press(.up) == .nothing)
        #expect(screen.press(.enter) == .watch("127.0.0.1:7001"))
        #expect(screen.press(.down) == .nothing)
        #expect(screen.press(.enter) == .watch("127.0.0.1:7002"))
        #expect(screen.press(.character("x")) == .nothing)
        #expect(screen.press(.character("q")) == .quit)
        #expect(screen.draw().text.contains("7002") || size.0 < 80)
    }

    @Test("where nobody is heard it says what to try", arguments: [(80, 24), (20, 5), (1, 1)])
    func nobody(size: (Int, Int)) {
        var screen = GroupScreen(source: "group default on lo", interface: "lo", size: size)

        let text = screen.draw().text

        #expect(screen.press(.enter) == .nothing)
        #expect(screen.notice == "there is no server to follow yet")
        guard size.0 == 80 else { return }
        #expect(text.contains("serve --group lo"))
        #expect(text.contains("0 servers"))
    }
}
