/// Devices that run side by side, a thread each.
package final class DeviceFleet: Sendable {
    private let sessions: [DeviceSession]
    private let threads: [SystemThread]
    private let running: Running

    /// Starts the devices.
    ///
    /// - Parameters:
    ///   - workload: What they send.
    ///   - server: Where they send it.
    ///   - manner: How they deal with replies.
    ///   - clock: Times the pauses and the replies.
    ///   - control: Asks for more or fewer jobs while they run; then they end only when stopped.
    ///   - work: What a device does before it sends a job.
    ///   - whenDone: Called once by the last device's thread, at the end of its work.
    package init(
        _ workload: Workload,
        server: SocketAddress,
        manner: DeviceSession.Manner,
        clock: any EngineClock,
        control: DeviceControl? = nil,
        work: @escaping DeviceSession.Work = { $0.cpuTime },
        whenDone: @escaping @Sendable () -> Void
    ) {
        let running = Running(workload.devices)
        let sessions = (0..<workload.devices).map { number in
            DeviceSession(
                jobs: workload.stream(ofDevice: number),
                server: server,
                manner: manner,
                clock: clock,
                control: control,
                work: work
            )
        }
        self.running = running
        self.sessions = sessions
        threads = sessions.map { session in
            SystemThread(name: "device") {
                session.run()
                if running.oneStopped() { whenDone() }
            }
        }
        if sessions.isEmpty { whenDone() }
    }

    /// Asks all devices to stop; jobs that still wait for a reply become unanswered.
    package func stop() {
        for session in sessions { session.stop() }
    }

    /// Waits for all devices. Must be called before the fleet is forgotten.
    package func join() {
        for thread in threads { thread.join() }
    }

    package var isRunning: Bool { running.any }

    /// How many jobs need no more attention, for a progress bar.
    package var finishedJobs: Int {
        sessions.reduce(0) { $0 + $1.finishedJobs }
    }

    /// In the order of the devices' numbers.
    package var reports: [DeviceReport] { sessions.map(\.report) }
}

/// Counts the devices that are still at work.
private final class Running: Sendable {
    private let count: Guarded<Int>

    init(_ count: Int) {
        self.count = Guarded(count)
    }

    /// Whether that was the last one.
    func oneStopped() -> Bool {
        count.withLock { count in
            count -= 1
            return count == 0
        }
    }

    var any: Bool { count.withLock { $0 > 0 } }
}
