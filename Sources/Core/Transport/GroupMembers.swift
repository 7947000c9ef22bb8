/// Why a datagram to the group changes nothing; the raw value is what people read.
package enum GroupRefusal: String, Error, CaseIterable, Sendable {
    case malformed = "malformed"
    case notSigned = "not signed"
    case wrongCode = "wrong mac"
    /// Signed once, but not now.
    case tooFarAway = "sent at another time"
    /// Whoever begins tomorrow would hide those who began today.
    case futureEpoch = "epoch in the future"
    case otherGroup = "of another group"
    /// The epoch is over.
    case oldEpoch = "old epoch"
    /// Heard already, or later than one that came after it.
    case replayed = "replayed"
    case tooManyMembers = "too many members"
}

/// Who is in a group, as far as its events tell: a value that events and the passing of time change.
///
/// Nobody joins or leaves; whoever is heard is a member, and whoever is silent for three heartbeats
/// is gone. Cost: one look into a table for each event.
package struct GroupMembers: Sendable {
    /// A sender, as it was last heard.
    package struct Member: Equatable, Sendable {
        package enum State: Equatable, Sendable {
            case here
            /// It said that it ends.
            case left
            /// Three heartbeats were missed.
            case gone
        }

        package let sender: String
        package fileprivate(set) var state = State.here
        /// The newest event.
        package fileprivate(set) var last: GroupEvent
        /// The newest heartbeat, which says where the sender serves and how full it is.
        package fileprivate(set) var heartbeat: GroupEvent?
        package fileprivate(set) var lastHeard: Microseconds
        /// Events that never came.
        package fileprivate(set) var lost: UInt64 = 0
        /// How often some were missing.
        package fileprivate(set) var gaps: UInt64 = 0
        package fileprivate(set) var restarts: UInt64 = 0
    }

    /// What an event, or time, has changed.
    package enum Change: Equatable, Sendable {
        case joined(sender: String)
        /// It began anew: a higher epoch.
        case restarted(sender: String)
        /// So many events before this one never came.
        case lost(sender: String, events: UInt64)
        /// It is heard again, after it was gone.
        case returned(sender: String)
        case left(sender: String)
        case gone(sender: String)
    }

    /// How often a member is heard at least.
    package static let heartbeat = Microseconds(5_000_000)
    /// After so long without a word it is gone.
    package static let silence = heartbeat * 3
    /// Strangers can make senders up, so there is a limit; who is gone makes room.
    package static let most = 256

    package let group: String
    /// Where events are not signed, anybody may have sent the newest one: it keeps older ones out only
    /// until its sender is silent, or a single one could hide a server for ever.
    private let isSigned: Bool
    private var members: [String: Member] = [:]
    /// Who was heard in other groups on the same interface, by the group's name.
    private var strangers: [String: Set<String>] = [:]
    /// Of so many other groups so many senders each are counted.
    private static let mostStrangers = 16

    /// - Parameters:
    ///   - group: The group's name.
    ///   - isSigned: Whether only events of those who know the token are received.
    package init(group: String, isSigned: Bool) {
        self.group = group
        self.isSigned = isSigned
    }

    /// All that were heard, by name.
    package var all: [Member] { members.values.sorted { $0.sender < $1.sender } }

    /// Those who are still there, by name.
    package var here: [Member] { all.filter { $0.state == .here } }

    package subscript(sender: String) -> Member? { members[sender] }

    /// Takes an event in.
    ///
    /// - Parameters:
    ///   - event: A well-formed one.
    ///   - now: When it came.
    /// - Returns: What it changed, in the order in which to tell it.
    /// - Throws: Why it is not believed.
    package mutating func receive(
        _ event: GroupEvent,
        at now: Microseconds
    ) throws(GroupRefusal) -> [Change] {
        guard event.group == group else {
            note(stranger: event)
            throw .otherGroup
        }
        guard var member = members[event.sender] else { return try admit(event, at: now) }
        let isNewer =
            (event.epoch, event.sequence) > (member.last.epoch, member.last.sequence)
        if !isNewer, !isSigned, now - member.lastHeard >= Self.silence {
            member.heartbeat = nil
            return [.returned(sender: event.sender)] + note(event, in: &member, at: now)
        }
        var changes: [Change] = []
        guard event.epoch >= member.last.epoch else { throw .oldEpoch }
        if event.epoch > member.last.epoch {
            member.restarts += 1
            member.heartbeat = nil
            changes.append(.restarted(sender: event.sender))
        } else {
            guard event.sequence > member.last.sequence else { throw .replayed }
            let missing = event.sequence - member.last.sequence - 1
            if missing > 0 {
                member.gaps += 1
                let (sum, isTooLarge) = member.lost.addingReportingOverflow(missing)
                member.lost = isTooLarge ? .max : sum
                changes.append(.lost(sender: event.sender, events: missing))
            }
            if member.state != .here { changes.append(.returned(sender: event.sender)) }
        }
        changes += note(event, in: &member, at: now)
        return changes
    }

    /// The other groups that were heard, by name, with the number of their servers.
    package var otherGroups: [(name: String, servers: Int)] {
        strangers.sorted { $0.key < $1.key }.map { ($0.key, $0.value.count) }
    }

    private mutating func note(stranger event: GroupEvent) {
        guard strangers[event.group] != nil || strangers.count < Self.mostStrangers,
            strangers[event.group, default: []].count < Self.mostStrangers
        else { return }
        strangers[event.group, default: []].insert(event.sender)
    }

    /// Lets time pass.
    ///
    /// - Parameter now: Not before that of the last call.
    /// - Returns: Who is gone now.
    package mutating func tick(at now: Microseconds) -> [Change] {
        var changes: [Change] = []
        for member in here where now - member.lastHeard >= Self.silence {
            members[member.sender]?.state = .gone
            changes.append(.gone(sender: member.sender))
        }
        return changes
    }

    private mutating func admit(
        _ event: GroupEvent,
        at now: Microseconds
    ) throws(GroupRefusal) -> [Change] {
        if members.count >= Self.most {
            let absent = members.values.filter { $0.state != .here }
            guard let oldest = absent.min(by: { $0.lastHeard < $1.lastHeard }) else {
                throw .tooManyMembers
            }
            members[oldest.sender] = nil
        }
        var member = Member(sender: event.sender, last: event, lastHeard: now)
        return [.joined(sender: event.sender)] + note(event, in: &member, at: now)
    }

    private mutating func note(
        _ event: GroupEvent,
        in member: inout Member,
        at now: Microseconds
    ) -> [Change] {
        member.last = event
        member.lastHeard = now
        if event.name == .heartbeat { member.heartbeat = event }
        member.state = event.name == .shutdown ? .left : .here
        members[event.sender] = member
        return event.name == .shutdown ? [.left(sender: event.sender)] : []
    }
}
