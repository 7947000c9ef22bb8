import Core
import TerminalUI
import Testing

@testable import Dashboard

@Suite("For the room: zoom, large figures, help in pages", .timeLimit(.minutes(5)))
struct RoomTests {
    private func press(_ keys: [Key], in model: inout DashboardModel) {
        for key in keys { _ = model.update(.key(key)) }
    }

    @Test("z gives the pane in focus the whole screen, and z or escape takes it back")
    func zoom() {
        for back in [Key.character("z"), .escape] {
            var model = Fixture.sketch()
            let before = Screen.draw(model)

            press([.character("z")], in: &model)
            let zoomed = Screen.draw(model)
            press([back], in: &model)

            #expect(zoomed.line(1).hasPrefix("┌ Devices"))
            #expect(zoomed.line(22).hasPrefix("└"))
            #expect(!zoomed.text.contains("Semaphores"))
            #expect(zoomed.line(23).contains("z back"))
            #expect(Screen.draw(model) == before)
        }
    }

    @Test("tab goes through all panes while zoomed, and comes back to where it began")
    func ring() {
        var model = Fixture.sketch()
        press([.character("z")], in: &model)
        var titles: [String] = []

        for _ in 0..<7 {
            titles.append(String(Screen.draw(model).line(1).dropFirst(2).prefix(6)))
            press([.tab], in: &model)
        }

        #expect(
            titles == ["Device", "Thread", "Progra", "Times ", "Log, n", "Buffer", "Semaph"]
        )
        #expect(model.focus == .devices)
        press([.backTab, .character("z")], in: &model)
        #expect(PaneKind.focusable.contains(model.focus))
    }

    @Test("what is wrong can be zoomed as long as something is")
    func verdict() {
        var model = Fixture.deadlock()
        press([.character("z")], in: &model)

        #expect(model.focusRing.contains(.verdict))
        model.focus = .verdict
        model.live.verdict = nil
        #expect(!model.focusRing.contains(.verdict))
        #expect(Screen.draw(model).text.contains("Nothing is wrong"))
    }

    @Test("zoomed, the buffer shows every slot with its number and its job")
    func slots() {
        var model = Fixture.sketch()
        press([.character("z")], in: &model)
        model.focus = .buffer

        let text = Screen.draw(model).text

        for slot in 0..<15 { #expect(text.contains("┌ \(slot) ─"), "slot \(slot)\n\(text)") }
        #expect(text.contains("▸"))
        model.size = (80, 60)
        model.live.state = Fixture.crowded().live.state
        #expect(Screen.draw(model).text.contains(" more slots"))
    }

    @Test("zoomed, threads have their lines and jobs, the log the events' numbers")
    func columns() {
        var model = Fixture.sketch()
        press([.character("z")], in: &model)

        model.focus = .threads
        #expect(Screen.draw(model).text.contains("line 3 of 6"))
        model.focus = .log
        #expect(Screen.draw(model).line(2).contains(" 30  12:00"))
        model.focus = .semaphores
        #expect(Screen.draw(model).text.contains("waiting: P1"))
    }

    @Test("P shows large figures, in which the keys go on working")
    func presenter() {
        var model = Fixture.sketch()

        press([.character("P"), .character(" ")], in: &model)
        let text = Screen.draw(model).text

        #expect(model.live.state.isPaused)
        for fact in ["empty", "full", "mutex 0, held by", "in hand", "buffer", "waits: P1", "██"] {
            #expect(text.contains(fact), "\(fact)\n\(text)")
        }
        #expect(text.contains("P1 produced job 30"))
        press([.escape], in: &model)
        #expect(Screen.draw(model).text.contains("Semaphores"))
    }

    @Test("large figures grow with the screen, and are words where it is small")
    func presenterSizes() {
        var model = Fixture.sketch()
        press([.character("P")], in: &model)
        func blocks(_ width: Int, _ height: Int) -> Int {
            model.size = (width, height)
            return Screen.draw(model).text.count { $0 == "█" }
        }

        let (usual, large) = (blocks(80, 24), blocks(120, 40))
        #expect(large > 2 * usual, "\(usual) \(large)")
        model.size = (40, 12)
        let text = Screen.draw(model).text
        for fact in ["empty 6", "full 7", "held by C1", "buffer 8/15", "engine RUNNING"] {
            #expect(text.contains(fact), "\(fact)\n\(text)")
        }
    }

    @Test("large figures say what is wrong")
    func presenterVerdict() {
        var model = Fixture.deadlock()
        press([.character("P")], in: &model)

        let frame = Screen.draw(model)

        #expect(frame.text.contains("DEADLOCK") && frame.text.contains("Deadlock. "))
        #expect(frame.style(of: "Deadlock. ") == .alarm)
    }

    @Test("everything draws at every size, zoomed and large", arguments: Fixture.all.indices)
    func everySize(index: Int) {
        var model = Fixture.all[index].make(80, 24)
        for width in Array(0...24) + [29, 30, 31, 59, 60, 61, 76, 80, 120, 220] {
            for height in Array(0...20) + [24, 40, 70] {
                model.size = (width, height)
                model.isPresenting = true
                #expect(Screen.draw(model).height == height)
                model.isPresenting = false
                model.isZoomed = true
                model.focus = PaneKind.allCases[(width + height) % PaneKind.allCases.count]
                #expect(Screen.draw(model).width == width)
                model.isZoomed = false
                model.focus = .log
                model.isHelpShown = true
                model.helpPage = (width + height) % 7
                #expect(Screen.draw(model).height == height)
                model.isHelpShown = false
            }
        }
    }

    @Test("in ASCII nothing becomes a question mark")
    func ascii() {
        var model = Fixture.sketch()
        for focus in PaneKind.allCases {
            model.isZoomed = true
            model.focus = focus
            #expect(!Screen.draw(model).asciified().text.dropLast(80).contains("?"), "\(focus)")
        }
        model.isZoomed = false
        model.isPresenting = true
        let text = Screen.draw(model).asciified().text
        #expect(text.contains("######") && !text.dropLast(80).contains("?"))
    }

    @Test("the title says what will happen to the next datagram, and the notice what happened")
    func datagrams() {
        var model = Fixture.sketch()

        let effects = model.update(.key(.character("d")))
        #expect(effects == [.armDatagramChaos(.drop)])
        #expect(Screen.draw(model).line(0).contains("drops the next datagram"))
        #expect(Screen.draw(model).line(23).contains("the next datagram will be dropped"))
        #expect(model.update(.key(.character("d"))) == [.armDatagramChaos(nil)])
        #expect(model.update(.key(.character("D"))) == [.armDatagramChaos(.double)])
        #expect(Screen.draw(model).line(0).contains("doubles the next datagram"))
    }

    @Test("a recording's network cannot be disturbed")
    func replay() {
        let film = Fixture.film(of: "correct")
        let setup = Fixture.deadlock().setup
        var model = DashboardModel(replaying: film, setup: setup, marks: [])

        #expect(model.update(.key(.character("d"))).isEmpty)
        #expect(model.notice?.hasPrefix("this is a recording") == true)
        #expect(model.armedDeed == nil)
    }
}

