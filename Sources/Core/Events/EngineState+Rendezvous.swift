/// What the picture says where there are no slots: who is handing what to whom.
extension EngineState {
    /// Whether there are no slots, so that sender and receiver meet at every message.
    package var isRendezvous: Bool { capacity == 0 }

    /// How many numbers there are for slots: those of the buffer, or the places on the table.
    var slotNumbers: Int { isRendezvous ? EngineState.tablePlaces : capacity }

    /// On the table of a rendezvous, more than there can be threads and agents.
    static let tablePlaces = 65_536

    /// Whether a sender is past `wait(empty)` and relies on this receiver, who cannot leave then.
    package func isCommitted(_ thread: ThreadActivity) -> Bool {
        thread.lendsUnit && (thread.holdsUnit || self[.empty].value == 0)
    }

    /// A message on its way from hand to hand.
    package struct Meeting: Equatable, Sendable {
        /// `nil` where it has gone its way, or several have put their messages on the table.
        package let sender: ThreadID?
        package let job: Job
        /// Who will get it as things stand; another may enter the critical section first.
        package let receiver: ThreadID?
    }

    /// The messages on the table, oldest first, then those in the hands of senders who have found a
    /// receiver.
    package var meetings: [Meeting] {
        guard isRendezvous else { return [] }
        let senders = threads.filter { $0.role == .producer && $0.holdsUnit }
        let done = senders.filter { $0.job == nil }
        let isPlain = done.count == 1 && slots.count == 1
        let onTable = slots.sorted { place(of: $0) < place(of: $1) }
            .map { (isPlain ? done[0].id : nil, $0.job) }
        let inHand = senders.compactMap { sender in
            sender.job.map { (Optional(sender.id), $0) }
        }
        let receivers = receivers
        return (onTable + inHand).enumerated().map { position, message in
            Meeting(
                sender: message.0,
                job: message.1,
                receiver: receivers.indices.contains(position) ? receivers[position] : nil
            )
        }
    }

    /// Receivers who have said that they are ready, in the order in which they will be served.
    package var receivers: [ThreadID] {
        let ready = threads.filter(\.lendsUnit)
        let inside = [self[.mutex].owner].compactMap { $0 } + self[.mutex].waiters
        let order = Dictionary(
            zip(inside + self[.full].waiters, 0...),
            uniquingKeysWith: { first, _ in first }
        )
        func rank(_ thread: ThreadActivity) -> (Int, Int) {
            (thread.holdsUnit ? 0 : 1, order[thread.id] ?? .max)
        }
        return ready.sorted { rank($0) < rank($1) }.map(\.id)
    }

    private func place(of slot: FilledSlot) -> Int {
        (slot.number - nextOut + slotNumbers) % slotNumbers
    }
}
