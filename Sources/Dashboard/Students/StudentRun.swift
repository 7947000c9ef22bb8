import Core

/// The student simulation as a session runs it: an engine without a network.
final class StudentRun: SessionRun {
    private let engine: Engine
    private let simulation: StudentSimulation
    private let settings: EngineSettings
    private let folder: StudentFolder
    private let clock: any EngineClock
    private let isLarge: Bool
    private var hasSaidLast = false

    /// - Parameters:
    ///   - settings: The engine's.
    ///   - students: What is made, and how fast.
    ///   - folder: Where the documents are.
    ///   - clock: The engine's.
    init(
        _ settings: EngineSettings,
        students: StudentSimulation.Settings,
        folder: StudentFolder,
        clock: any EngineClock
    ) {
        self.settings = settings
        self.folder = folder
        self.clock = clock
        isLarge = !students.tellsStudents
        simulation = StudentSimulation(students, folder: folder, clock: clock)
        engine = Engine(settings, source: simulation, replies: simulation, clock: clock)
        simulation.follow(engine.kernel)
    }

    var watched: Watched {
        var watched = Watched(
            engine: engine,
            settings: settings,
            clock: clock,
            endpoint: folder.path,
            nameOfDevice: { [simulation] in simulation.programmes.name(of: $0) },
            counters: { ReceiverCounters() },
            waitingInInbox: { [simulation] in simulation.givenBack }
        )
        watched.source = folder.path
        watched.netcat = nil
        watched.labelOfJob = { [simulation] job in
            "\(simulation.number(of: job).map(UInt64.init) ?? job.id)"
        }
        watched.takeRemarks = { [self] in simulation.takeLines() + lastRemark() }
        // Who looks at the last students, or at a standstill, may want to look longer.
        watched.isOver = { [simulation] in simulation.tally.failure != nil }
        return watched
    }

    var opening: String { StudentRules(settings, folder.path, simulation.settings).text }

    func start() { engine.start() }

    var isOver: Bool {
        // A snapshot costs little, and where it shows somebody who can move, that is enough.
        hasFinished
            || simulation.isStuck(engine.kernel.snapshot())
                && simulation.isStuck(engine.kernel.completeState())
    }

    /// Said once, when everybody is judged.
    private func lastRemark() -> [String] {
        guard !hasSaidLast, hasFinished else { return [] }
        hasSaidLast = true
        return ["all \(simulation.settings.count) students are judged"]
    }

    private var hasFinished: Bool {
        if simulation.tally.failure != nil { return true }
        guard simulation.isDone else { return false }
        return engine.kernel.completeState().jobsHeld == 0
    }

    func stop() -> SessionEnding {
        let elapsed = clock.now
        let last = engine.kernel.completeState()
        engine.stop()
        let summary = StudentSummary(
            tally: simulation.tally,
            wanted: simulation.settings.count,
            state: engine.kernel.completeState(),
            notRun: engine.jobsNotRun + UInt64(simulation.givenBack),
            timeOuts: engine.kernel.timeOuts,
            elapsed: elapsed,
            isStuck: !simulation.isDone && simulation.isStuck(last),
            isLarge: isLarge,
            standstill: last.standstill.map { Explainer().explain($0, in: last) }
        )
        return SessionEnding(text: summary.text, isSound: summary.isSound)
    }
}

/// What is said before the first student is made.
struct StudentRules {
    let text: String

    init(_ settings: EngineSettings, _ path: String, _ students: StudentSimulation.Settings) {
        let (producers, consumers) = (settings.producers, settings.consumers)
        let lines = [
            "The student simulation: \(students.count) students in \(path),"
                + " a buffer of \(settings.kernel.capacity)",
            "1. A producer waits when the buffer is full.",
            "2. A consumer waits when the buffer is empty.",
            "3. One thread at a time is in the buffer.",
            "Producers: \(producers), each \(students.producerDelay) s for a student;"
                + " consumers: \(consumers), each \(students.consumerDelay) s;"
                + " rate \(settings.kernel.rate)",
        ]
        text = lines.map { $0 + "\n" }.joined()
    }
}
