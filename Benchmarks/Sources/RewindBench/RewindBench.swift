import ArgumentParser
import Core
import Foundation

/// Records an hour of fifty events a second, reads it back, and jumps about in it. Prints one JSON
/// object.
@main
struct RewindBench: ParsableCommand {
    @Option(help: "a recording to read, instead of one made for this")
    var file: String?
    @Option(help: "events of the recording: an hour of fifty a second")
    var events = 180_000
    @Option var capacity = 15
    @Option var threads = 8
    @Option var jumps = 1000
    @Option var seed: UInt64 = 1

    func run() throws {
        let made = NSTemporaryDirectory() + "signalbox-rewind-\(getpid()).jsonl"
        defer { unlink(made) }
        if file == nil { try record(made) }
        let path = file ?? made
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        let clock = SystemClock()
        let begin = clock.now
        let run = try RecordedRun(contentsOf: path)
        let load = clock.now - begin
        let times = jump(in: run, clock).sorted()
        func milliseconds(_ part: Double) -> Double {
            let place = min(times.count - 1, Int(Double(times.count) * part))
            return Double(times[place].count) / 1000
        }
        let live = lookBack(clock)
        print(
            "{\"live_ms\": \(Double(live.count) / 1000), \"events\": \(run.timeline.lastNumber), \"bytes\": \(size),"
                + " \"load_ms\": \(Double(load.count) / 1000), \"p50_ms\": \(milliseconds(0.5)),"
                + " \"p99_ms\": \(milliseconds(0.99)), \"max_ms\": \(milliseconds(1))}"
        )
    }

    /// What a dashboard asks for when somebody presses an arrow.
    private func jump(in run: RecordedRun, _ clock: SystemClock) -> [Microseconds] {
        let timeline = run.timeline
        let sentences = Sentences { run.devices.name(of: $0) }
        var random = RandomNumbers(seed: seed)
        var sum = 0
        let times = (0..<jumps).map { _ in
            let number = UInt64.random(in: 0...timeline.lastNumber, using: &random)
            let begin = clock.now
            sum += timeline.state(at: number).occupied
            sum += timeline.cpuTimes(at: number).count
            sum += timeline.occupancy(at: number, seconds: 60).count
            timeline.walk(from: number - min(number, 99), to: number) { event, before in
                sum += sentences.sentence(for: event, before: before).utf8.count
            }
            return clock.now - begin
        }
        // Somebody must want the result, or the compiler leaves out the work.
        precondition(sum > 0)
        return times
    }

    /// What the first key of a rewind costs: making the timeline of a million events, while the
    /// engine runs as fast as it can.
    private func lookBack(_ clock: SystemClock) -> Microseconds {
        var settings = EngineSettings()
        settings.kernel.execution = .account
        settings.kernel.history = 1 << 20
        let engine = Engine(settings, source: SteadySource(), replies: NoReplies(), clock: clock)
        engine.start()
        while engine.kernel.eventNumber < 3 << 20 { usleep(1000) }
        let begin = clock.now
        let timeline = engine.timeline()
        let time = clock.now - begin
        engine.stop()
        precondition(timeline.lastNumber - timeline.firstNumber > 1 << 19)
        return time
    }

    /// Steps an engine on a clock that moves a fiftieth of a second a statement.
    private func record(_ path: String) throws {
        var settings = EngineSettings()
        settings.kernel.capacity = capacity
        settings.kernel.isDrained = true
        settings.producers = threads / 2
        settings.consumers = threads - threads / 2
        settings.startsPaused = true
        settings.seed = seed
        let clock = ManualClock()
        let engine = Engine(
            settings,
            source: SteadySource(),
            replies: NoReplies(),
            clock: clock
        )
        let recorder = Recorder(
            engine,
            began: WallTime(origin: clock),
            to: try RecordingSink(creating: path),
            nameOfDevice: { "device \($0.index)" },
            whenBroken: { Output.error.write("\($0)\n") }
        )
        engine.start()
        while engine.kernel.eventNumber < UInt64(events) {
            _ = engine.gate.step()
            clock.advance(by: .milliseconds(20))
        }
        engine.stop()
        recorder.finish()
    }
}

/// Jobs for ever, of a hundred devices.
private final class SteadySource: JobSource {
    private let next = Guarded<UInt32>(0)

    func take(into jobs: UnsafeMutableBufferPointer<QueuedJob>) -> Int {
        next.withLock { next in
            for index in jobs.indices {
                next += 1
                let job = Job(device: DeviceID(1 + next % 100), cpuTime: .seconds(2.5))
                jobs[index] = QueuedJob(job, arrival: .zero)
            }
        }
        return jobs.count
    }

    /// Nobody is killed here.
    func giveBack(_ job: QueuedJob) {}

    func letGo(_ parker: Parker) {
        parker.unpark()
    }

    var isClosed: Bool { false }
}

private struct NoReplies: ReplySender {
    func send(_ ticket: ReplyTicket) {}
    func forget(_ ticket: ReplyTicket) {}
}
