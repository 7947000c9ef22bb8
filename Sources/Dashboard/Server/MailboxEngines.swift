import Core
import Glibc

/// Makes the engines of the mailboxes beside the default one.
struct MailboxEngines {
    let settings: EngineSettings
    let replies: any ReplySender
    let clock: any EngineClock

    /// All mailboxes, the default one first.
    ///
    /// - Parameters:
    ///   - plan: Which there are beside it.
    ///   - standard: The default one's engine.
    ///   - main: The addresses of the main port.
    ///   - further: The ports beside it.
    /// - Returns: Each with its engine, and by what messages for it can be addressed.
    func all(
        _ plan: MailboxPlan,
        standard: Engine,
        main: [SocketAddress],
        further: FurtherPorts
    ) -> [MailboxEngine] {
        let engines =
            [(Mailboxes.standardName, standard)]
            + plan.boxes.map { ($0.name, engine(of: $0, standard.backlog)) }
        return engines.map { name, engine in
            let isStandard = name == Mailboxes.standardName
            let destinations = Destination.all(
                own: (isStandard ? main : []) + further.addresses(of: name),
                named: main.map(\.port),
                group: isStandard ? plan.group : nil
            )
            return MailboxEngine(name: name, engine: engine, destinations: destinations)
        }
    }

    /// An engine of its own, without threads: remote clients put and take, as agents.
    private func engine(of box: MailboxPlan.Box, _ backlog: Backlog?) -> Engine {
        Engine(
            Self.settings(of: box, beside: settings),
            // No producer thread ever asks it for a job.
            source: Inbox(capacity: 1),
            replies: replies,
            clock: clock,
            // One for all: a device's quota is the same, whichever mailbox its jobs are in.
            backlog: backlog
        )
    }

    /// Those of the default mailbox, but for what only that one has: threads, an end, a recorder.
    static func settings(
        of box: MailboxPlan.Box,
        beside standard: EngineSettings
    ) -> EngineSettings {
        var settings = standard
        (settings.producers, settings.consumers) = (0, 0)
        settings.startsPaused = false
        settings.kernel.capacity = box.capacity
        let usual = KernelSettings(capacity: box.capacity)
        if usual.isRendezvous || standard.kernel.isRendezvous {
            (settings.kernel.policy, settings.kernel.programs) = (usual.policy, usual.programs)
        }
        settings.kernel.executionLimit = nil
        settings.kernel.isDrained = false
        return settings
    }
}

extension Destination {
    /// By what messages for a mailbox can be addressed: the process, ports, sockets and the group.
    ///
    /// - Parameters:
    ///   - own: Where a message that names no mailbox is for this one.
    ///   - named: The ports where a message must name it, unless they are its own.
    ///   - group: The group that is told of it.
    /// - Returns: Each kind in the order above.
    static func all(
        own: [SocketAddress],
        named: [UInt16],
        group: String?
    ) -> [Destination] {
        let ports = Set(own.map(\.port))
        return [Destination(.process, "\(getpid()) signalbox")]
            + ports.sorted().map { Destination(.port, "\($0)") }
            + Set(named).subtracting(ports).sorted().map {
                Destination(.port, "\($0) by its name")
            }
            + own.flatMap { address in
                ["udp", "tcp"].map { Destination(.socket, "\($0) \(address.host) \(address.port)") }
            } + (group.map { [Destination(.group, $0)] } ?? [])
    }
}
