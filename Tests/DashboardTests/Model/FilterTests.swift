import Core
import TerminalUI
import Testing

@testable import Dashboard

@Suite("The filter", .timeLimit(.minutes(5)))
struct FilterTests {
    private func typed(_ keys: [Key], into model: inout DashboardModel) {
        for key in [.character("/")] + keys { _ = model.update(.key(key)) }
    }

    private func keys(_ text: String) -> [Key] { text.map { .character($0) } }

    @Test(
        "matches a part of the text, in any case",
        arguments: [
            ("p1", "P1 produced job 3", true), ("JOB 3", "P1 produced job 3", true),
            ("job 4", "P1 produced job 3", false), ("", "anything", true),
            ("ÉTÉ", "en été", true), ("学生", "学生端末", true), ("longer than it", "short", false),
        ]
    )
    func matching(text: String, line: String, isMatch: Bool) {
        #expect(Filter(text).matches(line) == isMatch)
    }

    @Test("narrows devices and log while it is typed, and keys are text meanwhile")
    func typing() {
        var model = Fixture.sketch()

        typed(keys("job 2q ") + [.backspace, .backspace], into: &model)

        #expect(model.filter?.text == "job 2")
        #expect(model.log.count == 11)
        #expect(model.devices.isEmpty)
        let text = Screen.draw(model).text
        #expect(text.contains("Log, /job 2: 11 match"))
        #expect(text.contains("Devices, /job 2: 0 match") && text.contains("none has this text"))
        #expect(Screen.draw(model).line(23).hasPrefix(" /job 2█"))
    }

    @Test("enter keeps it, escape clears it, / goes on with it")
    func ending() {
        var model = Fixture.sketch()

        typed(keys("3") + [.enter], into: &model)
        _ = model.update(.key(.character(" ")))

        #expect(model.live.state.isPaused, "space is a key again")
        #expect(model.devices.map(\.name) == ["3"])
        typed(keys("3"), into: &model)
        #expect(model.filter?.text == "33")
        _ = model.update(.key(.escape))
        #expect(model.filter == nil && model.devices.count == 3)
    }

    @Test("escape clears a filter that is kept; an empty one is none")
    func clearing() {
        var model = Fixture.sketch()

        typed(keys("3") + [.enter, .escape], into: &model)
        #expect(model.filter == nil)
        typed([.enter], into: &model)
        #expect(model.filter == nil)
        typed(keys("a") + [.backspace, .backspace], into: &model)
        #expect(model.filter == nil)
    }

    @Test("takes nothing that does not belong on a screen, and not without end")
    func hostile() {
        var model = Fixture.sketch()

        typed(
            [.character("\u{1}"), .character("\u{202E}"), .up, .tab, .function(1)]
                + keys(String(repeating: "x", count: 500)),
            into: &model
        )

        #expect(model.filter?.text == String(repeating: "x", count: 40))
        for width in [1, 5, 20, 80] {
            model.size = (width, 10)
            #expect(Screen.draw(model).width == width)
        }
    }

    @Test("moves in the lines that are left")
    func movement() {
        var model = Fixture.sketch()
        model.focus = .log
        typed(keys("job 2") + [.enter], into: &model)

        _ = model.update(.key(.character("G")))

        let shown = Screen.rows(of: .log, in: model)
        #expect(model.cursor(.log) == 11 - shown)
        #expect(Screen.draw(model).text.contains("Log, /job 2: 11 match, "))
    }

    @Test("works in a recording and in the past")
    func replay() throws {
        let film = Fixture.film(of: "correct")
        let setup = Fixture.deadlock().setup
        var model = DashboardModel(replaying: film, setup: setup, marks: [])
        _ = model.update(.key(.end))
        let all = model.log.count

        typed(keys("p1") + [.enter], into: &model)

        #expect(model.log.count > 0 && model.log.count < all)
    }
}
