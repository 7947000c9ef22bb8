/// How jobs go in and out where a program misplaces them: every slot is looked at first.
///
/// Apart from the fast way, because a correct program must not pay for it.
extension Kernel {
    func insertAnywhere(_ thread: ThreadPointer) {
        let slot = Int(state.pointee.places.nextIn)
        state.pointee.places.nextIn = buffer.slot(after: slot)
        fill(slot, thread)
    }

    func removeAnything(_ thread: ThreadPointer) {
        let slot = Int(state.pointee.places.nextOut)
        state.pointee.places.nextOut = buffer.slot(after: slot)
        drain(slot, thread)
    }

    func insert(_ part: Statement.Part, _ thread: ThreadPointer) {
        switch part {
        case .readIndex: readIndex(state.pointee.places.nextIn, thread)
        case .useSlot: fill(ownSlot(thread, else: state.pointee.places.nextIn), thread)
        case .moveIndex:
            state.pointee.places.nextIn = movedIndex(thread, from: state.pointee.places.nextIn)
        }
    }

    func remove(_ part: Statement.Part, _ thread: ThreadPointer) {
        switch part {
        case .readIndex: readIndex(state.pointee.places.nextOut, thread)
        case .useSlot: drain(ownSlot(thread, else: state.pointee.places.nextOut), thread)
        case .moveIndex:
            state.pointee.places.nextOut = movedIndex(thread, from: state.pointee.places.nextOut)
        }
    }

    // MARK: - Parts

    private func readIndex(_ index: UInt16, _ thread: ThreadPointer) {
        thread.pointee.slot = Int32(index)
        record(.indexRead(slot: Int(index)), by: thread.pointee.id)
    }

    /// The slot that the thread has read; a program that never reads it uses the shared index.
    private func ownSlot(_ thread: ThreadPointer, else index: UInt16) -> Int {
        thread.pointee.slot.map(Int.init) ?? Int(index)
    }

    private func movedIndex(_ thread: ThreadPointer, from index: UInt16) -> UInt16 {
        let next = buffer.slot(after: ownSlot(thread, else: index))
        thread.pointee.slot = nil
        record(.indexMoved(to: Int(next)), by: thread.pointee.id)
        return next
    }

    private func fill(_ slot: Int, _ thread: ThreadPointer) {
        if let old = buffer.fill(slot, with: thread.pointee.queued, &state.pointee.places) {
            cold.pointee.lost += 1
            thread.pointee.desk.pointee.dropped.append(old)
        }
        noteInserted(thread, slot)
    }

    private func drain(_ slot: Int, _ thread: ThreadPointer) {
        let (queued, wasFilled) = buffer.drain(slot, &state.pointee.places)
        if !wasFilled {
            cold.pointee.emptyTakes += 1
            if let queued {
                cold.pointee.doubled += 1
                thread.pointee.desk.pointee.doubled.append(queued.job.device)
            }
        }
        thread.pointee.hasJob = queued != nil
        if var queued {
            // Whoever took it first owes the reply.
            if !wasFilled { queued.reply = .none }
            thread.pointee.queued = queued
        }
        record(.removed(slot: slot), by: thread.pointee.id)
    }
}
