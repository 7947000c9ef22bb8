/// How the jobs of a run fared, as far as its events tell.
extension Timeline {
    fileprivate struct Stay {
        let arrival: Microseconds
        var start: Microseconds?
        var began: Microseconds?
        var served = Microseconds.zero
    }

    /// The jobs that were executed last up to a moment, in the order of their ends.
    ///
    /// A job counts as arrived when it was produced; what it needed is the time that its execution
    /// took.
    ///
    /// - Parameters:
    ///   - last: The last event that counts.
    ///   - limit: How many jobs.
    /// - Returns: At most so many.
    /// - Complexity: Folds all events up to the moment.
    package func executedJobs(upTo last: UInt64, limit: Int) -> [ScheduledJob] {
        var stays: [UInt64: Stay] = [:]
        var jobs: [ScheduledJob] = []
        walk(from: firstNumber + 1, to: last) { event, before in
            if case .produced = event.fact {
                stays[before.produced + 1] = Stay(arrival: event.time)
            }
            if case .programChanged = event.fact {
                for case let job? in before.threads.filter(\.finishesBeforehand).map(\.job) {
                    stays[job.id]?.begin(at: event.time)
                }
            }
            guard let job = event.thread.flatMap({ before[$0]?.job }), var stay = stays[job.id]
            else { return }
            switch event.fact {
            case .executionStarted:
                stay.begin(at: event.time)
                stays[job.id] = stay
            case .quantumEnded:
                stay.rest(at: event.time)
                stays[job.id] = stay
            case .killed: stays[job.id] = nil
            case .executionFinished:
                stays[job.id] = nil
                stay.rest(at: event.time)
                jobs.append(ScheduledJob(job, stay, finish: event.time))
            default: break
            }
        }
        return Array(jobs.suffix(limit))
    }
}

extension Timeline.Stay {
    fileprivate mutating func begin(at time: Microseconds) {
        start = start ?? time
        began = time
    }

    fileprivate mutating func rest(at time: Microseconds) {
        served += time - (began ?? time)
        began = nil
    }
}

extension ScheduledJob {
    fileprivate init(_ job: Job, _ stay: Timeline.Stay, finish: Microseconds) {
        self.init(
            number: job.id,
            device: job.device,
            cpuTime: stay.served,
            arrival: stay.arrival,
            start: stay.start ?? finish,
            finish: finish
        )
    }
}
