import Core
import TerminalUI
import Testing

@testable import Dashboard

@Suite("The update")
struct UpdateTests {
    private func press(_ model: inout DashboardModel, _ keys: Key...) -> [Effect] {
        keys.flatMap { model.update(.key($0)) }
    }

    private func look(_ model: DashboardModel, lines: [LogLine] = []) -> Message {
        .looked(
            Look(
                state: model.live.state,
                now: model.live.now,
                peaks: [],
                lines: lines,
                devices: model.live.devices,
                counters: model.live.counters,
                waitingInInbox: 0,
                times: []
            )
        )
    }

    @Test("space pauses and resumes, also when pressed twice between two looks")
    func pause() {
        var model = Fixture.sketch()

        #expect(press(&model, .character(" "), .character(" ")) == [.pause, .resume])
        #expect(press(&model, .character(" ")) == [.pause])
    }

    @Test("n steps, and pauses first")
    func step() {
        var model = Fixture.sketch()

        #expect(press(&model, .character("n")) == [.pause, .step])
        #expect(press(&model, .character("n")) == [.step])
    }

    @Test("+ and = are faster, - is slower, one step for each press")
    func rate() {
        var model = Fixture.sketch()

        let effects = press(&model, .character("+"), .character("="), .character("-"))

        #expect(effects.count == 3)
        #expect(
            effects == [2000, 5000, 2000].map { .setRate(Rate(thousandths: $0)) }
        )
    }

    @Test("the rate has two ends, and says so")
    func rateLimits() {
        var model = Fixture.sketch()

        for _ in 0..<20 { _ = press(&model, .character("+")) }
        #expect(model.live.state.rate.isMaximum)
        #expect(model.notice == "the rate is as high as it gets")

        for _ in 0..<20 { _ = press(&model, .character("-")) }
        #expect(model.live.state.rate == Rate(thousandths: 100))
        #expect(model.notice == "the rate is as low as it gets")
    }

    @Test("f keeps the picture while the engine goes on, and counts the events")
    func freeze() {
        var model = Fixture.sketch()
        #expect(press(&model, .character("f")).isEmpty)

        var next = model
        next.live.state.number += 5
        _ = model.update(look(next, lines: Fixture.lines(2, from: 31)))
        #expect(model.eventsBehind == 5)
        #expect(model.shown.log.count == 30 && model.live.log.count == 32)

        _ = press(&model, .character("f"))
        #expect(model.frozen == nil && model.eventsBehind == 0 && model.shown.log.count == 32)
    }

    @Test("tab goes through the panes that can be moved in, shift-tab back")
    func focus() {
        var model = Fixture.sketch()
        var seen: [PaneKind] = []

        for _ in 0..<4 {
            seen.append(model.focus)
            _ = press(&model, .tab)
        }
        #expect(seen == [.devices, .threads, .log, .devices])

        _ = press(&model, .backTab, .backTab)
        #expect(model.focus == .log)
    }

    @Test("the cursor stays within the rows", arguments: PaneKind.focusable)
    func cursor(pane: PaneKind) {
        var model = Fixture.sketch()
        model.focus = pane
        // The log's last page is a full one.
        let page = pane == .log ? Screen.rows(of: .log, in: model) : 1
        let last = model.rowCount(pane) - page

        _ = press(&model, .up, .character("k"))
        #expect(model.cursor(pane) == 0)
        _ = press(&model, .down, .character("j"))
        #expect(model.cursor(pane) == min(2, last))
        #expect((model.chosenDevice != nil) == (pane == .devices))
        _ = press(&model, .character("G"), .down)
        #expect(model.cursor(pane) == last)
        _ = press(&model, .character("g"))
        #expect(model.cursor(pane) == 0)
        _ = press(&model, .end, .home)
        #expect(model.cursor(pane) == 0)
    }

    @Test("an empty pane has no row to go to")
    func emptyPane() {
        var model = Fixture.empty()

        _ = press(&model, .down, .character("G"))

        #expect(model.cursor(.devices) == 0)
    }

    @Test("whoever has moved down in the log keeps the line while new ones come")
    func logStays() {
        var model = Fixture.sketch()
        model.focus = .log
        _ = press(&model, .down, .down)

        _ = model.update(look(model, lines: Fixture.lines(3, from: 31)))

        #expect(LogPane.picture(model, width: 78).line(0).contains("job 28"))
    }

    @Test("and keeps it when the picture is frozen, moved in and live again")
    func logStaysThroughFreeze() {
        var model = Fixture.sketch()
        model.focus = .log
        _ = press(&model, .down, .character("f"))
        _ = model.update(look(model, lines: Fixture.lines(3, from: 31)))
        _ = press(&model, .down)
        #expect(LogPane.picture(model, width: 78).line(0).contains("job 28"))

        _ = press(&model, .character("f"))

        #expect(LogPane.picture(model, width: 78).line(0).contains("job 28"))
        #expect(LogPane.title(model) == "Log, 5 newer above")
    }

    @Test("jobs that really compute do not reach rate max")
    func spin() {
        let state = Fixture.sketch().live.state
        var model = Fixture.model(state, execution: .spin)

        for _ in 0..<20 { _ = press(&model, .character("+")) }

        #expect(model.live.state.rate == Rate(thousandths: 100_000))
        #expect(model.notice == "jobs that really compute cannot run at rate max")
    }

    @Test("any key closes the help and does nothing else")
    func help() {
        for key in [Key.character("?"), .character(" "), .character("x"), .escape, .tab] {
            var model = Fixture.sketch()
            _ = press(&model, .character("?"))
            #expect(model.isHelpShown)

            #expect(press(&model, key).isEmpty)
            #expect(!model.isHelpShown && model.notice == nil && model.cursor(.devices) == 0)
        }
    }

    @Test("q quits, out of the help as well")
    func quit() {
        var model = Fixture.sketch()

        #expect(press(&model, .character("?"), .character("q")) == [.quit])
    }

    @Test("on the page that says why, a key acts at once; w, esc and enter only close it")
    func answerToWhy() {
        var model = Fixture.deadlock()
        for key in [Key.character("w"), .escape, .enter] {
            _ = press(&model, .character("w"))
            #expect(model.panel == .why)
            #expect(press(&model, key).isEmpty)
            #expect(model.panel == nil)
        }
        _ = press(&model, .character("w"))
        #expect(press(&model, .character("c")) == [.changeProgram(0)])
        #expect(model.panel == nil)
    }

    @Test("a key that does nothing says where the keys are; the next key clears it")
    func unknownKey() {
        var model = Fixture.sketch()

        _ = press(&model, .character("y"))
        #expect(model.notice == "y does nothing here; ? shows the keys")
        _ = press(&model, .tab)
        #expect(model.notice == nil)
    }

    @Test("a step that moves nothing says why")
    func stepAnswers() {
        let answers: [(Kernel.StepAnswer, String?)] = [
            (.permitted(ThreadID(0)), nil),
            (.blocked(ThreadID(0), .semaphore(.empty)), "P1 waits for empty"),
            (.awaitsJobs(ThreadID(0)), "P1 waits for a job from a device; send one, then step"),
            (.ended(ThreadID(1)), "C1 has ended"),
            (
                .nobodyCanMove,
                "no thread can move: all wait for a job from a device or for each other"
            ),
            (.notPaused, "only a paused engine can be stepped"),
        ]
        for (answer, sentence) in answers {
            var model = Fixture.sketch()
            _ = model.update(.stepped(answer))
            #expect(model.notice == sentence)
        }
    }

    @Test("a new size of the window is the new size of the frame")
    func resize() {
        var model = Fixture.sketch()

        _ = model.update(.resized(width: 33, height: 7))

        #expect(Screen.draw(model).bounds == Rect(x: 0, y: 0, width: 33, height: 7))
    }
}

