/// What remote jobs carry besides their 32 bytes: payloads, and who wants to know when they are done.
///
/// A job's ticket names its parcel. There are as many as remote jobs in the engine, which buffer and
/// agents bound. Any thread may call it.
package final class Parcels: Sendable {
    private struct State {
        var payloads: [Payload?] = []
        var isAwaited: [Bool] = []
        var free: [Int] = []
        /// Parcels whose jobs are done, and somebody wants to know.
        var done: [Int] = []
        var whenDone: Parker?
    }

    private let state = Guarded(State())

    /// The one who is let go when an awaited job is done; it then calls `takeDone`.
    func setListener(_ parker: Parker) {
        state.withLock { $0.whenDone = parker }
    }

    /// Opens a parcel.
    ///
    /// - Parameters:
    ///   - payload: What whoever takes the job gets.
    ///   - isAwaited: Whether somebody wants to know when the job is done.
    ///   - isLarge: Whether the payload is more than a remote call can carry.
    /// - Returns: The ticket that goes with the job.
    func open(_ payload: Payload?, isAwaited: Bool, isLarge: Bool) -> ReplyTicket {
        state.withLock { state in
            let number: Int
            if let free = state.free.popLast() {
                number = free
                state.payloads[number] = payload
                state.isAwaited[number] = isAwaited
            } else {
                number = state.payloads.count
                state.payloads.append(payload)
                state.isAwaited.append(isAwaited)
            }
            return ReplyTicket(parcel: number, isLarge: isLarge)
        }
    }

    func payload(of parcel: Int) -> Payload? {
        state.withLock { $0.payloads[parcel] }
    }

    /// The job was executed, taken or lost.
    func close(_ parcel: Int) {
        let listener: Parker? = state.withLock { state in
            state.payloads[parcel] = nil
            guard state.isAwaited[parcel] else {
                state.free.append(parcel)
                return nil
            }
            state.done.append(parcel)
            return state.whenDone
        }
        listener?.unpark()
    }

    /// The job never came into the buffer: its parcel is forgotten and nobody is told.
    func forget(_ parcel: Int) {
        state.withLock { state in
            state.payloads[parcel] = nil
            state.free.append(parcel)
        }
    }

    /// The awaited parcels whose jobs are done, each once; their numbers may be used again afterwards.
    func takeDone(_ visit: (Int) -> Void) {
        let done = state.withLock { state in
            defer { state.done.removeAll(keepingCapacity: true) }
            return state.done
        }
        for parcel in done { visit(parcel) }
        if !done.isEmpty { state.withLock { $0.free.append(contentsOf: done) } }
    }

    /// How many are open, for tests.
    var openCount: Int { state.withLock { $0.payloads.count - $0.free.count } }
}
