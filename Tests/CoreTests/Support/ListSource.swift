import Core

/// A list of jobs that ends, or a list that somebody adds to.
final class ListSource: JobSource {
    private struct State {
        var jobs: [QueuedJob]
        var isClosed: Bool
        var waiting: [Parker] = []
    }

    private let state: Guarded<State>

    init(_ jobs: [QueuedJob], closed: Bool = false) {
        state = Guarded(State(jobs: jobs, isClosed: closed))
    }

    /// Device 1, 2, 3 in turn, so many seconds each.
    convenience init(seconds: [Double], closed: Bool = false) {
        self.init(
            seconds.enumerated().map { number, seconds in
                QueuedJob(
                    Job(device: DeviceID(UInt32(number % 3 + 1)), cpuTime: .seconds(seconds)),
                    arrival: .zero
                )
            },
            closed: closed
        )
    }

    func add(seconds: Double) {
        let waiting = state.withLock { state in
            let job = Job(device: DeviceID(1), cpuTime: .seconds(seconds))
            state.jobs.append(QueuedJob(job, arrival: .zero))
            defer { state.waiting.removeAll() }
            return state.waiting
        }
        for parker in waiting { parker.unpark() }
    }

    func take(into jobs: UnsafeMutableBufferPointer<QueuedJob>) -> Int {
        state.withLock { state in
            let taken = min(jobs.count, state.jobs.count)
            for position in 0..<taken { jobs[position] = state.jobs[position] }
            state.jobs.removeFirst(taken)
            return taken
        }
    }

    func giveBack(_ job: QueuedJob) {
        let waiting = state.withLock { state in
            state.jobs.insert(job, at: 0)
            defer { state.waiting.removeAll() }
            return state.waiting
        }
        for parker in waiting { parker.unpark() }
    }

    func letGo(_ parker: Parker) {
        let now = state.withLock { state in
            if !state.jobs.isEmpty || state.isClosed { return true }
            state.waiting.append(parker)
            return false
        }
        if now { parker.unpark() }
    }

    var isEmpty: Bool { state.withLock { $0.jobs.isEmpty } }

    var isClosed: Bool { state.withLock { $0.isClosed } }
}

/// Remembers the tickets it was told to send, in order.
final class ReplyList: ReplySender {
    private let tickets = Guarded<[ReplyTicket]>([])

    func send(_ ticket: ReplyTicket) {
        tickets.withLock { $0.append(ticket) }
    }

    func forget(_ ticket: ReplyTicket) {}

    var sent: [ReplyTicket] { tickets.withLock { $0 } }
}