@Suite("The log of the newest lines")
struct EventLogTests {
    @Test("keeps the newest thousand, whatever came", arguments: [1, 7, 400, 3000])
    func limit(batch: Int) {
        var log = EventLog()
        var number = 1
        while number < 5000 {
            log.append(Fixture.lines(batch, from: number))
            number += batch
            #expect(log.count == min(number - 1, EventLog.limit))
            #expect(log.newest(1, after: 0).map(\.number) == [UInt64(number - 1)])
        }
        #expect(log.newest(5, after: 998).map(\.number).count == 2)
    }
}

@Suite("The occupancy's history")
struct OccupancyHistoryTests {
    private func history(_ notes: [(Int, Double)]) -> [Int] {
        var history = OccupancyHistory()
        for (occupied, time) in notes { history.note(occupied, at: .seconds(time)) }
        return history.seconds
    }

    @Test("a second's value is the highest seen in it")
    func highest() {
        #expect(history([(1, 0), (5, 0.3), (2, 0.9), (1, 1.1)]) == [5, 2])
    }

    @Test("a second without a look keeps what was")
    func gap() {
        #expect(history([(3, 0), (7, 0.5), (2, 0.9), (4, 4)]) == [7, 2, 2, 2, 4])
    }

    @Test("keeps ten minutes, even after an hour without a look")
    func limit() {
        #expect(history([(3, 0), (4, 3600)]).count == 600)
        #expect(history((0..<700).map { ($0, Double($0)) }).last == 699)
    }
}

@Suite("Spans of time")
struct SpanTests {
    @Test(
        "are so coarse that a still screen stays still",
        arguments: [
            (0.9, "0 s"), (9.9, "9 s"), (10, "10 s"), (19.9, "10 s"), (59, "50 s"), (60, "1 min"),
            (3599, "59 min"), (36_000, "600 min"),
        ]
    )
    func coarse(seconds: Double, text: String) {
        #expect(Span.coarse(.seconds(seconds)) == text)
    }

    @Test(
        "as a clock",
        arguments: [
            (0, "00:00:00"), (72.9, "00:01:12"), (86_399, "23:59:59"), (360_000, "100:00:00"),
        ]
    )
    func clock(seconds: Double, text: String) {
        #expect(Span.clock(.seconds(seconds)) == text)
    }

    @Test(
        "to about three digits",
        arguments: [
            (0, "0 µs"), (0.00025, "250 µs"), (0.0129, "12 ms"), (1.55, "1.5 s"),
            (1200.5, "1200 s"),
        ]
    )
    func precise(seconds: Double, text: String) {
        #expect(Span.precise(.seconds(seconds)) == text)
    }
}
