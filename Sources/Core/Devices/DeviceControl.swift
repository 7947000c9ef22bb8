/// What somebody asks of a fleet of devices while they run, and what became of their jobs.
///
/// Any thread may ask, and any may look.
package final class DeviceControl: Sendable {
    /// One job that was sent, or could not be.
    package struct OwnJob: Equatable, Sendable {
        package enum State: Equatable, Sendable {
            /// Since when.
            case sent(Microseconds)
            /// After how long.
            case replied(Microseconds)
            case unanswered
            case failed
        }

        /// Counted from 1 over all devices.
        package let number: Int
        package let device: String
        package let cpuTime: Microseconds
        package var state: State

        package init(number: Int, device: String, cpuTime: Microseconds, state: State) {
            self.number = number
            self.device = device
            self.cpuTime = cpuTime
            self.state = state
        }
    }

    /// The fleet at one moment.
    package struct Look: Equatable, Sendable {
        package var isPaused = false
        package var rate = Rate.normal
        /// Jobs that were asked for and not sent yet.
        package var waiting = 0
        package var sent = 0
        package var replied = 0
        package var unanswered = 0
        package var failed = 0
        /// Of all jobs sent.
        package var cpuTime = Microseconds.zero
        /// Of all replies.
        package var replyTime = Microseconds.zero
        package var longestReplyTime = Microseconds.zero
        /// The newest jobs, the oldest of them first.
        package var jobs: [OwnJob] = []

        package init() {}

        /// Jobs that need no more attention.
        package var finished: Int { replied + unanswered + failed }

        package var meanReplyTime: Microseconds? {
            replied > 0 ? Microseconds(replyTime.count / UInt64(replied)) : nil
        }
    }

    private struct State {
        var look = Look()
        var parkers: [Parker] = []
    }

    /// So many of the newest jobs are kept.
    private static let kept = 200
    /// Nobody waits for more.
    private static let mostWaiting = 100_000

    private let state = Guarded(State())
    private let whenChanged: @Sendable () -> Void

    /// - Parameter whenChanged: Called by any thread when there is something new to see.
    package init(whenChanged: @escaping @Sendable () -> Void) {
        self.whenChanged = whenChanged
    }

    package var look: Look { state.withLock { $0.look } }

    /// Asks for jobs beside the planned ones, as soon as a device is free, also while paused.
    package func sendNow(_ count: Int) {
        change { $0.waiting = min($0.waiting + max(0, count), Self.mostWaiting) }
    }

    /// Planned jobs wait, or go on.
    package func setPaused(_ isPaused: Bool) { change { $0.isPaused = isPaused } }

    /// Pauses pass so fast.
    package func setRate(_ rate: Rate) { change { $0.rate = rate } }

    private func change(_ body: (inout Look) -> Void) {
        let parkers = state.withLock { state in
            body(&state.look)
            return state.parkers
        }
        for parker in parkers { parker.unpark() }
        whenChanged()
    }

    // MARK: - For the devices

    var isPaused: Bool { state.withLock { $0.look.isPaused } }

    var rate: Rate { state.withLock { $0.look.rate } }

    /// Lets a device go that sleeps here when something is asked.
    func wake(_ parker: Parker) { state.withLock { $0.parkers.append(parker) } }

    /// Whether one more job is asked for; then it is the caller's.
    func takeExtra() -> Bool {
        state.withLock { state in
            guard state.look.waiting > 0 else { return false }
            state.look.waiting -= 1
            return true
        }
    }

    /// A job goes out; returns its number.
    func begin(_ device: String, _ cpuTime: Microseconds, at now: Microseconds) -> Int {
        defer { whenChanged() }
        return state.withLock { state in
            state.look.sent += 1
            state.look.cpuTime += cpuTime
            let number = (state.look.jobs.last?.number ?? 0) + 1
            state.look.jobs.append(
                OwnJob(number: number, device: device, cpuTime: cpuTime, state: .sent(now))
            )
            if state.look.jobs.count > Self.kept { state.look.jobs.removeFirst() }
            return number
        }
    }

    /// What became of it.
    func end(_ number: Int, _ end: OwnJob.State) {
        state.withLock { state in
            switch end {
            case .sent: break
            case .replied(let time):
                state.look.replied += 1
                state.look.replyTime += time
                state.look.longestReplyTime = max(state.look.longestReplyTime, time)
            case .unanswered: state.look.unanswered += 1
            case .failed:
                state.look.failed += 1
                state.look.sent -= 1
            }
            guard let index = state.look.jobs.lastIndex(where: { $0.number == number }) else {
                return
            }
            state.look.jobs[index].state = end
        }
        whenChanged()
    }
}
