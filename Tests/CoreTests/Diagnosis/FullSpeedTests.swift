import Core
import Glibc
import Testing

@Suite("Without an adversary, at full speed", .timeLimit(.minutes(5)), .serialized)
struct FullSpeedTests {
    private static let runs = 20
    private static let jobs = 400

    /// Real threads, jobs that take no time, and nobody who chooses the interleaving.
    ///
    /// - Parameters:
    ///   - programs: What the threads execute.
    ///   - seed: The engine's.
    ///   - piece: So many events are noted, then ten times as many are missed; `nil` misses none.
    /// - Returns: What is reported, and what is present after each gap.
    private func run(_ programs: ProgramPair, seed: UInt64, piece: Int? = nil) -> [Fault] {
        let isMonitor = !programs.countsSlots
        let test = TestEngine(
            // One condition for both is enough for six slots and four threads.
            capacity: isMonitor ? 1 : 15,
            producers: 2,
            consumers: 2,
            source: ListSource(seconds: Array(repeating: 1, count: Self.jobs)),
            programs: programs,
            paused: false
        ) {
            $0.kernel.execution = .account
            $0.kernel.executionLimit = UInt64(Self.jobs)
            $0.kernel.eventCapacity = 1 << 21
            $0.seed = seed
        }
        test.until("the run's end") { test.engine.isComplete || isOver($0) }
        test.engine.stop()
        var watch = FaultWatch(isStrict: false)
        var found: [Fault] = []
        var position = 0
        let missed = Observer(test.engine, budget: 1).look { event, before in
            var after = before
            after.apply(event)
            position += 1
            guard let piece, position > piece else {
                found += watch.note(event, before: before, after: after)
                return
            }
            guard position == 11 * piece else { return }
            position = 0
            found += watch.see(after)
            found += watch.present
        }
        #expect(missed == 0, "the ring holds the whole run")
        return found
    }

    /// Whether nobody will do anything any more, because all wait for each other or for jobs.
    private func isOver(_ state: EngineState) -> Bool {
        let isWakeUnderWay = state.semaphores.contains { $0.value > 0 && $0.waiterCount > 0 }
        return !isWakeUnderWay
            && state.threads.allSatisfy { thread in
                switch thread.phase {
                case .blocked, .awaitingJobs: true
                case .ready, .executing, .ended: false
                }
            }
    }

    @Test("who sees a piece of 64 events now and then accuses no correct program of anything")
    func pieces() throws {
        for name in ["correct", "monitor", "busy-wait"] {
            let programs = try #require(ProgramCatalog.named(name))
            let found = (1...UInt64(Self.runs)).flatMap { run(programs, seed: $0, piece: 64) }
            let kinds = Set(found.map(\.kind))
            #expect(programs.isCorrect == kinds.isEmpty, "\(name): \(kinds)")
            #expect(programs.isCorrect || kinds.contains(.busyWaiting), "\(name): \(kinds)")
        }
    }

    @Test(
        "a broken program shows its fault sooner or later, a correct one in none of 20 runs",
        arguments: ProgramCatalog.all.map(\.name)
    )
    func counts(name: String) throws {
        let programs = try #require(ProgramCatalog.named(name))

        var (runs, faulty) = (0, 0)
        var kinds: [Fault.Kind: Int] = [:]
        // Where threads seldom meet, as on one processor, it may take more.
        while runs < Self.runs || (!programs.isCorrect && faulty == 0 && runs < 100 * Self.runs) {
            runs += 1
            let found = Set(run(programs, seed: UInt64(runs)).map(\.kind))
            if !found.isEmpty { faulty += 1 }
            for kind in found { kinds[kind, default: 0] += 1 }
        }
        let words = kinds.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { "\($0.key.title) \($0.value)" }.joined(separator: ", ")
        print("at full speed, \(name): \(faulty) of \(runs) runs show a fault (\(words))")

        #expect(programs.isCorrect == (faulty == 0), "\(words)")
    }
}
