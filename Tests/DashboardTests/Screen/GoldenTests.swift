import Core
import Foundation
import TerminalUI
import Testing

@testable import Dashboard

@Suite("Golden screens")
struct GoldenTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Goldens")
    private static let rewrites =
        ProcessInfo.processInfo.environment["SIGNALBOX_WRITE_GOLDENS"] == "1"

    func check(_ frame: CellBuffer, _ name: String) throws {
        let file = Self.folder.appending(path: "\(name).txt")
        let text = frame.text + "\n"
        if Self.rewrites { try text.write(to: file, atomically: true, encoding: .utf8) }
        let golden = try String(contentsOf: file, encoding: .utf8)

        #expect(text == golden, "\(name) is now:\n\(text)")
    }

    @Test(
        "the sketch at every size",
        arguments: [(20, 5), (30, 8), (40, 12), (60, 15), (80, 24), (120, 40), (200, 60)]
    )
    func sizes(width: Int, height: Int) throws {
        try check(Screen.draw(Fixture.sketch(width: width, height: height)), "\(width)x\(height)")
    }

    @Test("nothing has happened yet", arguments: [(60, 15), (80, 24)])
    func empty(width: Int, height: Int) throws {
        let frame = Screen.draw(Fixture.empty(width: width, height: height))
        try check(frame, "empty-\(width)x\(height)")
    }

    @Test("too much of everything", arguments: [(40, 12), (80, 24), (200, 60)])
    func crowded(width: Int, height: Int) throws {
        let frame = Screen.draw(Fixture.crowded(width: width, height: height))
        try check(frame, "crowded-\(width)x\(height)")
    }

    @Test("paused")
    func paused() throws {
        var model = Fixture.sketch()
        _ = model.update(.key(.character(" ")))
        try check(Screen.draw(model), "paused")
    }

    @Test("frozen")
    func frozen() throws {
        var model = Fixture.sketch()
        model.frozen = model.live
        model.live.state.number += 312
        try check(Screen.draw(model), "frozen")
    }

    @Test(
        "a deadlock explains itself",
        arguments: [(20, 5), (40, 12), (60, 15), (80, 24), (120, 40)]
    )
    func deadlock(width: Int, height: Int) throws {
        let model = Fixture.deadlock(width: width, height: height)
        try check(Screen.draw(model), "deadlock-\(width)x\(height)")
    }

    @Test("why each thread waits")
    func why() throws {
        var model = Fixture.deadlock()
        _ = model.update(.key(.character("w")))
        try check(Screen.draw(model), "why")
    }

    @Test("a moment in the past, and a recording")
    func past() throws {
        var model = Fixture.deadlock()
        let film = Fixture.film(of: "swapped-waits")
        _ = model.update(.key(.left))
        _ = model.update(.filmed(film))
        try check(Screen.draw(model), "rewound")

        let replay = DashboardModel(replaying: film, setup: model.setup, marks: film.faultMarks())
        try check(Screen.draw(replay), "replay")
    }

    @Test("a monitor has conditions instead of counts, and longer programs")
    func monitor() throws {
        let film = Fixture.film(of: "monitor", consumers: 2)
        var model = Fixture.deadlock()
        model.live = film.picture(at: film.timeline.lastNumber)
        _ = model.update(.key(.character(" ")))
        try check(Screen.draw(model), "monitor")
    }

    @Test("remote clients have agents, each with its client; who rests is not there")
    func remoteClients() throws {
        for (width, height) in [(80, 24), (120, 40)] {
            let frame = Screen.draw(Fixture.remoteClients(width: width, height: height))
            try check(frame, "remote-clients-\(width)x\(height)")
        }
    }

    @Test("help", arguments: [(80, 24), (40, 12), (160, 40)])
    func help(width: Int, height: Int) throws {
        var model = Fixture.sketch(width: width, height: height)
        model.isHelpShown = true
        try check(Screen.draw(model), "help-\(width)x\(height)")
    }

    @Test("the second page of the help")
    func helpPage() throws {
        var model = Fixture.sketch()
        model.isHelpShown = true
        model.helpPage = 1
        try check(Screen.draw(model), "help-page-2")
    }

    @Test(
        "each pane zoomed",
        arguments: PaneKind.allCases.filter { ![.verdict, .lesson].contains($0) }
    )
    func zoomed(pane: PaneKind) throws {
        var model = Fixture.sketch()
        (model.isZoomed, model.focus) = (true, pane)
        try check(Screen.draw(model), "zoomed-\(pane)")
    }

    @Test("large figures", arguments: [(20, 5), (60, 15), (80, 24), (120, 40)])
    func presenter(width: Int, height: Int) throws {
        var model = Fixture.sketch(width: width, height: height)
        model.isPresenting = true
        try check(Screen.draw(model), "large-\(width)x\(height)")
    }

    @Test("large figures of a deadlock")
    func presenterDeadlock() throws {
        var model = Fixture.deadlock()
        model.isPresenting = true
        try check(Screen.draw(model), "large-deadlock")
    }

    @Test("a filter as it is typed")
    func filter() throws {
        var model = Fixture.sketch()
        for key in "/job 2" { _ = model.update(.key(.character(key))) }
        try check(Screen.draw(model), "filter")
    }

    @Test("theory, and schedules", arguments: [(80, 24), (40, 12)])
    func queue(width: Int, height: Int) throws {
        var model = Fixture.busy(width: width, height: height)
        model.panel = .theory
        try check(Screen.draw(model), "theory-\(width)x\(height)")

        model.panel = .schedules
        try check(Screen.draw(model), "schedules-\(width)x\(height)")
    }

    @Test("in ASCII")
    func ascii() throws {
        let frame = Screen.draw(Fixture.sketch()).asciified()
        let isASCII = frame.text.allSatisfy(\.isASCII)
        #expect(isASCII)
        try check(frame, "ascii")
    }
}
