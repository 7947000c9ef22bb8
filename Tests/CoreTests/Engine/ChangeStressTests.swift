import Glibc
import Testing

@testable import Core

/// Everything that a user can do to a running engine, at once and at random.
@Suite("A running engine that is told something else all the time", .timeLimit(.minutes(5)))
struct ChangeStressTests {
    /// Sends nothing, and knows every ticket that it was told to send or to forget.
    private final class Tickets: ReplySender {
        let sent = Guarded<[ReplyTicket]>([])
        let forgotten = Guarded<[ReplyTicket]>([])

        func send(_ ticket: ReplyTicket) { sent.withLock { $0.append(ticket) } }
        func forget(_ ticket: ReplyTicket) { forgotten.withLock { $0.append(ticket) } }
    }

    @Test(
        "owes nobody two replies, and its recording folds to its last state",
        arguments: 1...6 as ClosedRange<UInt64>
    )
    func stress(seed: UInt64) throws {
        var random = RandomNumbers(seed: seed)
        let jobs = 20_000
        let source = ListSource(
            (1...jobs).map { number in
                QueuedJob(
                    Job(device: DeviceID(UInt32(number % 3 + 1)), cpuTime: .seconds(1)),
                    reply: ReplyTicket(UInt32(number)),
                    arrival: .zero
                )
            }
        )
        let clock = ManualClock()
        var settings = EngineSettings()
        settings.kernel.capacity = [1, 3, 50].randomElement(using: &random) ?? 1
        settings.kernel.rate = .maximum
        settings.kernel.service = Bool.random(using: &random) ? .fair : .strict
        settings.kernel.isDrained = true
        settings.kernel.history = Bool.random(using: &random) ? 4096 : 0
        settings.kernel.threadLimit = 16
        settings.producers = Int.random(in: 1...4, using: &random)
        settings.consumers = Int.random(in: 1...4, using: &random)
        settings.reply = Bool.random(using: &random) ? .done : .receipt
        settings.seed = seed
        let tickets = Tickets()
        let engine = Engine(settings, source: source, replies: tickets, clock: clock)
        let file = MemoryFile()
        let recorder = Recorder(
            engine,
            began: WallTime(origin: clock),
            to: file.sink,
            nameOfDevice: { "\($0.index)" },
            whenBroken: { _ in Issue.record("the recording broke") }
        )
        engine.start()

        for _ in 0..<400 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1:
                let index = Int.random(in: 0..<engine.kernel.library.count, using: &random)
                #expect(engine.gate.changeProgram(to: index))
            case 2: engine.gate.pause()
            case 3: engine.gate.resume()
            case 4:
                engine.gate.pause()
                for _ in 0..<10 { _ = engine.gate.step() }
            case 5: engine.gate.setRate(.normal)
            case 6: engine.gate.setRate(.maximum)
            default: clock.advance(by: .milliseconds(500))
            }
            if Bool.random(using: &random) { _ = engine.kernel.history() }
            for _ in 0..<Int.random(in: 0..<40, using: &random) { sched_yield() }
        }
        engine.stop()
        recorder.finish()

        let last = engine.kernel.completeState()
        let run = try RecordedRun(bytes: file.bytes)
        var folded = run.timeline.lastState
        folded.time = last.time
        #expect(folded.number == last.number && folded.slots == last.slots, "seed \(seed)")
        #expect(folded.threads == last.threads, "seed \(seed)")
        #expect(folded.leftovers == last.leftovers, "seed \(seed)")
        #expect(folded.semaphores == last.semaphores, "seed \(seed)")
        #expect(folded.lost == last.lost && folded.doubled == last.doubled, "seed \(seed)")
        let came = last.produced + last.doubled
        #expect(came == last.consumed + last.lost + UInt64(last.jobsHeld), "seed \(seed)")
        let (sent, forgotten) = (tickets.sent.withLock { $0 }, tickets.forgotten.withLock { $0 })
        #expect(Set(sent).count == sent.count, "seed \(seed)")
        #expect(Set(forgotten).count == forgotten.count, "seed \(seed)")
        #expect(Set(sent).isDisjoint(with: forgotten), "seed \(seed)")
        if settings.reply == .done {
            #expect(UInt64(forgotten.count) == last.lost, "seed \(seed)")
            // A job taken twice may still be in both hands; only one of them will answer.
            #expect(UInt64(sent.count) <= last.consumed, "seed \(seed)")
            #expect(UInt64(sent.count) + last.doubled >= last.consumed, "seed \(seed)")
        }
    }
}
