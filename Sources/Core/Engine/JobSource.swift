/// Where producer threads get their jobs.
package protocol JobSource: AnyObject, Sendable {
    /// Takes the oldest jobs there are, at most as many as there is room for; never waits.
    ///
    /// - Returns: How many were taken, written to the start of `jobs`.
    func take(into jobs: UnsafeMutableBufferPointer<QueuedJob>) -> Int

    /// Asks that `parker` be let go once, when there is a job or the source is closed.
    ///
    /// Asking twice changes nothing. If there is a job already, it is let go at once.
    func letGo(_ parker: Parker)

    /// Takes back a job that was taken and not put into the buffer, or came out of a hand that was
    /// killed; it is the next to be taken.
    func giveBack(_ job: QueuedJob)

    /// `parker` will not look, though it may have asked to be let go: whoever else did is let go in its
    /// place.
    func forget(_ parker: Parker)

    /// When whoever has asked to be let go should look again by itself, by the engine's clock: where
    /// jobs come with time, nobody else would let it go. `nil` where somebody will.
    func nextLook(of parker: Parker) -> Microseconds?

    /// Whether there will never be a job again; `take` may still return what is left.
    var isClosed: Bool { get }
}

extension JobSource {
    /// Nothing, for a source that lets everybody go who has asked.
    package func forget(_ parker: Parker) {}

    package func nextLook(of parker: Parker) -> Microseconds? { nil }
}

/// Whoever owes senders a reply to their jobs.
package protocol ReplySender: Sendable {
    /// Sends the reply that this ticket stands for, and takes the ticket back. Must not wait.
    func send(_ ticket: ReplyTicket)

    /// Takes the ticket back without a reply, for a job that nobody will execute.
    func forget(_ ticket: ReplyTicket)
}
