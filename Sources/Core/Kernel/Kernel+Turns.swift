/// How jobs take turns: a consumer keeps a job's slot while it executes it for a quantum, and puts
/// it back unless it is done.
extension Kernel {
    /// What the job has had of its time goes with it; its slot is kept where it may come back.
    func noteRemoved(_ slot: Int, _ thread: ThreadPointer) {
        thread.pointee.takesTurns = true
        thread.pointee.progress = buffer.progress(of: slot)
        guard state.pointee.keepsSlots else { return }
        buffer.keep(slot, state.pointee.places)
        thread.pointee.keptSlot = Int32(slot)
    }

    func executeForQuantum(_ thread: ThreadPointer) -> SliceEnd? {
        guard case .executeFor(let quantum) = thread.pointee.statement else { return nil }
        return execute(for: quantum, thread)
    }

    func putBack(_ thread: ThreadPointer) {
        guard thread.pointee.hasJob, let slot = thread.pointee.keptSlot else {
            preconditionFailure("a program puts back a job that it did not take")
        }
        buffer.putBack(
            thread.pointee.queued,
            thread.pointee.progress,
            into: Int(slot),
            &state.pointee.places,
            number: state.pointee.number &+ 1
        )
        thread.pointee.hasJob = false
        thread.pointee.keptSlot = nil
        forgetProgress(thread)
        record(.putBack(slot: Int(slot)), by: thread.pointee.id)
    }

    /// The slot that was kept is free for others.
    func leaveSlot(_ thread: ThreadPointer) {
        guard let slot = thread.pointee.keptSlot else { return }
        buffer.release(Int(slot), state.pointee.places)
        thread.pointee.keptSlot = nil
    }
}
