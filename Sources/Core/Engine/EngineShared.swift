import Synchronization

/// What all threads of one engine use.
final class EngineShared: Sendable {
    let kernel: Kernel
    let source: any JobSource
    let replies: any ReplySender
    let reply: EngineSettings.ReplyMoment
    /// Where somebody wants to know whose jobs are on their way.
    let backlog: Backlog?
    let ledger = Ledger()
    let parcels = Parcels()
    let isStopping = Atomic(false)
    /// Whether jobs take no time, so that threads fetch and execute many at once.
    let isFullSpeed: Atomic<Bool>
    /// Whether the program is correct, and so as correct in long slices; a broken one must get the
    /// chance to break.
    let hasLongSlices: Atomic<Bool>
    /// Jobs in the ledger; counted only where their number ends the run.
    private let booked = Atomic<UInt64>(0)
    let isComplete = Atomic(false)
    /// Where somebody may wait for the end.
    let completion = Parker()

    private let recorderWaits = Atomic<UInt64>(0)
    private let recorderWaitTime = Atomic<UInt64>(0)

    init(
        kernel: Kernel,
        source: any JobSource,
        replies: any ReplySender,
        reply: EngineSettings.ReplyMoment,
        backlog: Backlog?
    ) {
        self.backlog = backlog
        self.kernel = kernel
        self.source = source
        self.replies = replies
        self.reply = reply
        hasLongSlices = Atomic(kernel.settings.programs.isCorrect)
        isFullSpeed = Atomic(
            kernel.settings.execution == .account || kernel.settings.rate.isMaximum
        )
    }

    /// Does what a slice left to do: wakes first, because somebody waits for them.
    func settle(_ desk: UnsafeMutablePointer<Desk>, of id: ThreadID) {
        if !desk.pointee.wakes.isEmpty {
            for parker in desk.pointee.wakes.elements {
                parker._withUnsafeGuaranteedRef { $0.unpark() }
            }
            desk.pointee.wakes.removeAll()
        }
        if !desk.pointee.inserted.isEmpty {
            if reply == .receipt {
                for ticket in desk.pointee.inserted.elements where ticket.parcel == nil {
                    replies.send(ticket)
                }
            }
            desk.pointee.inserted.removeAll()
        }
        if !desk.pointee.doubled.isEmpty {
            for device in desk.pointee.doubled.elements { backlog?.addCopy(device) }
            desk.pointee.doubled.removeAll()
        }
        if !desk.pointee.dropped.isEmpty { drop(desk) }
        if !desk.pointee.finished.isEmpty { book(desk) }
        if desk.pointee.isStepping { kernel.endStep(of: id) }
        kernel.changes.fire()
    }

    /// The job of a thread that was killed goes back to the source, to be produced again.
    ///
    /// - Parameters:
    ///   - job: What was in its hand.
    ///   - role: A consumer's job was in the buffer before, and is not acknowledged a second time.
    func giveBack(_ job: QueuedJob, of role: Program.Role) {
        var job = job
        if role == .consumer, reply == .receipt, job.reply.parcel == nil { job.reply = .none }
        source.giveBack(job)
    }

    /// Whether jobs take no time, and the program is none that is to break.
    var collectsJobs: Bool {
        isFullSpeed.load(ordering: .relaxed) && hasLongSlices.load(ordering: .relaxed)
    }

    /// Parks until the recorder has made room, or for no reason.
    func waitForRecorder(_ parker: Parker) {
        let start = kernel.clock.now
        parker.park()
        recorderWaits.add(1, ordering: .relaxed)
        recorderWaitTime.add((kernel.clock.now - start).count, ordering: .relaxed)
    }

    var recordingDelay: Engine.RecordingDelay {
        Engine.RecordingDelay(
            waits: recorderWaits.load(ordering: .relaxed),
            time: Microseconds(recorderWaitTime.load(ordering: .relaxed))
        )
    }

    private func drop(_ desk: UnsafeMutablePointer<Desk>) {
        for job in desk.pointee.dropped.elements {
            backlog?.remove(job.job.device)
            if let parcel = job.reply.parcel {
                parcels.close(parcel)
            } else if reply == .done, job.reply != .none {
                replies.forget(job.reply)
            }
        }
        desk.pointee.dropped.removeAll()
    }

    private func book(_ desk: UnsafeMutablePointer<Desk>) {
        let finished = desk.pointee.finished.elements
        ledger.book(finished)
        backlog?.remove(finished)
        for job in finished where job.reply != .none {
            if let parcel = job.reply.parcel {
                parcels.close(parcel)
            } else if reply == .done {
                replies.send(job.reply)
            }
        }
        if let limit = kernel.settings.executionLimit {
            let count = UInt64(finished.count)
            let total = booked.add(count, ordering: .acquiringAndReleasing).newValue
            if total >= limit { complete() }
        }
        desk.pointee.finished.removeAll()
    }

    private func complete() {
        isComplete.store(true, ordering: .releasing)
        completion.unpark()
        kernel.changes.wake()
    }
}
