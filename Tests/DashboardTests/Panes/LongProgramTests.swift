import Core
import TerminalUI
import Testing

@testable import Dashboard

@Suite("A program that does not fit its pane")
struct LongProgramTests {
    private func model(consumerAt line: Int) -> DashboardModel {
        var model = Fixture.sketch()
        model.live.state.programs = ProgramCatalog.roundRobin(quantum: .seconds(1))
        model.live.state.isPaused = true
        for index in model.live.state.threads.indices {
            model.live.state.threads[index].line = 0
            model.live.state.threads[index].phase = .ready
        }
        model.live.state.threads[1].line = line
        return model
    }

    private func text(_ model: DashboardModel, height: Int) -> String {
        var frame = CellBuffer(width: 78, height: height)
        ProgramPane.draw(model, into: &frame, area: frame.bounds)
        return frame.text
    }

    @Test("shows the line of the thread that has come furthest", arguments: 0..<12)
    func furthest(line: Int) {
        let statement = ProgramCatalog.roundRobin(quantum: .seconds(1)).consumer.statements[line]
        let text = text(model(consumerAt: line), height: 7)
        #expect(text.contains("\(line + 1) \(statement) ◂"), "\(text)")
    }

    @Test("or of the one that moved last")
    func mover() {
        var model = model(consumerAt: 11)
        model.live.moment = Moment(number: 9, text: "", thread: ThreadID(2))
        #expect(text(model, height: 7).contains("1 wait(full) ◂ C2"))
    }

    @Test("round robin, paused at 80x24, is on the screen with the threads below")
    func smallScreen() {
        let text = Screen.draw(model(consumerAt: 5)).text
        #expect(text.contains("Program: round-robin") && text.contains("Threads"))
        #expect(text.contains("6 if job done: go to 12 ◂ C1"))
    }
}
