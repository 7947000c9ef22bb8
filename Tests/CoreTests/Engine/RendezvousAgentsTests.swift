import Testing

@testable import Core

/// Remote clients who meet, or do not.
@Suite("Remote clients in a rendezvous", .timeLimit(.minutes(5)))
struct RendezvousAgentsTests {
    private func remote(paused: Bool = false) -> RemoteEngine {
        RemoteEngine(capacity: 0, programs: ProgramCatalog.rendezvous, paused: paused)
    }

    @Test("alone, who only tries is told FULL or EMPTY, and leaves nothing behind")
    func alone() {
        let remote = remote()

        remote.put()
        remote.take()
        remote.put()

        #expect(remote.puts == [.full, .full])
        #expect(remote.takes == [.empty])
        #expect(remote.test.state[.empty].value == 0)
        #expect(remote.agents.refusals.full == 2 && remote.agents.refusals.empty == 1)
        remote.checkBooks()
    }

    @Test("who only tries finds a partner that waits", arguments: [true, false])
    func tries(senderWaits: Bool) {
        let remote = remote()
        if senderWaits {
            remote.put(.endless)
            remote.take()
        } else {
            remote.take(.endless)
            remote.put()
        }
        remote.agents.run()

        #expect(remote.puts == [.inserted(id: 1, depth: 1)])
        #expect(remote.takenIDs == [1])
        remote.checkBooks()
    }

    @Test("a message is passed on only where a receiver was ready when it was inserted")
    func order() {
        let remote = remote()
        for _ in 0..<3 { remote.put(.endless) }
        #expect(remote.puts.isEmpty)
        for number in 1...3 {
            remote.take()
            remote.agents.run()
            #expect(remote.puts.count == number)
        }
        #expect(remote.takenIDs == [1, 2, 3])
        remote.checkBooks()
    }

    @Test("patience ends on both sides, and a receiver's announcement with it")
    func patience() {
        let remote = remote()
        remote.take(.waiting(atMost: .seconds(2)))
        #expect(remote.agents.counts.empty == 1)
        remote.test.clock.advance(by: .seconds(2))
        remote.agents.run()
        #expect(remote.takes == [.timedOut])
        #expect(remote.agents.counts.empty == 0)

        remote.put(.waiting(atMost: .seconds(2)))
        remote.test.clock.advance(by: .seconds(2))
        remote.agents.run()
        #expect(remote.puts == [.timedOut])
        remote.checkBooks()
    }

    @Test("a receiver who goes away takes its announcement back")
    func withdrawn() throws {
        let remote = remote()
        let call = try #require(remote.take(.endless))
        remote.agents.withdraw(call)

        #expect(remote.agents.refusals.withdrawn == 1)
        remote.put()
        #expect(remote.puts == [.full])
        remote.checkBooks()
    }

    /// A receiver waits, and a sender has found it and gone no further.
    private func committed(_ patience: Patience) throws -> (
        RemoteEngine, put: AgentCall, take: AgentCall
    ) {
        let remote = remote()
        let take = try #require(remote.take(patience))
        remote.test.engine.gate.pause()
        let put = try #require(remote.put(.endless))
        for _ in 0..<2 { remote.step(put) }
        #expect(remote.test.state.unitsInHand == 0)
        #expect(remote.test.state[.empty].value == 0)
        return (remote, put, take)
    }

    @Test("a receiver whose sender is on its way stays beyond its patience")
    func staysForSender() throws {
        let (remote, _, _) = try committed(.waiting(atMost: .seconds(1)))
        remote.test.engine.gate.resume()
        remote.test.clock.advance(by: .seconds(3))
        let receiver = remote.test.state.threads[0].id
        _ = remote.test.engine.kernel.runSlice(of: receiver, length: 24)
        #expect(remote.takes.isEmpty)
        remote.agents.run()

        #expect(remote.puts == [.inserted(id: 1, depth: 1)])
        #expect(remote.takenIDs == [1])
        remote.checkBooks()
    }

    @Test("its client may go; then the job is undelivered, and that is counted")
    func undelivered() throws {
        let (remote, _, take) = try committed(.endless)
        remote.agents.withdraw(take)
        #expect(remote.test.state[.full].waiterCount == 1, "the sender relies on it")
        remote.test.engine.gate.resume()
        remote.agents.run()

        #expect(remote.puts == [.inserted(id: 1, depth: 1)])
        #expect(remote.takes.isEmpty)
        #expect(remote.agents.refusals.undelivered == 1)
        remote.checkBooks()
    }

    @Test("when the sender goes too, the receiver is let go", arguments: [true, false])
    func bothGo(hasClient: Bool) throws {
        let (remote, put, take) = try committed(
            hasClient ? .waiting(atMost: .seconds(1)) : .endless
        )
        if !hasClient { remote.agents.withdraw(take) }
        remote.test.engine.gate.resume()
        remote.test.clock.advance(by: .seconds(3))
        if hasClient { _ = remote.test.engine.kernel.runSlice(of: take.agent, length: 24) }
        remote.agents.withdraw(put)
        remote.agents.run()

        #expect(remote.takes == (hasClient ? [.timedOut] : []))
        #expect(remote.agents.refusals.withdrawn == (hasClient ? 1 : 2))
        #expect(remote.test.state.threads.allSatisfy { $0.isResting })
        #expect(remote.test.state[.empty].value == 0)
        remote.checkBooks()
    }

    @Test("a message that is too large for its receiver is lost to it, and counted")
    func tooLarge() {
        let remote = remote()
        let payload = Payload(.body, [UInt8](repeating: 1, count: Payload.largestBody + 1))
        remote.put(.endless, payload: payload)
        remote.take(largest: Payload.largestBody)
        remote.agents.run()

        #expect(remote.puts == [.inserted(id: 1, depth: 1)])
        #expect(remote.takes == [.tooLarge])
        #expect(remote.agents.refusals.tooLarge == 1 && remote.agents.refusals.undelivered == 1)
        #expect(remote.test.state.occupied == 0)
        remote.checkBooks()
    }
}
