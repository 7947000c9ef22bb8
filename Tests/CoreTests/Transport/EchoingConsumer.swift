@testable import Core

/// The shortest engine there is: takes each job from the inbox and answers it.
final class EchoingConsumer: Sendable {
    private let inbox: Inbox
    private let thread: SystemThread

    init(_ inbox: Inbox, replies: ReplyTable, perJob: @escaping @Sendable (QueuedJob) -> Void) {
        self.inbox = inbox
        thread = SystemThread(name: "consumer") {
            let parker = Parker()
            let jobs = UnsafeMutableBufferPointer<QueuedJob>.allocate(capacity: 8)
            defer { jobs.deallocate() }
            while true {
                let wasClosed = inbox.isClosed
                let count = inbox.take(into: jobs)
                if count == 0 && wasClosed { return }
                if count == 0 {
                    inbox.letGo(parker)
                    parker.park()
                }
                for job in jobs[..<count] {
                    perJob(job)
                    replies.send(job.reply)
                }
            }
        }
    }

    /// Answers what is left, then ends.
    func finish() {
        inbox.close()
        thread.join()
    }
}
