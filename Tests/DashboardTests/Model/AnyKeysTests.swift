import Core
import TerminalUI
import Testing

@testable import Dashboard

/// A dashboard without a terminal: keys at random, and what they ask for is done.
@Suite("Any keys, in any order, at any size", .timeLimit(.minutes(5)))
struct AnyKeysTests {
    /// Jobs without end, each a second long.
    private final class Jobs: JobSource {
        func giveBack(_ job: QueuedJob) {}
        let isClosed = false

        func take(into jobs: UnsafeMutableBufferPointer<QueuedJob>) -> Int {
            jobs[0] = QueuedJob(Job(device: DeviceID(1), cpuTime: .seconds(1)), arrival: .zero)
            return 1
        }

        func letGo(_ parker: Parker) { parker.unpark() }
    }

    private final class NoReplies: ReplySender {
        func send(_ ticket: ReplyTicket) {}
        func forget(_ ticket: ReplyTicket) {}
    }

    private static let keys: [Key] =
        KeyBinding.all.filter { $0.action != .quit }.flatMap(\.keys) + [.character("x")]

    private func watched(
        _ engine: Engine,
        _ settings: EngineSettings,
        _ clock: any EngineClock
    ) -> Watched {
        Watched(
            engine: engine,
            settings: settings,
            clock: clock,
            endpoint: "localhost 5555",
            nameOfDevice: { "\($0.index)" },
            counters: { ReceiverCounters() },
            waitingInInbox: { 0 }
        )
    }

    @Test("however often they look back, a film is no longer than twice what is kept")
    func longFilm() {
        var settings = EngineSettings()
        (settings.kernel.eventCapacity, settings.kernel.history) = (512, 512)
        settings.startsPaused = true
        let clock = ManualClock()
        let engine = Engine(settings, source: Jobs(), replies: NoReplies(), clock: clock)
        engine.start()
        defer { engine.stop() }
        let watched = watched(engine, settings, clock)
        var film: Film?

        for _ in 0..<20 {
            for _ in 0..<100 { _ = engine.gate.step() }
            let next = watched.film(after: film)
            #expect(next.timeline.lastNumber == engine.kernel.eventNumber)
            #expect(next.timeline.lastNumber - next.timeline.firstNumber <= 1024)
            film = next
        }
    }

    @Test("keep the model in step with the engine, and every frame can be drawn", arguments: 1...12)
    func anyKeys(seed: Int) {
        var random = RandomNumbers(seed: UInt64(seed))
        let clock = ManualClock()
        var settings = EngineSettings()
        settings.kernel.capacity = [1, 3, 40].randomElement(using: &random) ?? 1
        settings.kernel.history = 2048
        settings.producers = Int.random(in: 0...3, using: &random)
        settings.consumers = Int.random(in: 0...3, using: &random)
        settings.startsPaused = Bool.random(using: &random)
        settings.kernel.service = Bool.random(using: &random) ? .fair : .strict
        let engine = Engine(settings, source: Jobs(), replies: NoReplies(), clock: clock)
        engine.start()
        defer { engine.stop() }
        let watched = watched(engine, settings, clock)
        let look = EngineLook(watched, file: nil)
        var model = Fixture.model(engine.kernel.snapshot())
        var film: Film?
        var isSearching = false

        func apply(_ message: Message) {
            for effect in model.update(message) {
                switch effect {
                case .pause: engine.gate.pause()
                case .resume: engine.gate.resume()
                case .step: apply(.stepped(engine.gate.step()))
                case .stepThread(let id): apply(.stepped(engine.gate.step(id)))
                case .changeProgram(let index):
                    let programs = engine.kernel.library[index]
                    apply(.programChanged(to: programs, engine.gate.changeProgram(to: index)))
                case .kill(let id): _ = engine.gate.kill(id)
                case .revive(let id): _ = engine.gate.revive(id)
                case .slow(let id, let isSlow): _ = engine.gate.slow(id, isSlow)
                case .searchAttack: isSearching = true
                case .cancelAttack: isSearching = false
                case .film:
                    film = watched.film(after: film)
                    if let film { apply(.filmed(film)) }
                case .armDatagramChaos(let deed): watched.chaos.armed = deed
                case .compareSchedules:
                    let jobs = model.executedJobs(of: engine.ledger)()
                    let shape = ScheduleComparison.Shape(model)
                    apply(.compared(ScheduleComparison(jobs, on: shape)))
                case .setRate(let rate): engine.gate.setRate(rate)
                case .predict:
                    let prediction = Prediction.make(
                        engine.kernel.completeState(),
                        takesOldest: true,
                        sentences: watched.sentences,
                        random: &random
                    )
                    apply(.predicted(prediction))
                case .quit, .lessonGoesOn, .lessonStep, .lessonChapter, .showMailbox, .kick, .mute,
                    .limit, .kickAddress, .muteAddress:
                    break
                }
            }
        }

        for _ in 0..<400 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0: clock.advance(by: .milliseconds(Int.random(in: 1...900, using: &random)))
            case 1: apply(.paceTick)
            case 2:
                let size = (
                    Int.random(in: 0...130, using: &random), Int.random(in: 0...50, using: &random)
                )
                apply(.resized(width: size.0, height: size.1))
            case 3 where isSearching:
                var limits = Adversary.Limits()
                (limits.situations, limits.probes) = (200, 2)
                let adversary = Adversary(breaking: engine.kernel.completeState(), limits: limits)
                isSearching = false
                apply(.attackPlanned(adversary.search(), adversary.forecast(runs: 2)))
            default: apply(.key(Self.keys.randomElement(using: &random) ?? .enter))
            }
            apply(.looked(look.look()))
            let frame = Screen.draw(model)
            #expect(frame.width == model.size.width, "seed \(seed)")
            #expect((model.attack == .searching) == isSearching, "seed \(seed)")
            #expect(model.live.state.isPaused == engine.kernel.snapshot().isPaused, "seed \(seed)")
            #expect(model.attack == nil || model.live.state.isPaused, "seed \(seed)")
        }
    }
}