@Suite("The help in pages")
struct HelpPagesTests {
    private func texts(_ model: DashboardModel) -> [String] {
        Help.pages(of: model).indices.map { page in
            var model = model
            model.helpPage = page
            return Screen.draw(model).text
        }
    }

    @Test(
        "all pages together have every binding of the table, in full",
        arguments: [(80, 24), (120, 40), (200, 60), (84, 12)]
    )
    func complete(width: Int, height: Int) {
        var model = Fixture.sketch(width: width, height: height)
        model.isHelpShown = true

        let text = texts(model).joined()

        for row in KeyBinding.helpRows {
            #expect(text.contains(" \(row.label) ") && text.contains(row.help), "\(row.help)")
        }
    }

    @Test("every binding is reached on the smallest screens", arguments: [(20, 5), (40, 12)])
    func small(width: Int, height: Int) {
        var model = Fixture.sketch(width: width, height: height)
        model.isHelpShown = true

        let text = texts(model).joined()

        for row in KeyBinding.helpRows { #expect(text.contains(row.label.prefix(15))) }
    }

    @Test("a large screen has it all at once, in columns")
    func columns() {
        #expect(Help.pages(of: Fixture.sketch(width: 160, height: 45)).count == 1)
        #expect(Help.pages(of: Fixture.sketch(width: 200, height: 30)).count == 1)
        #expect(Help.pages(of: Fixture.sketch(width: 120, height: 50)).count == 1)
        #expect(Help.pages(of: Fixture.sketch()).count > 1)
    }

    @Test("↓ and ↑ turn the pages, any other key goes back")
    func turning() {
        var model = Fixture.sketch()
        _ = model.update(.key(.character("?")))
        let first = Screen.draw(model)

        _ = model.update(.key(.down))
        let second = Screen.draw(model)
        for _ in 0..<9 { _ = model.update(.key(.down)) }
        for _ in 0..<9 { _ = model.update(.key(.up)) }
        let again = Screen.draw(model)
        _ = model.update(.key(.character(" ")))

        #expect(first.line(1).contains("page 1 of 2") && second.line(1).contains("page 2 of 2"))
        #expect(again == first)
        #expect(!model.isHelpShown && !model.live.state.isPaused)
    }

    @Test("chapters have all rows once, and none is empty", arguments: [false, true])
    func chapters(inReplay: Bool) {
        let chapters = KeyBinding.chapters(inReplay: inReplay)
        let rows = chapters.flatMap(\.rows).map(\.label)

        #expect(Set(rows) == Set(KeyBinding.helpRows(inReplay: inReplay).map(\.label)))
        #expect(Set(rows).count == rows.count)
        #expect(chapters.allSatisfy { !$0.rows.isEmpty })
    }
}
