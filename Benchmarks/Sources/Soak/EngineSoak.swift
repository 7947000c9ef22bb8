import Core

/// Correct programs at full speed, and the diagnosis looking on: it must never find a fault.
struct EngineSoak {
    let seconds: Double

    /// What was looked at, and what was found.
    struct Result {
        var executed: UInt64 = 0
        var judgedEvents: UInt64 = 0
        var judgedStates: UInt64 = 0
        var faults: [Fault] = []
    }

    func run(_ programs: ProgramPair, _ service: KernelSettings.Service) -> Result {
        var settings = EngineSettings()
        settings.kernel.programs = programs
        settings.kernel.service = service
        settings.kernel.execution = .account
        settings.producers = 4
        settings.consumers = 4
        settings.reply = .none
        let clock = SystemClock()
        let engine = Engine(settings, source: EndlessSource(), replies: NoReplies(), clock: clock)
        engine.start()
        let result = watch(engine, until: clock.now + .seconds(seconds), clock)
        engine.stop()
        return result
    }

    /// Judges every event that it can keep up with, and after each gap the state.
    private func watch(_ engine: Engine, until end: Microseconds, _ clock: SystemClock) -> Result {
        let observer = Observer(engine, budget: 4096)
        // Strict service makes convoys, which is no fault of the program.
        var watch = FaultWatch(isStrict: false)
        var result = Result()
        while clock.now < end {
            let missed = observer.look { event, before in
                var after = before
                after.apply(event)
                result.faults += watch.note(event, before: before, after: after)
                result.judgedEvents += 1
            }
            if missed > 0 {
                result.faults += watch.see(observer.state)
                result.judgedStates += 1
            }
        }
        result.executed = observer.state.consumed
        return result
    }
}

/// Jobs without end, from 16 devices in turn.
private final class EndlessSource: JobSource {
    let isClosed = false

    func take(into jobs: UnsafeMutableBufferPointer<QueuedJob>) -> Int {
        for index in jobs.indices {
            let job = Job(device: DeviceID(UInt32(index % 16 + 1)), cpuTime: .seconds(1))
            jobs[index] = QueuedJob(job, arrival: .zero)
        }
        return jobs.count
    }

    /// Nobody is killed here.
    func giveBack(_ job: QueuedJob) {}

    func letGo(_ parker: Parker) { parker.unpark() }
}

private struct NoReplies: ReplySender {
    func send(_ ticket: ReplyTicket) {}
    func forget(_ ticket: ReplyTicket) {}
}
