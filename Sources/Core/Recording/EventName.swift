/// The events' names in recordings and tables.
enum EventName: String, CaseIterable {
    case threadJoined = "thread_joined"
    case threadEnded = "thread_ended"
    case awaitedJobs = "awaited_jobs"
    case jobsArrived = "jobs_arrived"
    case produced, inserted, removed
    case executionStarted = "execution_started"
    case executionFinished = "execution_finished"
    case indexRead = "index_read"
    case indexMoved = "index_moved"
    case waited, blocked
    case timedOut = "timed_out"
    case withdrew
    case signalled
    case handedOver = "handed_over"
    case waitedCondition = "waited_condition"
    case notified, jumped, paused, resumed
    case rateChanged = "rate_changed"
    case programChanged = "program_changed"
    case cancelled
    case quantumEnded = "quantum_ended"
    case putBack = "put_back"
    case killed, revived, slowed

    init(_ fact: Event.Fact) {
        self =
            switch fact {
            case .threadJoined: .threadJoined
            case .threadEnded: .threadEnded
            case .awaitedJobs: .awaitedJobs
            case .jobsArrived: .jobsArrived
            case .produced: .produced
            case .inserted: .inserted
            case .removed: .removed
            case .executionStarted: .executionStarted
            case .executionFinished: .executionFinished
            case .indexRead: .indexRead
            case .indexMoved: .indexMoved
            case .waited: .waited
            case .blocked: .blocked
            case .timedOut: .timedOut
            case .withdrew: .withdrew
            case .signalled: .signalled
            case .handedOver: .handedOver
            case .waitedCondition: .waitedCondition
            case .notified: .notified
            case .jumped: .jumped
            case .paused: .paused
            case .resumed: .resumed
            case .rateChanged: .rateChanged
            case .programChanged: .programChanged
            case .cancelled: .cancelled
            case .quantumEnded: .quantumEnded
            case .putBack: .putBack
            case .killed: .killed
            case .revived: .revived
            case .slowed: .slowed
            }
    }

    /// Whether a thread does it always, never, or sometimes (`nil`).
    var hasThread: Bool? {
        switch self {
        case .paused, .resumed, .rateChanged, .programChanged, .cancelled: false
        case .handedOver: nil
        default: true
        }
    }
}
