/// The rendezvous: what differs where there are no slots.
///
/// A receiver that has signalled `empty` has lent a slot that nobody has: it counts -1 in hand until
/// it has removed its message, so `empty + full + in hand` stays 0. Once a sender has taken that unit
/// somebody must be there for the message: the receiver is *committed*, and neither a time-out nor a
/// client that goes away takes it out of the queue.
extension Kernel {
    /// A receiver is ready; a sender who only gives its unit back is none.
    func announce(_ thread: ThreadPointer) {
        if thread.pointee.role == .consumer { thread.pointee.lendsUnit = true }
    }

    /// The message has left the table, and with it the place that was lent and the unit that was had.
    func noteMet(_ thread: ThreadPointer) {
        guard thread.pointee.lendsUnit else { return }
        thread.pointee.lendsUnit = false
        thread.pointee.holdsUnit = false
    }

    /// Whether a sender is past `wait(empty)` and relies on this receiver.
    ///
    /// Units are alike: while one is left in `empty`, no receiver is missed.
    func isCommitted(_ thread: ThreadPointer) -> Bool {
        thread.pointee.lendsUnit
            && (thread.pointee.holdsUnit || queue(.empty).pointee.value == 0)
    }

    /// Whether an agent cannot leave although its client may have. A thread's program says itself
    /// what follows a time-out: it takes its announcement back with `tryWait(empty)`.
    func mustStay(_ thread: ThreadPointer) -> Bool {
        thread.pointee.isOnCall && isCommitted(thread)
    }

    /// It waits for its sender, who is on the way, and for nothing else.
    func stay(_ thread: ThreadPointer) -> SliceEnd {
        thread.pointee.isOverdue = true
        thread.pointee.deadline = nil
        return .blocked(until: nil)
    }

    /// A receiver is not ready any more, unless a sender relies on it.
    func takeBackAnnouncement(_ thread: ThreadPointer) {
        let empty = queue(.empty)
        guard thread.pointee.lendsUnit, empty.pointee.value > 0 else { return }
        empty.pointee.value -= 1
        record(.waited(.empty), by: thread.pointee.id)
        acquire(.empty, thread)
    }

    /// A sender has given up between `wait(empty)` and `insert`: as many receivers as are free now,
    /// of those who only stayed for one, look again.
    ///
    /// - Complexity: O(receivers that wait); senders seldom give up there.
    func letOverdueGo(wakes: inout Outbox<Unmanaged<Parker>>) {
        guard isRendezvous else { return }
        var free = queue(.empty).pointee.value
        var next = queue(.full).pointee.first
        while free > 0, let id = next {
            let receiver = thread(id)
            next = receiver.pointee.next
            guard receiver.pointee.isOverdue, !receiver.pointee.isWoken else { continue }
            receiver.pointee.isWoken = true
            letGo(receiver, wakes: &wakes)
            free -= 1
        }
    }
}
