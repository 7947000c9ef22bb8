import ArgumentParser
import Core
import Foundation
import Synchronization

/// Measures the full engine: kernel, interpreted programs, ledger and histograms, with snapshots
/// taken beside it. Prints one JSON object.
@main
struct EngineBench: ParsableCommand {
    @Option var producers = 1
    @Option var consumers = 1
    @Option var capacity = 15
    @Option var items: UInt64 = 5_000_000
    @Option(help: "full: every event is written down; off: only what observers ask for")
    var recording = "off"
    @Option(help: "events kept for going back in time")
    var history = 0
    @Option(help: "a file that every event is recorded to")
    var record: String?
    @Option(help: "snapshots a second")
    var observe = 30
    @Flag(help: "draw the dashboard into a pseudo-terminal of 80x24 meanwhile")
    var dashboard = false
    @Option(help: "watchers over loopback, the first of which never reads; none: no server")
    var watchers: Int?
    @Option var slice = KernelSettings().sliceLength
    @Option var policy = "fifo"
    @Option var service = "fair"
    @Option var seed: UInt64 = 1

    func run() throws {
        var settings = EngineSettings()
        settings.producers = producers
        settings.consumers = consumers
        settings.seed = seed
        settings.kernel.capacity = capacity
        settings.kernel.execution = .account
        settings.kernel.executionLimit = items
        settings.kernel.recordsEverything = recording == "full"
        settings.kernel.history = history
        settings.kernel.isDrained = record != nil
        settings.kernel.sliceLength = slice
        guard let order = PolicyCatalog.policy(named: policy),
            let service = KernelSettings.Service(rawValue: service)
        else { throw ValidationError("no such policy or service") }
        settings.kernel.policy = order
        settings.kernel.service = service
        let clock = SystemClock()
        let engine = Engine(
            settings,
            source: SyntheticSource(count: items, clock: clock),
            replies: NoReplies(),
            clock: clock
        )
        let watcher = SnapshotTaker(engine.kernel, perSecond: observe)

        let screen = dashboard ? try AttachedDashboard(engine, settings, clock: clock) : nil
        screen?.waitUntilDrawn()

        let watching = try watchers.map {
            try AttachedWatchers($0, of: engine, settings, clock: clock)
        }
        let recorder = try record.map { path in
            Recorder(
                engine,
                began: WallTime(origin: clock),
                to: try RecordingSink(creating: path),
                nameOfDevice: { "\($0.index)" },
                whenBroken: { Output.error.write("\($0)\n") }
            )
        }
        let begin = clock.now
        engine.start()
        engine.waitUntilComplete()
        let elapsed = clock.now - begin
        engine.stop()
        let snapshots = watcher.stop()
        let told = watching?.frames ?? (sent: 0, skipped: 0)
        let read = watching?.finish() ?? 0
        let bytes = screen?.waitForEnd() ?? 0

        recorder?.finish()
        try check(engine)
        if let recorder { try check(recorder, engine) }
        let speed = Double(items) / elapsed.inSeconds
        let figures: [(name: String, value: String)] = [
            ("items_per_second", "\(Int(speed))"), ("seconds", "\(elapsed.inSeconds)"),
            ("snapshots", "\(snapshots)"), ("screen_bytes", "\(bytes)"),
            ("events", "\(engine.kernel.eventNumber)"),
            ("frame_ms", "\(screen?.frameTimes.median ?? 0)"),
            ("slowest_frame_ms", "\(screen?.frameTimes.slowest ?? 0)"),
            ("watch_frames", "\(told.sent)"), ("watch_frames_skipped", "\(told.skipped)"),
            ("watch_bytes", "\(read)"),
            ("recorder_waits", "\(engine.recordingDelay.waits)"),
        ]
        let fields = figures.map { figure in "\"\(figure.name)\": \(figure.value)" }
        print("{" + fields.joined(separator: ", ") + "}")
    }

    private func check(_ recorder: Recorder, _ engine: Engine) throws {
        guard recorder.eventCount != engine.kernel.eventNumber else { return }
        print("WRONG SUM: \(recorder.eventCount) of \(engine.kernel.eventNumber) events recorded")
        throw ExitCode(1)
    }

    /// A fast wrong answer is no answer.
    private func check(_ engine: Engine) throws {
        let expected = SyntheticSource.expected(count: items)
        for entry in engine.ledger.all where entry.cpuTime != expected[Int(entry.device.index)] {
            print("WRONG SUM: device \(entry.device.index) has \(entry.cpuTime)")
            throw ExitCode(1)
        }
    }
}

/// Takes snapshots at a steady rate until it is told to stop.
final class SnapshotTaker: Sendable {
    private let parker = Parker()
    private let stopping = Atomic(false)
    private let taken = Atomic<Int>(0)
    private let thread: Mutex<SystemThread?> = Mutex(nil)

    init(_ kernel: Kernel, perSecond: Int) {
        guard perSecond > 0 else { return }
        thread.withLock {
            $0 = SystemThread(name: "snapshots") { [self] in
                while !stopping.load(ordering: .acquiring) {
                    parker.park(atMost: .seconds(1) / perSecond)
                    _ = kernel.snapshot()
                    taken.add(1, ordering: .relaxed)
                }
            }
        }
    }

    /// - Returns: How many snapshots were taken.
    func stop() -> Int {
        stopping.store(true, ordering: .releasing)
        parker.unpark()
        thread.withLock { $0?.join() }
        return taken.load(ordering: .relaxed)
    }
}
