extension RemoteCounts {
    /// A buffer's counts as they travel.
    init(_ counts: BufferCounts) {
        self.init(
            produced: counts.produced,
            consumed: counts.consumed,
            depth: UInt32(clamping: counts.depth),
            capacity: UInt32(clamping: counts.capacity),
            waitingPut: UInt32(clamping: counts.waitingPut),
            waitingTake: UInt32(clamping: counts.waitingTake)
        )
    }
}

extension RemoteMailboxes {
    /// The mailboxes now, as many as there is room for.
    ///
    /// - Parameters:
    ///   - mailboxes: The server's.
    ///   - room: The most bytes that they may take.
    init(_ mailboxes: Mailboxes, atMost room: Int) {
        self.init(total: UInt32(clamping: mailboxes.all.count), [])
        var left = room - XDREncoder.bytes(of: self).count
        for mailbox in mailboxes.all.prefix(Self.most) {
            let next = RemoteMailbox(mailbox)
            left -= XDREncoder.bytes(of: next).count
            guard left >= 0 else { return }
            self.mailboxes.append(next)
        }
    }
}

extension RemoteMailbox {
    fileprivate init(_ mailbox: Mailbox) {
        self.init(
            name: mailbox.name,
            counts: RemoteCounts(mailbox.buffer.counts),
            destinations: mailbox.destinations.prefix(Self.mostDestinations).filter {
                $0.text.utf8.count <= Destination.longestText
            }
        )
    }
}
