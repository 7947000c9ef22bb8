import Core
import TerminalUI
import Testing

@testable import Dashboard

@Suite("The screen", .timeLimit(.minutes(5)))
struct ScreenTests {
    @Test("draws at every size, whatever is on it", arguments: Fixture.all.indices)
    func everySize(index: Int) {
        let make = Fixture.all[index].make
        let widths = Array(0...24) + [29, 35, 36, 40, 49, 50, 59, 60, 61, 80, 111, 112, 120, 220]
        let heights = Array(0...20) + [24, 27, 40, 60, 70]
        var model = make(80, 24)

        for width in widths {
            for height in heights {
                model.size = (width, height)
                model.focus = PaneKind.focusable[(width + height) % 3]
                model.isHelpShown = (width + height) % 5 == 0
                let frame = Screen.draw(model)
                #expect(frame.width == width && frame.height == height)
            }
        }
    }

    @Test(
        "tells state, buffer and semaphores from 20×5 up",
        arguments: [(20, 5), (30, 8), (40, 12), (60, 15), (80, 24), (120, 40), (200, 60)]
    )
    func essentials(width: Int, height: Int) {
        var model = Fixture.sketch(width: width, height: height)

        let running = Screen.draw(model).text
        model.live.state.isPaused = true
        let paused = Screen.draw(model).text

        for fact in ["RUNNING", "Buffer 8/15", "empty", "full", "mutex", "C1", "P1", "space pause"]
        {
            #expect(running.contains(fact), "\(fact) at \(width)×\(height)\n\(running)")
        }
        #expect(paused.contains("PAUSED") && paused.contains("space resume"))
    }

    @Test(
        "says in full what a thread does, and how to quit, from 60 columns up",
        arguments: [(60, 15), (80, 24), (120, 40)]
    )
    func nothingCut(width: Int, height: Int) {
        let text = Screen.draw(Fixture.sketch(width: width, height: height)).text

        #expect(text.contains("1.0 of 1 s") == (height > 15))
        #expect(text.contains("blocked 2 s"))
        #expect(text.contains("held by C1  waiting P1"))
        #expect(text.contains("q quit") && text.contains("? help"))
    }

    @Test(
        "has devices, threads and log at once at 40×12, whichever has the focus",
        arguments: PaneKind.focusable
    )
    func smallHasAll(focus: PaneKind) {
        var model = Fixture.sketch(width: 40, height: 12)
        model.focus = focus

        let text = Screen.draw(model).text

        for fact in ["Devices", "3     12", "Threads", "P1 wait(mutex)", "Log", "produced job 30"] {
            #expect(text.contains(fact), "\(fact)\n\(text)")
        }
    }

    @Test("a frozen picture stays while the engine goes on")
    func frozen() {
        var model = Fixture.sketch()
        _ = model.update(.key(.character("f")))
        let before = Screen.draw(model)

        model.live.state.number += 312
        model.live.state.occupied = 3
        model.live.devices = []
        let after = Screen.draw(model)

        #expect(after.line(0).contains("FROZEN +312 events behind"))
        let isSame = (1..<24).allSatisfy { before.line($0) == after.line($0) }
        #expect(isSame)
    }

    @Test(
        "a frozen title says that the engine is paused, where there is room",
        arguments: [
            (80, "FROZEN (PAUSED) +1 event behind"), (30, "FROZEN (PAUSED) +1 behind"),
            (20, "FROZEN (PAUSED) +1"), (12, "FROZEN +1"),
        ]
    )
    func frozenAndPaused(width: Int, expected: String) {
        var model = Fixture.sketch(width: width)
        model.frozen = model.live
        model.live.state.isPaused = true
        model.live.state.number += 1

        #expect(Screen.draw(model).line(0).hasSuffix(" \(expected)"))
    }

    @Test("a title that has no room for all keeps the state", arguments: 7...80)
    func title(width: Int) {
        var model = Fixture.sketch(width: width, height: 1)
        #expect(Screen.draw(model).line(0).contains("RUNNING") == (width >= 8))

        model.frozen = model.live
        #expect(Screen.draw(model).line(0).contains("FROZEN"))
    }

    @Test("focus is visible without colour: a bold title, and the selected row in that pane only")
    func focus() {
        var model = Fixture.sketch()
        model.focus = .threads

        let frame = Screen.draw(model)

        #expect(frame.style(of: "Threads") == .strong)
        #expect(frame.style(of: "Devices") == .label)
        #expect(frame.style(of: "P1 wait") == .selected)
        #expect(frame.style(of: "3     12") != .selected)
        #expect(Theme.monochrome.look(for: .strong) != Theme.monochrome.look(for: .label))
    }
}

@Suite("The key line and the help")
struct KeyLineTests {
    private func line(_ model: DashboardModel) -> String {
        Screen.draw(model).line(model.size.height - 1)
    }

    @Test("the key line is the design's at 80 columns")
    func usual() {
        #expect(
            line(Fixture.sketch())
                == " space pause  n step  + - rate  v program  w why  ← → time  ? help  q quit"
        )
    }

    @Test("a narrow key line keeps the most important keys", arguments: 20...80)
    func narrow(width: Int) {
        let text = line(Fixture.sketch(width: width, height: 24))

        #expect(text.contains("space pause") && text.contains("q quit"))
        #expect(displayWidth(of: text) <= width)
    }

    @Test("the key line says what a key would do now")
    func now() {
        var model = Fixture.sketch()
        model.live.state.isPaused = true
        model.frozen = model.live

        #expect(line(model).contains("space resume") && line(model).contains("f live"))
    }

    @Test("a notice takes the place of the keys, cut with a mark")
    func notice() {
        var model = Fixture.sketch(width: 20, height: 5)
        model.notice = "the rate is as high as it gets"

        #expect(line(model) == " the rate is as hig…")
    }

    @Test("a small help begins with the most important binding", arguments: [(20, 5), (40, 12)])
    func smallHelp(width: Int, height: Int) {
        var model = Fixture.sketch(width: width, height: height)
        model.isHelpShown = true

        #expect(Screen.draw(model).text.contains("pause or"))
    }

    @Test("no key stands for two actions")
    func unambiguous() {
        let keys = KeyBinding.all.flatMap(\.keys)
        #expect(Set(keys).count == keys.count)
    }
}
