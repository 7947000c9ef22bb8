import Glibc

/// One device: sends its jobs over UDP one after another, and waits for each reply or not.
///
/// A job is never sent twice, because a datagram has no number and a second one would be a second
/// job. After a job without a reply the device goes on from a new port, so that a late echo cannot
/// be taken for the answer to the next job with the same text.
package final class DeviceSession: Sendable {
    /// How a device deals with replies.
    package struct Manner: Equatable, Sendable {
        package var waitsForReplies: Bool
        /// How long to wait for one, in real time.
        package var timeout: Duration

        package init(waitsForReplies: Bool, timeout: Duration) {
            self.waitsForReplies = waitsForReplies
            self.timeout = timeout
        }
    }

    private struct State {
        var stopping = false
        var socket: DatagramSocket?
        var report: DeviceReport
    }

    /// A reply is as long as the request; one byte more shows that it is longer.
    private static let replySpace = 256
    private static let sendAttempts = 1000

    private let jobs: JobStream
    private let server: SocketAddress
    private let manner: Manner
    private let clock: any EngineClock
    private let parker = Parker()
    private let state: Guarded<State>

    package init(
        jobs: JobStream,
        server: SocketAddress,
        manner: Manner,
        clock: any EngineClock
    ) {
        self.jobs = jobs
        self.server = server
        self.manner = manner
        self.clock = clock
        state = Guarded(State(report: DeviceReport(id: jobs.id)))
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
        for job in jobs {
            pause(job.pauseBefore)
            guard !isStopping else { return }
            do throws(SystemError) {
                try perform(job)
            } catch {
                state.withLock { state in
                    state.report.failed += 1
                    state.report.lastError = error
                }
            }
        }
    }

    /// Makes `run` return soon; any thread may ask.
    package func stop() {
        let socket = state.withLock { state in
            state.stopping = true
            return state.socket
        }
        socket?.shutDown()
        parker.unpark()
    }

    private var isStopping: Bool { state.withLock { $0.stopping } }

    private func perform(_ job: PlannedJob) throws(SystemError) {
        let request = Array("\(jobs.id):\(job.cpuTime)".utf8)
        let socket = try currentSocket()
        let start = clock.now
        try send(request, through: socket)
        state.withLock { $0.report.sent += 1 }
        guard manner.waitsForReplies else { return }
        let replied: Bool
        do throws(SystemError) {
            replied = try awaitReply(request, from: socket)
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
                state.socket = nil
            }
        }
    }

    private func currentSocket() throws(SystemError) -> DatagramSocket {
        if let socket = state.withLock({ $0.socket }) { return socket }
        let socket = try DatagramSocket(connect: server)
        let stopping = state.withLock { state in
            state.socket = socket
            return state.stopping
        }
        if stopping { socket.shutDown() }
        return socket
    }

    /// Tries again only where the system says that nothing was sent.
    private func send(_ request: [UInt8], through socket: DatagramSocket) throws(SystemError) {
        for attempt in 1... {
            do throws(SystemError) {
                return try request.span.withUnsafeBytes { bytes throws(SystemError) in
                    try socket.send(bytes, to: nil)
                }
            } catch {
                guard attempt < Self.sendAttempts, !isStopping else { throw error }
                switch error.number {
                case EAGAIN, ENOBUFS: parker.park(atMost: .milliseconds(1))
                // Left behind by an earlier job whose reply nobody waits for.
                case ECONNREFUSED where attempt < 4: continue
                default: throw error
                }
            }
        }
    }

    /// Whether the exact echo came in time.
    private func awaitReply(
        _ request: [UInt8],
        from socket: DatagramSocket
    ) throws(SystemError) -> Bool {
        let deadline = ContinuousClock.now + manner.timeout
        while !isStopping {
            let left = deadline - .now
            guard left > .zero, try socket.waitUntilReadable(atMost: left) else { return false }
            guard !isStopping else { return false }
            if try receives(request, from: socket) { return true }
        }
        return false
    }

    private func receives(
        _ request: [UInt8],
        from socket: DatagramSocket
    ) throws(SystemError) -> Bool {
        try withUnsafeTemporaryAllocation(byteCount: Self.replySpace, alignment: 1) {
            (bytes) throws(SystemError) -> Bool in
            var peer = SocketAddress()
            do throws(SystemError) {
                let length = try socket.receive(into: bytes, from: &peer, waiting: false)
                let isEcho = length <= bytes.count && bytes[..<length].elementsEqual(request)
                if !isEcho { state.withLock { $0.report.strayReplies += 1 } }
                return isEcho
            } catch {
                guard error.number == EAGAIN else { throw error }
                return false
            }
        }
    }

    private func pause(_ time: Microseconds) {
        let end = clock.now + time
        while !isStopping && clock.now < end {
            clock.park(parker, until: end, spinning: false)
        }
    }
}
