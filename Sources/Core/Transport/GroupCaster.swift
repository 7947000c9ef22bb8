import NIOCore

/// Tells a group what happens in this server, from a timer on the network's event loop.
///
/// No engine thread knows of it: it looks at the buffer four times a second, and sends without
/// waiting. What cannot be sent is lost, as on any network; the sequence shows it.
package final class GroupCaster: Sendable {
    /// How often the buffer is looked at.
    private static let interval = TimeAmount.milliseconds(250)

    private let socket: MulticastSocket
    private let token: Token?
    private let engine: Engine
    private let milliseconds: @Sendable () -> UInt64
    private let sender: Guarded<GroupSender>
    private let timer = Guarded<RepeatedTask?>(nil)
    /// What had been put and taken at the last look, and whether nobody could go on then.
    private let last = Guarded<(moved: UInt64, isStuck: Bool)>((0, false))

    /// - Parameters:
    ///   - group: The group's name.
    ///   - interface: Through which to send.
    ///   - place: Where this server serves, as who hears of it can reach it.
    ///   - epoch: When the server began.
    ///   - token: Signs the events, where there is one.
    ///   - engine: Whose buffer is looked at.
    ///   - milliseconds: Now, since 1970.
    /// - Throws: A `MulticastError` where the interface cannot multicast.
    package init(
        group: String,
        on interface: NetworkInterface,
        at place: SocketAddress,
        epoch: UInt64,
        token: Token?,
        engine: Engine,
        milliseconds: @escaping @Sendable () -> UInt64
    ) throws {
        do {
            socket = try MulticastSocket(
                GroupListener.address,
                on: interface,
                as: .sender,
                timeToLive: interface.isLoopback ? 0 : 1
            )
        } catch {
            throw MulticastError.failed(interface: interface.name, error)
        }
        self.token = token
        self.engine = engine
        self.milliseconds = milliseconds
        let name = "\(place.withoutZone)"
        let fields = [GroupEvent.Field("at", name)]
        sender = Guarded(
            GroupSender(group: group, sender: name, epoch: epoch, fields: fields)
        )
    }

    /// Begins with a heartbeat.
    ///
    /// - Parameter network: On whose event loop it runs.
    package func start(on network: Network) {
        let task = network.repeatedly(every: Self.interval) { [self] agents in
            look(at: agents.counts)
        }
        timer.withLock { $0 = task }
    }

    /// Says goodbye; nothing is sent afterwards.
    package func stop() {
        timer.withLock { timer in
            timer?.cancel()
            timer = nil
        }
        let now = engine.kernel.clock.now
        send(sender.withLock { $0.end(at: now) })
    }

    private func look(at counts: BufferCounts) {
        guard timer.withLock({ $0 }) != nil else { return }
        let now = engine.kernel.clock.now
        let condition = GroupSender.Condition(counts, isStuck: isStuck(counts))
        if let event = sender.withLock({ $0.look(at: condition, now) }) { send(event) }
    }

    /// Only where nothing has moved since the last look is a snapshot searched for who is stuck.
    private func isStuck(_ counts: BufferCounts) -> Bool {
        let moved = counts.produced + counts.consumed
        let before = last.withLock { $0 }
        let mayBe = moved == before.moved && counts.waitingPut + counts.waitingTake > 0
        let isStuck = mayBe && engine.kernel.snapshot().standstill != nil
        last.withLock { $0 = (moved, isStuck) }
        return isStuck
    }

    private func send(_ event: GroupEvent) {
        try? socket.send(event.line(signedWith: token, at: milliseconds()))
    }
}
