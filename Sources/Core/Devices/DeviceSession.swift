import Glibc

/// One device: sends its jobs one after another, and waits for each reply or not.
///
/// A job is never sent twice, because its text has no number and a second one would be a second
/// job. After a job without a reply the device goes on from a new port, so that a late reply cannot
/// be taken for the answer to the next job.
package final class DeviceSession: Sendable {
    /// How a device deals with replies.
    package struct Manner: Sendable {
        package var waitsForReplies: Bool
        /// How long to wait for one, in real time.
        package var timeout: Duration
        package var transport: DeviceProtocol
        package var credentials = Credentials()

        package init(
            waitsForReplies: Bool,
            timeout: Duration,
            transport: DeviceProtocol = .udp
        ) {
            self.waitsForReplies = waitsForReplies
            self.timeout = timeout
            self.transport = transport
        }
    }

    /// What a device does before it sends a job; returns the CPU time to ask for, or `nil` where it
    /// failed and there is no job. The default is the planned time.
    package typealias Work = @Sendable (PlannedJob) -> Microseconds?

    private struct State {
        var stopping = false
        var link: (any DeviceLink)?
        var report: DeviceReport
    }

    private static let sendAttempts = 1000

    private let jobs: JobStream
    private let server: SocketAddress
    private let manner: Manner
    private let clock: any EngineClock
    private let control: DeviceControl?
    private let work: Work
    private let parker = Parker()
    private let state: Guarded<State>

    package init(
        jobs: JobStream,
        server: SocketAddress,
        manner: Manner,
        clock: any EngineClock,
        control: DeviceControl? = nil,
        work: @escaping Work = { $0.cpuTime }
    ) {
        self.jobs = jobs
        self.server = server
        self.manner = manner
        self.clock = clock
        self.control = control
        self.work = work
        state = Guarded(State(report: DeviceReport(id: jobs.id)))
        control?.wake(parker)
    }

    package var report: DeviceReport { state.withLock { $0.report } }

    /// How many jobs need no more attention.
    package var finishedJobs: Int {
        state.withLock { state in
            let report = state.report
            return report.failed
                + (manner.waitsForReplies ? report.replied + report.unanswered : report.sent)
        }
    }

    /// Sends all jobs; the calling thread is the device.
    package func run() {
        defer { state.withLock { $0.link }?.finish() }
        var schedule = DeviceSchedule(jobs)
        while !isStopping {
            switch schedule.turn(under: control) {
            case .send(let job): deal(with: job)
            case .wait(let time): schedule.rest(sleep(atMost: time))
            case .over: return
            }
        }
    }

    /// Makes `run` return soon; any thread may ask.
    package func stop() {
        let link = state.withLock { state in
            state.stopping = true
            return state.link
        }
        link?.shutDown()
        parker.unpark()
    }

    private var isStopping: Bool { state.withLock { $0.stopping } }

    /// Sleeps until the time is over or somebody asks for something; returns how much of the pause
    /// passed meanwhile.
    private func sleep(atMost time: Microseconds?) -> Microseconds {
        let rate = control?.rate ?? .normal
        let start = clock.now
        clock.park(parker, until: time.map { start + $0 }, spinning: false)
        return time == nil ? .zero : rate.work(in: clock.now - start)
    }

    private func deal(with job: PlannedJob) {
        guard let cpuTime = work(job) else {
            if !isStopping { state.withLock { $0.report.failed += 1 } }
            return
        }
        guard !isStopping else { return }
        let number = control?.begin(jobs.id, cpuTime, at: clock.now)
        let end: DeviceControl.OwnJob.State
        do throws(SystemError) {
            end = try perform("\(jobs.id):\(cpuTime)")
        } catch {
            end = .failed
            state.withLock { state in
                state.report.failed += 1
                state.report.lastError = error
                // A connection that broke stays broken.
                state.link = nil
            }
        }
        if let number { control?.end(number, end) }
    }

    private func perform(_ job: String) throws(SystemError) -> DeviceControl.OwnJob.State {
        let link = try currentLink()
        let start = clock.now
        try send(job, through: link)
        state.withLock { $0.report.sent += 1 }
        guard manner.waitsForReplies else { return .sent(start) }
        let replied: Bool
        do throws(SystemError) {
            replied = try awaitReply(from: link)
        } catch {
            state.withLock { $0.report.lastError = error }
            replied = false
        }
        let time = clock.now - start
        state.withLock { state in
            if replied {
                state.report.recordReply(after: time)
            } else {
                state.report.unanswered += 1
                state.link = nil
            }
        }
        return replied ? .replied(time) : .unanswered
    }

    private func currentLink() throws(SystemError) -> any DeviceLink {
        if let link = state.withLock({ $0.link }) { return link }
        let link = try manner.transport.open(server, manner.credentials)
        let stopping = state.withLock { state in
            state.link = link
            return state.stopping
        }
        if stopping { link.shutDown() }
        return link
    }

    /// Tries again only where the system says that nothing was sent.
    private func send(_ job: String, through link: any DeviceLink) throws(SystemError) {
        for attempt in 1... {
            do throws(SystemError) {
                return try link.send(job, atMost: manner.timeout)
            } catch {
                guard error.number == EAGAIN, attempt < Self.sendAttempts, !isStopping else {
                    throw error
                }
                parker.park(atMost: .milliseconds(1))
            }
        }
    }

    /// Whether the reply came in time.
    private func awaitReply(from link: any DeviceLink) throws(SystemError) -> Bool {
        let deadline = ContinuousClock.now + manner.timeout
        while !isStopping {
            let left = deadline - .now
            guard left > .zero else { return false }
            let answer = try link.receive(atMost: left)
            guard !isStopping else { return false }
            switch answer {
            case .reply: return true
            case .stray: state.withLock { $0.report.strayReplies += 1 }
            case .nothing: continue
            case .timeout: return false
            }
        }
        return false
    }
}
