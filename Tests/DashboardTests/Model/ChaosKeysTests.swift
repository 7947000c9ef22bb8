import Core
import TerminalUI
import Testing

@testable import Dashboard

@Suite("Killing, reviving and slowing the selected thread")
struct ChaosKeysTests {
    private func press(_ model: inout DashboardModel, _ keys: Key...) -> [Effect] {
        keys.flatMap { model.update(.key($0)) }
    }

    @Test("x kills the selected thread and says what becomes of its job; again, it is revived")
    func kill() throws {
        var model = Fixture.sketch()
        #expect(press(&model, .character("x")).isEmpty)
        #expect(model.focus == .threads)
        #expect(model.notice == "↑ ↓ select a thread, then x kills or revives it, X makes it slow")
        #expect(press(&model, .character("x")) == [.kill(ThreadID(0))])
        let first = try #require(model.live.state.threads[0].job)
        #expect(model.notice == "P1 was killed; job \(first.id) goes back, to be produced again")

        #expect(press(&model, .down, .down, .character("x")) == [.kill(ThreadID(2))])
        let job = try #require(model.live.state.threads[2].job)
        #expect(model.notice == "C2 was killed; job \(job.id) goes back, to be produced again")

        model.live.state.threads[2].phase = .ended
        model.live.state.threads[2].wasKilled = true
        #expect(press(&model, .character("x")) == [.revive(ThreadID(2))])
        #expect(model.notice == "C2 begins anew")
    }

    @Test("X slows a consumer, and a second time no longer; a producer has no jobs to be slow with")
    func slow() {
        var model = Fixture.sketch()
        model.focus = .threads
        #expect(press(&model, .character("X")).isEmpty)
        #expect(model.notice == "only a consumer has jobs to be slow with; ↑ ↓ select one")
        #expect(press(&model, .down, .character("X")) == [.slow(ThreadID(1), true)])
        model.live.state.threads[1].isSlow = true
        #expect(press(&model, .character("X")) == [.slow(ThreadID(1), false)])
    }

    @Test("a remote client's agent has no thread, and nobody is killed in the past")
    func refused() {
        var model = Fixture.remoteClients()
        let agents = model.live.threads.firstIndex(where: \.isAgent) ?? 0
        model.focus = .threads
        model.cursors[.threads] = agents
        let name = model.live.threads[agents].name
        #expect(press(&model, .character("x")).isEmpty)
        #expect(model.notice == "\(name) stands for a remote client, and has no thread to kill")

        var past = Fixture.sketch()
        _ = past.update(.filmed(Fixture.film(of: "correct")))
        past.rewind = Rewind(Fixture.film(of: "correct"), at: 1)
        #expect(press(&past, .character("x")).isEmpty)
    }
}
