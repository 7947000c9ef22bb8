/// Decides what a server tells its group, and when: a value that looks at the buffer now and then.
///
/// Only what has changed between two looks is told, and never more than two events a second; a
/// buffer that is full and empty a thousand times a second costs as much as one that stands still.
package struct GroupSender: Sendable {
    /// What is looked at.
    package struct Condition: Equatable, Sendable {
        package var counts: BufferCounts
        /// Nobody in the engine can go on.
        package var isStuck: Bool

        package init(_ counts: BufferCounts, isStuck: Bool) {
            self.counts = counts
            self.isStuck = isStuck
        }

        /// What is worth an event; `nil` in between.
        fileprivate var name: GroupEvent.Name? {
            if isStuck { return .stuck }
            if counts.depth >= counts.capacity { return counts.capacity > 0 ? .full : nil }
            return counts.depth == 0 ? .empty : nil
        }
    }

    /// The shortest time between two events.
    package static let pause = Microseconds(500_000)

    private let group: String
    private let sender: String
    private let epoch: UInt64
    private let fields: [GroupEvent.Field]
    private var sequence: UInt64 = 0
    private var lastSent: Microseconds?
    private var lastHeartbeat: Microseconds?
    /// What was told last, and is still so.
    private var told: GroupEvent.Name?
    private var isOver = false

    /// - Parameters:
    ///   - group: The group's name.
    ///   - sender: A name that no other server has, such as its address and port.
    ///   - epoch: When the server began; a later start has a larger one.
    ///   - fields: What every heartbeat tells beside the counts.
    package init(group: String, sender: String, epoch: UInt64, fields: [GroupEvent.Field]) {
        self.group = group
        self.sender = sender
        self.epoch = epoch
        self.fields = fields
    }

    /// Looks at the buffer.
    ///
    /// - Parameters:
    ///   - condition: The buffer now.
    ///   - now: Not before that of the last look.
    /// - Returns: What to send now.
    package mutating func look(at condition: Condition, _ now: Microseconds) -> GroupEvent? {
        if isOver { return nil }
        if let lastSent, now - lastSent < Self.pause { return nil }
        let name = condition.name
        if name != told {
            told = name
            // Nothing has happened yet when the first look finds an empty buffer.
            if let name, lastSent != nil || name != .empty {
                return event(name, Self.fields(of: condition.counts), at: now)
            }
        }
        if let lastHeartbeat, now - lastHeartbeat < GroupMembers.heartbeat { return nil }
        lastHeartbeat = now
        return event(.heartbeat, fields + Self.fields(of: condition.counts), at: now)
    }

    /// The last event of all.
    package mutating func end(at now: Microseconds) -> GroupEvent {
        isOver = true
        return event(.shutdown, [], at: now)
    }

    private mutating func event(
        _ name: GroupEvent.Name,
        _ fields: [GroupEvent.Field],
        at now: Microseconds
    ) -> GroupEvent {
        sequence += 1
        lastSent = now
        return GroupEvent(
            group: group,
            sender: sender,
            epoch: epoch,
            sequence: sequence,
            name: name,
            fields: fields
        )
    }

    private static func fields(of counts: BufferCounts) -> [GroupEvent.Field] {
        [
            GroupEvent.Field("depth", "\(counts.depth)"),
            GroupEvent.Field("capacity", "\(counts.capacity)"),
            GroupEvent.Field("put", "\(counts.produced)"),
            GroupEvent.Field("taken", "\(counts.consumed)"),
            GroupEvent.Field("waiting_put", "\(counts.waitingPut)"),
            GroupEvent.Field("waiting_take", "\(counts.waitingTake)"),
        ]
    }
}
