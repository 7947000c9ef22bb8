import NIOCore

/// The mailboxes that can be watched, each with a service of its own; who watches counts over all.
///
/// Used on the event loop only.
package final class WatchServices {
    package let book = WatcherBook()
    /// The mailboxes' names, the standard one first.
    let names: [String]
    private let services: [String: WatchService]
    private let limit: Int

    /// - Parameters:
    ///   - mailboxes: All that the server has, as watchers' lists show them.
    ///   - sources: What is watched of each, in the same order.
    ///   - clients: For whom the agents of each wait, in the same order.
    ///   - limit: How many may watch, over all mailboxes.
    ///   - loop: The event loop on which all of this happens.
    init(
        _ mailboxes: [MailboxEngine],
        _ sources: [WatchSource],
        clients: [ClientNames],
        limit: Int,
        on loop: any EventLoop
    ) {
        precondition(
            sources.count == mailboxes.count,
            "\(sources.count) sources are there for \(mailboxes.count) mailboxes"
        )
        let roll = MailboxRoll(mailboxes.map(\.engine))
        let told = mailboxes.map { WatchMailbox($0) }
        var services: [String: WatchService] = [:]
        for (mailbox, (source, clients)) in zip(mailboxes, zip(sources, clients)) {
            services[mailbox.name] = WatchService(
                source.telling(of: mailbox.name, among: told),
                clients: clients,
                roll: roll,
                book: book,
                on: loop
            )
        }
        names = mailboxes.map(\.name)
        self.services = services
        self.limit = limit
    }

    /// Whether one more may watch.
    var hasRoom: Bool { book.rows.count < limit }

    /// Who tells of the mailbox of this name.
    subscript(name: String) -> WatchService? { services[name] }

    /// Tells everybody once more how it is, and nothing after that.
    func finish() {
        for service in services.values { service.finish() }
    }
}

/// How full all mailboxes are, read at most once a second for all who watch any of them.
final class MailboxRoll {
    private let engines: [Engine]
    private var readAt: Microseconds?
    private var counts: [WatchMailbox.Counts] = []

    /// A look at a mailbox stops it for a moment.
    private static let interval = Microseconds(1_000_000)

    init(_ engines: [Engine]) { self.engines = engines }

    /// - Parameter now: The engines' time.
    /// - Returns: Each mailbox as it is, or was less than a second ago.
    func read(at now: Microseconds) -> [WatchMailbox.Counts] {
        guard readAt.map({ now - $0 >= Self.interval }) ?? true else { return counts }
        readAt = now
        counts = engines.map { engine in
            var counts = WatchMailbox.Counts()
            counts.buffer = engine.kernel.counts
            counts.isPaused = engine.kernel.isPaused
            return counts
        }
        return counts
    }
}

extension WatchMailbox {
    init(_ mailbox: MailboxEngine) {
        self.init(
            name: mailbox.name,
            destinations: mailbox.destinations.prefix(Limits.destinations)
                .map { "\($0.kind) \($0.text)" }
        )
    }
}
