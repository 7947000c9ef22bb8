import NIOCore

/// Where a watcher's lines go.
protocol WatcherLink: AnyObject {
    /// Without the port.
    var address: String { get }
    /// Whether what was written before has gone, or nearly so.
    var isWritable: Bool { get }
    func write(_ lines: ByteBuffer)
}

/// Tells any number of watchers what one mailbox's engine does. Everything happens on the event loop.
///
/// A frame is made once for all of them, at most ten times a second, and not at all while nobody
/// watches. Nobody waits for a watcher: who has not read what was written gets nothing more until it
/// has, and then the whole state instead of what it missed. So a watcher that stalls costs one
/// connection's buffer, which has a limit.
package final class WatchService {
    private final class Member {
        let link: any WatcherLink
        var row: WatcherRow
        /// Whether it knows the run up to the last frame.
        var isUpToDate = false

        init(_ link: any WatcherLink, of mailbox: String, since: Microseconds) {
            self.link = link
            row = WatcherRow(address: link.address, mailbox: mailbox, since: since)
        }
    }

    private let book: WatcherBook
    private let source: WatchSource
    private let clients: ClientNames
    private let roll: MailboxRoll
    private let loop: any EventLoop
    private var members: [Member] = []
    private var encoder: WatchEncoder
    private var reading: WatchReading?
    private var nextTick: Scheduled<Void>?
    private var ticksInSilence = 0

    /// Ten frames a second.
    static let interval = TimeAmount.milliseconds(100)
    /// After so many ticks without news a frame tells that the server is there.
    static let longestSilence = 20

    /// - Parameters:
    ///   - source: What is watched.
    ///   - clients: For whom the engine's agents wait.
    ///   - roll: How full all mailboxes are.
    ///   - book: Where it is written down who watches.
    ///   - loop: The event loop on which all of this happens.
    init(
        _ source: WatchSource,
        clients: ClientNames,
        roll: MailboxRoll,
        book: WatcherBook,
        on loop: any EventLoop
    ) {
        self.source = source
        self.clients = clients
        (self.roll, self.book) = (roll, book)
        self.loop = loop
        encoder = WatchEncoder(source.greeting, nameOfDevice: source.nameOfDevice)
    }

    private var mailbox: String { source.greeting.mailbox }

    /// Begins to tell a watcher, who has been greeted already by the head of the reply.
    func join(_ link: any WatcherLink) {
        members.append(Member(link, of: mailbox, since: source.engine.kernel.clock.now))
        link.write(ByteBuffer(bytes: encoder.hello))
        book.show(members.map(\.row), of: mailbox)
        if reading == nil { reading = WatchReading(source, clients: clients, roll: roll) }
        guard nextTick == nil else { return }
        tickLater(after: .zero)
    }

    func leave(_ link: any WatcherLink) {
        members.removeAll { $0.link === link }
        book.show(members.map(\.row), of: mailbox)
        if members.isEmpty { rest() }
    }

    /// Tells once more how it is, and nothing after that.
    func finish() {
        if !members.isEmpty { tell() }
        members.removeAll()
        rest()
    }

    private func rest() {
        nextTick?.cancel()
        (nextTick, reading) = (nil, nil)
    }

    private func tickLater(after delay: TimeAmount) {
        nextTick = loop.assumeIsolated().scheduleTask(in: delay) { [self] in
            tell()
            if !members.isEmpty { tickLater(after: Self.interval) }
        }
    }

    /// One frame for everybody who can take it.
    func tell() {
        guard let reading else { return }
        let before = reading.state.number
        let (frame, isNews) = reading.look(watchers: book.rows.count)
        ticksInSilence = isNews ? 0 : ticksInSilence + 1
        let isDue = isNews || ticksInSilence.isMultiple(of: Self.longestSilence)
        var goingOn: ByteBuffer?
        var whole: ByteBuffer?
        var (sent, skipped) = (0, 0)
        for member in members where isDue || !member.isUpToDate {
            guard member.link.isWritable else {
                member.isUpToDate = false
                member.row.skipped += 1
                skipped += 1
                continue
            }
            let lines: ByteBuffer
            if member.isUpToDate {
                lines = goingOn ?? ByteBuffer(bytes: encoder.encode(frame, after: before))
                goingOn = lines
            } else {
                let keyframe = reading.keyframe(frame)
                lines = whole ?? ByteBuffer(bytes: encoder.encode(keyframe, after: before))
                whole = lines
            }
            member.isUpToDate = true
            member.row.sent += 1
            sent += 1
            member.link.write(lines)
        }
        book.count(sent: sent, skipped: skipped)
        if sent + skipped > 0 { book.show(members.map(\.row), of: mailbox) }
    }
}
