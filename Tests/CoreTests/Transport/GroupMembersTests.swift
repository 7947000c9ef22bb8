import Testing

@testable import Core

@Suite("Who is in a group", .timeLimit(.minutes(5)))
struct GroupMembersTests {
    private var members = GroupMembers(group: "g", isSigned: false)

    private static func event(
        _ sequence: UInt64,
        epoch: UInt64 = 10,
        _ name: GroupEvent.Name = .heartbeat,
        from sender: String = "s",
        group: String = "g"
    ) -> GroupEvent {
        GroupEvent(group: group, sender: sender, epoch: epoch, sequence: sequence, name: name)
    }

    private mutating func receive(
        _ event: GroupEvent,
        at seconds: Double = 0
    ) throws -> [GroupMembers.Change] {
        try members.receive(event, at: .seconds(seconds))
    }

    @Test("whoever is heard is a member, and nobody needs to be heard from the beginning")
    mutating func joins() throws {
        #expect(try receive(Self.event(1000)) == [.joined(sender: "s")])
        #expect(try receive(Self.event(1001)) == [])
        #expect(members["s"]?.lost == 0)
        #expect(members["s"]?.heartbeat?.sequence == 1001)
    }

    @Test("a gap in the sequence is counted as lost events")
    mutating func lost() throws {
        _ = try receive(Self.event(1))

        #expect(try receive(Self.event(4)) == [.lost(sender: "s", events: 2)])
        #expect(members["s"]?.lost == 2 && members["s"]?.gaps == 1)
    }

    @Test("a jump of the sequence by 2^32, or to the end of all numbers, is one gap")
    mutating func jump() throws {
        _ = try receive(Self.event(1))

        _ = try receive(Self.event(1 + 1 << 32))
        #expect(members["s"]?.gaps == 1)
        _ = try receive(Self.event(.max))
        _ = try receive(Self.event(1, epoch: 11))
        _ = try receive(Self.event(.max, epoch: 11))

        #expect(members["s"]?.gaps == 3)
        #expect(members["s"]?.lost == .max)
    }

    @Test("a replayed or overtaken event is refused, and so is one of an old epoch")
    mutating func refused() throws {
        _ = try receive(Self.event(5))

        #expect(throws: GroupRefusal.replayed) { try receive(Self.event(5)) }
        #expect(throws: GroupRefusal.replayed) { try receive(Self.event(4)) }
        #expect(throws: GroupRefusal.oldEpoch) { try receive(Self.event(6, epoch: 9)) }
        #expect(throws: GroupRefusal.otherGroup) { try receive(Self.event(6, group: "h")) }
        #expect(members["s"]?.last.sequence == 5)
    }

    @Test("a higher epoch is a restart, with a sequence of its own")
    mutating func restart() throws {
        _ = try receive(Self.event(900))

        #expect(try receive(Self.event(1, epoch: 11)) == [.restarted(sender: "s")])
        #expect(members["s"]?.restarts == 1 && members["s"]?.lost == 0)
    }

    @Test("without signatures, what one stranger said hides a server only while it is heard")
    mutating func hidden() throws {
        _ = try receive(Self.event(5), at: 0)
        _ = try receive(Self.event(.max, epoch: 99, .shutdown), at: 1)

        #expect(throws: GroupRefusal.oldEpoch) { try receive(Self.event(6), at: 5) }
        #expect(try receive(Self.event(9), at: 16) == [.returned(sender: "s")])
        #expect(try receive(Self.event(10), at: 21) == [])
        #expect(members.here.count == 1 && members["s"]?.last.epoch == 10)
    }

    @Test("with signatures, nothing old is believed after a silence")
    mutating func signed() throws {
        members = GroupMembers(group: "g", isSigned: true)
        _ = try receive(Self.event(5), at: 0)

        #expect(throws: GroupRefusal.replayed) { try receive(Self.event(4), at: 60) }
        #expect(throws: GroupRefusal.oldEpoch) { try receive(Self.event(6, epoch: 9), at: 60) }
    }

    @Test("after three missed heartbeats a sender is gone, and returns when it is heard")
    mutating func gone() throws {
        _ = try receive(Self.event(1), at: 0)

        #expect(members.tick(at: .seconds(14.9)) == [])
        #expect(members.tick(at: .seconds(15)) == [.gone(sender: "s")])
        #expect(members.tick(at: .seconds(16)) == [])
        #expect(members.here.isEmpty && members.all.count == 1)
        #expect(try receive(Self.event(2), at: 17) == [.returned(sender: "s")])
        #expect(members.here.count == 1)
    }

    @Test("whoever says that it ends has left, and is not gone later")
    mutating func left() throws {
        _ = try receive(Self.event(1))

        #expect(try receive(Self.event(2, .shutdown)) == [.left(sender: "s")])
        #expect(members.tick(at: .seconds(60)) == [])
        #expect(members["s"]?.state == .left)
        #expect(
            try receive(Self.event(1, epoch: 12)) == [.restarted(sender: "s")]
        )
        #expect(members["s"]?.state == .here)
    }

    @Test("senders that strangers make up are limited, and those who are gone make room")
    mutating func limit() throws {
        for number in 0..<GroupMembers.most {
            _ = try receive(Self.event(1, from: "s\(number)"), at: Double(number) / 1000)
        }

        #expect(throws: GroupRefusal.tooManyMembers) {
            try receive(Self.event(1, from: "new"), at: 1)
        }
        _ = members.tick(at: .seconds(20))
        #expect(try receive(Self.event(1, from: "new"), at: 20) == [.joined(sender: "new")])
        #expect(members.all.count == GroupMembers.most && members["s0"] == nil)
    }

    @Test("random events never lose count: what came, what is lost and what is refused add up")
    mutating func random() throws {
        let seed = UInt64.random(in: 0...999_999)
        var numbers = RandomNumbers(seed: seed)
        var sent: UInt64 = 0
        var came: UInt64 = 0
        var doubled: UInt64 = 0
        for _ in 0..<2000 {
            sent += 1
            switch Int.random(in: 0..<10, using: &numbers) {
            case 0 where sent > 1: continue
            case 1:
                _ = try receive(Self.event(sent))
                came += 1
                #expect(throws: GroupRefusal.replayed) { try receive(Self.event(sent)) }
                doubled += 1
            default:
                _ = try receive(Self.event(sent))
                came += 1
            }
        }
        let last = try #require(members["s"]?.last.sequence, "seed \(seed)")

        #expect(came + (members["s"]?.lost ?? 0) == last, "seed \(seed), \(doubled) doubled")
    }
}
