import Core
import Testing

/// An engine that is stepped while a `FaultWatch` follows its events.
final class WatchedEngine {
    let test: TestEngine
    private let observer: Observer
    private var watch: FaultWatch
    /// What the watch has reported so far, in order.
    private(set) var reported: [Fault] = []

    init(
        _ programs: ProgramPair,
        capacity: Int = 2,
        producers: Int = 1,
        consumers: Int = 1,
        jobs: Int = 400,
        paused: Bool = true,
        isStrict: Bool = false,
        _ change: (inout EngineSettings) -> Void = { _ in }
    ) {
        test = TestEngine(
            capacity: capacity,
            producers: producers,
            consumers: consumers,
            source: ListSource(seconds: Array(repeating: 2, count: jobs)),
            programs: programs,
            paused: paused,
            change
        )
        observer = Observer(test.engine, budget: 1000)
        watch = FaultWatch(isStrict: isStrict)
    }

    var state: EngineState { observer.state }
    var present: [Fault] { watch.present }
    var kinds: [Fault.Kind] { watch.present.map(\.kind) }

    /// Notes all events since the last look, and passes them on.
    func look(
        _ visit: (Event, _ before: EngineState, _ after: EngineState) -> Void = { _, _, _ in }
    ) {
        var events: [(Event, EngineState)] = []
        let missed = observer.look { events.append(($0, $1)) }
        #expect(missed == 0, "a watch that misses events proves nothing")
        for (event, before) in events {
            var after = before
            after.apply(event)
            reported += watch.note(event, before: before, after: after)
            visit(event, before, after)
        }
    }

    /// Steps these threads in turn, one statement each: "P1 P1 C1".
    func step(_ names: String) throws {
        for name in names.split(separator: " ") {
            try test.step(String(name))
            look()
        }
    }

    /// Steps the thread so many times.
    func step(
        _ name: String,
        _ times: Int,
        _ visit: (Event, _ before: EngineState, _ after: EngineState) -> Void = { _, _, _ in }
    ) throws {
        for _ in 0..<times {
            try test.step(name)
            look(visit)
        }
    }

    /// Lets the seed choose who moves.
    func walk(_ steps: Int) {
        for _ in 0..<steps {
            _ = test.engine.gate.step()
            look()
        }
    }

    /// What the explainer says about the fault of this kind that is present.
    func explanation(of kind: Fault.Kind) throws -> Explanation {
        let fault = try #require(present.first { $0.kind == kind })
        return Explainer().explain(fault, in: state)
    }

    func why(_ name: String, now: Microseconds? = nil) throws -> String {
        look()
        return Explainer().why(try test.thread(name), in: state, now: now ?? test.clock.now)
    }
}
