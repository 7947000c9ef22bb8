/// What watchers are told about: an engine, and what its events do not say.
///
/// Everything in it is called on the event loop.
package struct WatchSource: Sendable {
    let engine: Engine
    private(set) var greeting: WatchGreeting
    let nameOfDevice: @Sendable (DeviceID) -> String
    /// What the network has counted, but for the watchers.
    let counters: @Sendable () -> WatchCounters

    /// - Parameters:
    ///   - engine: Who is watched.
    ///   - settings: The engine's.
    ///   - began: When the engine's clock was at zero.
    ///   - nameOfDevice: The devices' names, sanitised.
    ///   - counters: What the network has counted so far.
    package init(
        _ engine: Engine,
        settings: EngineSettings,
        began: WallTime,
        nameOfDevice: @escaping @Sendable (DeviceID) -> String,
        counters: @escaping @Sendable () -> WatchCounters
    ) {
        self.engine = engine
        self.nameOfDevice = nameOfDevice
        self.counters = counters
        greeting = WatchGreeting(
            header: RecordingHeader(settings.kernel, began: began),
            library: engine.kernel.initialState.library,
            producers: settings.producers,
            consumers: settings.consumers,
            mailbox: Mailboxes.standardName
        )
    }

    /// The same, which says whose run it is, and what mailboxes there are.
    func telling(of name: String, among mailboxes: [WatchMailbox]) -> WatchSource {
        var source = self
        source.greeting.mailbox = name
        source.greeting.mailboxes = mailboxes
        return source
    }
}

/// One watcher, for people.
package struct WatcherRow: Equatable, Sendable {
    /// Without the port where nobody needs it; an address, so nothing that a stranger chose.
    package let address: String
    /// The mailbox that it watches.
    package let mailbox: String
    /// When it came, in the engine's time.
    package let since: Microseconds
    package var sent = 0
    /// Frames that it did not get, because it had not read those before.
    package var skipped = 0

    package init(address: String, mailbox: String = Mailboxes.standardName, since: Microseconds) {
        self.address = address
        self.mailbox = mailbox
        self.since = since
    }
}

/// The watchers that there are, for whoever shows them. Any thread may ask.
package final class WatcherBook: Sendable {
    private struct Content {
        var rows: [WatcherRow] = []
        var sent: UInt64 = 0
        var skipped: UInt64 = 0
    }

    private let content = Guarded(Content())

    package init() {}

    /// Those that watch now, the oldest first.
    package var rows: [WatcherRow] { content.withLock { $0.rows } }

    /// Frames that were written so far, to all watchers that ever were.
    package var sent: UInt64 { content.withLock { $0.sent } }

    /// Frames that watchers did not get, because they had not read those before.
    package var skipped: UInt64 { content.withLock { $0.skipped } }

    /// Those of one mailbox; the others stay as they are.
    func show(_ rows: [WatcherRow], of mailbox: String) {
        content.withLock { content in
            let others = content.rows.filter { $0.mailbox != mailbox }
            content.rows = (others + rows).sorted { $0.since < $1.since }
        }
    }

    func count(sent: Int, skipped: Int) {
        content.withLock { content in
            content.sent += UInt64(sent)
            content.skipped += UInt64(skipped)
        }
    }
}

extension ServerReport.Watching {
    init(_ book: WatcherBook) {
        watchers = book.rows.count
        frames = [
            ServerReport.Count("sent", book.sent), ServerReport.Count("skipped", book.skipped),
        ]
    }
}
