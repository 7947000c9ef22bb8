import NIOCore

/// The event loop as the thread that executes the agents.
///
/// A call that arrives is executed where it was read, and answered where it is written: a hand-over
/// to a sleeping thread and back costs as much as the whole call does.
package final class AgentLoop: Sendable {
    package let loop: any EventLoop
    /// Who the agents' clients are; any thread may ask.
    package let clients = ClientNames()
    private let agents: NIOLoopBoundBox<Agents?>

    /// - Parameters:
    ///   - engine: Whose agents they are.
    ///   - limit: The most calls under way at the same time.
    ///   - seed: Decides how long the slices of broken programs are.
    ///   - loop: The event loop; its thread is the agents'.
    package init(_ engine: Engine, limit: Int, seed: UInt64, on loop: any EventLoop) {
        self.loop = loop
        let agents = NIOLoopBoundBox.makeBoxSendingValue(
            nil,
            as: Agents?.self,
            eventLoop: loop
        )
        self.agents = agents
        let host = Agents.Host(
            wake: { loop.execute { agents.value?.run() } },
            wakeAfter: { delay in
                loop.scheduleTask(in: TimeAmount(delay)) { agents.value?.run() }
            }
        )
        loop.execute { [clients] in
            agents.value = Agents(
                engine,
                limit: limit,
                seed: seed,
                clients: clients,
                host: host
            )
        }
    }

    /// The agents; to be asked on the loop.
    var agentsOnLoop: Agents? { agents.value }

    /// Lets the agents go, which know the host that knows them. Called on the loop, in the end.
    func forgetAgents() {
        agents.value = nil
    }

    /// Does something with the agents, on their thread, and waits until it is done.
    ///
    /// - Throws: When the loop has ended.
    package func withAgents<Result: Sendable>(
        _ body: @escaping @Sendable (Agents) -> Result
    ) throws -> Result {
        try loop.submit { [agents] in
            guard let agents = agents.value else {
                preconditionFailure("the agents were made before anybody could ask for them")
            }
            return body(agents)
        }.wait()
    }
}
