import Core
import Testing

@Suite("Situation")
struct SituationTests {
    private let job = Job(device: .other, cpuTime: .seconds(1))

    /// The state after these threads' steps, by their numbers.
    private func after(_ steps: [Int], _ programs: ProgramPair, _ shape: Shape) -> EngineState {
        var state = shape.state(programs)
        for step in steps {
            guard let fact = state.foresee(ThreadID(step), nextJob: job) else { continue }
            state.apply(Event(fact, by: ThreadID(step), at: state.time + Microseconds(1)))
        }
        return state
    }

    private func situation(
        _ steps: [Int],
        _ programs: ProgramPair = ProgramCatalog.correct,
        _ shape: Shape = Shape(2, 2, 2)
    ) -> Situation {
        Situation(after(steps, programs, shape))
    }

    @Test("threads of a role are interchangeable; those of different roles are not")
    func interchangeable() {
        #expect(situation([0, 0, 0]) == situation([1, 1, 1]))
        #expect(situation([0, 1, 1]) == situation([0, 0, 1]))
        #expect(situation([0]) != situation([2]))
    }

    @Test("the order of those who wait counts, by their roles")
    func queues() {
        func waiting(_ order: [Int]) -> Situation {
            // P1 fills two slots and C1 enters; P2 and C2 are about to wait for the mutex.
            let entered = Array(repeating: 0, count: 12) + [1, 1, 2, 2, 3]
            return situation(entered + order, ProgramCatalog.correct, Shape(3, 2, 2))
        }

        #expect(waiting([1, 3]) != waiting([3, 1]))
        #expect(waiting([1]) != waiting([3]))
    }

    @Test("times and numbers do not count, and after a round all is as before")
    func rounds() throws {
        let round = Array(repeating: 0, count: 6) + Array(repeating: 2, count: 6)

        for name in ["correct", "forgotten-signal"] {
            let programs = try #require(ProgramCatalog.named(name))
            #expect((situation([], programs) == situation(round, programs)) == (name == "correct"))
        }
    }

    @Test("a ring may be turned, but what lies in empty slots counts where it can be taken")
    func ring() throws {
        let programs = try #require(ProgramCatalog.named("no-mutex"))
        let round = Array(repeating: 0, count: 6) + Array(repeating: 2, count: 6)

        #expect(situation([], programs) != situation(round, programs))
        #expect(situation(round + round, programs) == situation(round + round + round, programs))
    }

    @Test("how many jobs are still to come counts")
    func jobsLeft() {
        let state = after([], ProgramCatalog.correct, Shape(1, 1, 1))
        #expect(Situation(state, jobsLeft: 1) != Situation(state, jobsLeft: 2))
        #expect(Situation(state, jobsLeft: nil) == Situation(state))
    }
}
