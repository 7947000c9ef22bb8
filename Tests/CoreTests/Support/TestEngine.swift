import Core
import Glibc
import Testing

/// An engine on a manual clock, and what a test does to it.
///
/// Threads are real; because the engine is paused, each does one statement when told, and `step`
/// returns when it is done. So every interleaving can be driven, without a sleep.
final class TestEngine {
    let clock = ManualClock()
    let source: ListSource
    let replies = ReplyList()
    let engine: Engine

    init(
        capacity: Int = 2,
        producers: Int = 1,
        consumers: Int = 1,
        source: ListSource,
        programs: ProgramPair = ProgramCatalog.correct,
        paused: Bool = true,
        _ change: (inout EngineSettings) -> Void = { _ in }
    ) {
        self.source = source
        var settings = EngineSettings()
        settings.kernel.capacity = capacity
        settings.kernel.programs = programs
        settings.kernel.recordsEverything = true
        settings.kernel.eventCapacity = 1 << 16
        settings.producers = producers
        settings.consumers = consumers
        settings.startsPaused = paused
        change(&settings)
        engine = Engine(settings, source: source, replies: replies, clock: clock)
        engine.start()
    }

    deinit {
        engine.stop()
    }

    var state: EngineState { engine.kernel.snapshot() }

    /// P1, C2 and so on.
    func thread(_ name: String) throws -> ThreadID {
        try #require(state.threads.first { $0.name == name }?.id)
    }

    @discardableResult
    func step(_ name: String) throws -> Kernel.StepAnswer {
        engine.gate.step(try thread(name))
    }

    func step(_ name: String, times: Int) throws {
        for _ in 0..<times { try step(name) }
    }

    /// Steps until the thread is about to do this statement.
    func step(_ name: String, to statement: Statement) throws {
        for _ in 0..<20 where try self.statement(name) != statement { try step(name) }
        #expect(try self.statement(name) == statement)
    }

    func statement(_ name: String) throws -> Statement {
        let state = self.state
        let activity = try #require(state[try thread(name)])
        return state.programs.program(for: activity.role).statements[activity.line]
    }

    func phase(_ name: String) throws -> ThreadActivity.Phase {
        try #require(state[try thread(name)]).phase
    }

    /// Yields the processor until it is so. The limit is for a test that fails, not for luck.
    func until(
        _ what: Comment,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ condition: (EngineState) throws -> Bool
    ) rethrows {
        let clock = SystemClock()
        while clock.now < .seconds(60) {
            if try condition(state) { return }
            sched_yield()
        }
        Issue.record(what, sourceLocation: sourceLocation)
    }
}
