/// Hears what servers tell their group.
///
/// Any thread may use it, one at a time.
package final class GroupListener: Sendable {
    /// Administratively scoped (RFC 2365): it stays in the local network.
    package static let address = SocketAddress(IPv4Address(0xefff_4242), port: 40669)
    /// Of datagrams that have piled up so many are read at a time.
    private static let mostAtOnce = 256
    /// A server begins in the past; a machine's clock may be set to another time zone, in milliseconds.
    private static let mostAhead: UInt64 = 86_400_000

    private let socket: MulticastSocket
    private let token: Token?
    private let clock: any EngineClock
    private let milliseconds: @Sendable () -> UInt64
    private let state: Guarded<State>

    private struct State {
        var members: GroupMembers
        var refused: [GroupRefusal: Int] = [:]
    }

    /// Joins; of the servers none notices.
    ///
    /// - Parameters:
    ///   - group: The group's name.
    ///   - interface: Where to hear it.
    ///   - token: What events must be signed with, where there is one.
    ///   - clock: Says when something was heard.
    ///   - milliseconds: Now, since 1970.
    /// - Throws: A `MulticastError` where the interface cannot multicast.
    package init(
        group: String,
        on interface: NetworkInterface,
        token: Token?,
        clock: any EngineClock,
        milliseconds: @escaping @Sendable () -> UInt64
    ) throws {
        do {
            socket = try MulticastSocket(
                Self.address,
                on: interface,
                as: .listener,
                timeToLive: 0
            )
        } catch {
            throw MulticastError.failed(interface: interface.name, error)
        }
        self.token = token
        self.clock = clock
        self.milliseconds = milliseconds
        state = Guarded(State(members: GroupMembers(group: group, isSigned: token != nil)))
    }

    /// Who is in the group, as far as was heard.
    package var members: GroupMembers { state.withLock { $0.members } }

    /// How many datagrams were refused for this reason.
    package func refused(_ reason: GroupRefusal) -> Int {
        state.withLock { $0.refused[reason] ?? 0 }
    }

    /// Waits for something to be heard, and takes in all that was.
    ///
    /// - Parameter limit: The longest wait.
    /// - Returns: What has changed; nothing also where nothing was heard.
    /// - Throws: Where the operating system cannot even wait.
    package func listen(atMost limit: Duration) throws(SystemError) -> [GroupMembers.Change] {
        try socket.wait(atMost: limit)
        var changes: [GroupMembers.Change] = []
        for _ in 0..<Self.mostAtOnce {
            guard let datagram = try socket.receive(atMost: GroupEvent.longestLine + 2)
            else { break }
            changes += take(datagram.bytes)
        }
        let now = clock.now
        return changes + state.withLock { $0.members.tick(at: now) }
    }

    /// Lets a thread go that listens.
    package func shutDown() { socket.shutDown() }

    private func take(_ datagram: [UInt8]) -> [GroupMembers.Change] {
        let now = clock.now
        do throws(GroupRefusal) {
            let event = try read(datagram).heard(on: socket.interface.name)
            return try state.withLock { state in
                Result { () throws(GroupRefusal) in try state.members.receive(event, at: now) }
            }.get()
        } catch {
            state.withLock { $0.refused[error, default: 0] += 1 }
            return []
        }
    }

    private func read(_ datagram: [UInt8]) throws(GroupRefusal) -> GroupEvent {
        let now = milliseconds()
        let event: GroupEvent
        do throws(GroupEventError) {
            if let token {
                event = try GroupEvent(datagram, signedWith: token, at: now)
            } else {
                event = try GroupEvent(datagram)
            }
        } catch {
            throw GroupRefusal(error)
        }
        guard event.epoch <= now + Self.mostAhead else { throw .futureEpoch }
        return event
    }
}

extension GroupRefusal {
    fileprivate init(_ error: GroupEventError) {
        switch error {
        case .notSigned, .notTimed: self = .notSigned
        case .wrongCode: self = .wrongCode
        case .outsideWindow: self = .tooFarAway
        case .tooLong, .notText, .notAnEvent, .notAWord, .notANumber, .notAField, .tooManyFields:
            self = .malformed
        }
    }
}
