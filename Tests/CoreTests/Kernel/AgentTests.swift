import Testing

@testable import Core

@Suite("Agents: waiters without a thread of their own", .timeLimit(.minutes(5)))
struct AgentTests {
    /// An engine without consumer threads, and agents that take jobs.
    private func make(agents: Int, jobs: Int) -> (TestEngine, [ThreadID], Parker) {
        let test = TestEngine(
            capacity: 3,
            consumers: 0,
            source: ListSource(seconds: Array(repeating: 1, count: jobs)),
            paused: false
        ) { $0.kernel.execution = .account }
        let parker = Parker()
        let ids = (0..<agents).map { number in
            test.engine.kernel.join(.consumer, ordinal: number + 1, parker: parker, isAgent: true)
        }
        return (test, ids, parker)
    }

    @Test("an agent stands in the semaphore's queue under its own name, in order of arrival")
    func queued() throws {
        let (test, agents, _) = make(agents: 3, jobs: 0)

        for agent in [agents[1], agents[0], agents[2]] {
            guard case .blocked = test.engine.kernel.runSlice(of: agent, length: 24) else {
                Issue.record("an agent found a unit in an empty buffer")
                return
            }
        }

        #expect(test.state[.full].waiters == [agents[1], agents[0], agents[2]])
        #expect(test.state.name(of: agents[1]) == "A2")
        #expect(test.engine.kernel.nextReadyAgent() == nil)
    }

    @Test("a signal lists the agent as ready, and one executor runs many agents' slices")
    func executed() throws {
        let (test, agents, parker) = make(agents: 20, jobs: 40)
        for agent in agents { run(agent, in: test) }

        while test.state.consumed < 40 {
            guard let agent = test.engine.kernel.nextReadyAgent() else {
                parker.park(atMost: .milliseconds(100))
                continue
            }
            run(agent, in: test)
        }

        #expect(test.state.produced == 40)
        #expect(test.state.violations().isEmpty)
    }

    /// This thread is the executor: an agent that did not block goes on at once.
    private func run(_ agent: ThreadID, in test: TestEngine) {
        var end = Kernel.SliceEnd.used
        while case .used = end {
            end = test.engine.kernel.runSlice(of: agent, length: 24)
            test.engine.shared.settle(test.engine.kernel.desk(of: agent), of: agent)
        }
    }

    @Test("a paused agent is listed again by resume")
    func paused() throws {
        let (test, agents, _) = make(agents: 1, jobs: 0)
        test.engine.gate.pause()

        guard case .held = test.engine.kernel.runSlice(of: agents[0], length: 24) else {
            Issue.record("an agent moved while the engine was paused")
            return
        }
        test.engine.gate.resume()

        #expect(test.engine.kernel.nextReadyAgent() == agents[0])
    }

    @Test("an agent that was woken before a pause tries again after it")
    func wokenBeforePause() throws {
        let (test, agents, _) = make(agents: 1, jobs: 0)
        let kernel = test.engine.kernel
        _ = kernel.runSlice(of: agents[0], length: 24)
        kernel.thread(agents[0]).pointee.isWoken = true
        test.engine.gate.pause()

        test.engine.gate.resume()

        #expect(kernel.nextReadyAgent() == agents[0])
    }

    @Test("after the end every agent is listed, so that its executor sees it")
    func cancelled() throws {
        let (test, agents, _) = make(agents: 2, jobs: 0)
        _ = test.engine.kernel.runSlice(of: agents[0], length: 24)

        test.engine.kernel.cancel()

        let listed = [test.engine.kernel.nextReadyAgent(), test.engine.kernel.nextReadyAgent()]
        #expect(listed == [agents[0], agents[1]])
    }
}
