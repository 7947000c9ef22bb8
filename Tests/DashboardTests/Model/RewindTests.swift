import Core
import TerminalUI
import Testing

@testable import Dashboard

@Suite("Back and forth in time")
struct RewindTests {
    private func press(_ model: inout DashboardModel, _ keys: Key...) -> [Effect] {
        keys.flatMap { model.update(.key($0)) }
    }

    /// Twenty jobs through a buffer of three, an event each tenth of a second.
    private static let film: Film = {
        var fold = Fold(capacity: 3, producers: 1, consumers: 1)
        let start = fold.state
        fold.spacing = Microseconds(100_000)
        for job in 0..<20 {
            fold.insert("P1", device: job % 4 + 1, seconds: 2)
            fold.remove("C1")
            fold.apply(.executionStarted, by: "C1")
            fold.apply(
                .executionFinished(DeviceID(UInt32(job % 4 + 1)), cpuTime: .seconds(2)),
                by: "C1"
            )
        }
        return Film(
            timeline: Timeline(from: start, events: fold.events),
            isStrict: false,
            nameOfDevice: { Fixture.deviceNames[Int($0.index)] },
            wallClock: WallClock(ManualClock())
        )
    }()

    private static var last: UInt64 { film.timeline.lastNumber }

    /// A live model at the film's end.
    private func live() -> DashboardModel {
        Fixture.model(Self.film.timeline.lastState)
    }

    private func rewound() -> DashboardModel {
        var model = live()
        #expect(press(&model, .left) == [.film])
        _ = model.update(.filmed(Self.film))
        return model
    }

    @Test("the first step back asks for the film, and goes as soon as it is there")
    func begins() {
        let model = rewound()

        #expect(model.rewind?.number == Self.last - 1)
        #expect(model.shown.state == Self.film.timeline.state(at: Self.last - 1))
        #expect(model.live.state.number == Self.last)
    }

    @Test("at the present there is nothing to go forth to")
    func present() {
        var model = live()

        #expect(press(&model, .right, .pageDown, .end).isEmpty)
        #expect(model.rewind == nil)
    }

    @Test("each key goes where it says")
    func moves() {
        var model = rewound()
        let first = Self.film.timeline.firstNumber

        for (key, number) in [
            (Key.left, Self.last - 2), (.right, Self.last - 1), (.home, first), (.left, first),
            (.right, first + 1), (.end, Self.last), (.pageUp, Self.last - 100),
            (.pageUp, Self.last - 200), (.pageDown, Self.last - 100),
        ] {
            #expect(press(&model, key).isEmpty)
            #expect(model.rewind?.number == number, "\(key)")
        }
    }

    @Test("past the film's end it goes on into what happened since")
    func extends() {
        var model = rewound()
        _ = press(&model, .end)
        model.live.state.number += 5

        #expect(press(&model, .right) == [.film])
        _ = model.update(.filmed(Self.film))
        #expect(model.rewind?.number == Self.last)
    }

    @Test("L goes back to the live engine, which has gone on meanwhile")
    func back() {
        var model = rewound()

        _ = press(&model, .character("L"))

        #expect(model.rewind == nil && model.shown.state.number == Self.last)
    }

    @Test("m marks the moment, [ and ] find the marks again, and the ends say so")
    func marks() {
        var model = rewound()
        _ = press(&model, .home, .right, .right, .character("m"), .end, .character("m"))
        let first = Self.film.timeline.firstNumber

        _ = press(&model, .character("["))
        #expect(model.rewind?.number == first + 2)
        _ = press(&model, .character("["))
        #expect(model.notice == "there is no mark before this moment; m sets one")
        _ = press(&model, .character("]"))
        #expect(model.rewind?.number == Self.last && model.notice == "mark 2, event \(Self.last)")
    }

    @Test("a moment's picture is the same from whichever side it is come to")
    func sameFromBothSides() {
        var there = rewound()
        var back = rewound()
        for _ in 0..<50 { _ = press(&there, .left) }
        _ = press(&back, .home)
        while let number = back.rewind?.number, number < there.rewind?.number ?? 0 {
            _ = press(&back, .right)
        }

        #expect(Screen.draw(there) == Screen.draw(back))
    }

    @Test("without history there is nothing to look back into")
    func noHistory() {
        var model = live()
        var film = Self.film
        film.timeline = Timeline(from: Self.film.timeline.lastState)

        _ = press(&model, .left)
        _ = model.update(.filmed(film))

        #expect(model.rewind == nil && model.awaitedMove == nil)
        #expect(model.notice == "there is no history to look back into")
    }

    // MARK: - A recording

    private func replay() -> DashboardModel {
        DashboardModel(replaying: Self.film, setup: Fixture.empty().setup, marks: [])
    }

    @Test("a recording plays at its speed, stops at its end, and space begins anew")
    func plays() {
        var model = replay()
        let first = Self.film.timeline.firstNumber

        _ = model.update(.played(for: .seconds(1)))
        #expect(model.rewind?.number == first + 10)
        _ = press(&model, .character("+"))
        _ = model.update(.played(for: .seconds(1)))
        #expect(model.rewind?.number == first + 30)
        _ = model.update(.played(for: .seconds(1000)))
        #expect(model.rewind?.number == Self.last && model.player?.isPlaying == false)
        _ = press(&model, .character(" "))
        #expect(model.rewind?.number == first && model.player?.isPlaying == true)
    }

    @Test("whoever moves by hand stays there; what changes an engine is refused")
    func byHand() {
        var model = replay()

        _ = press(&model, .right)
        #expect(model.player?.isPlaying == false)
        _ = model.update(.played(for: .seconds(5)))
        #expect(model.rewind?.number == Self.film.timeline.firstNumber + 1)
        for key in "vasf" {
            #expect(press(&model, .character(key)).isEmpty)
            #expect(model.notice == "this is a recording: it can be looked at, not changed")
        }
    }

    @Test("whoever has moved down in the log sees the newest lines of a past that has fewer")
    func logMovedDown() {
        var model = live()
        model.focus = .log
        model.live.log.append(Fixture.lines(2000))
        _ = press(&model, .down, .down, .down, .left)

        _ = model.update(.filmed(Self.film))

        #expect(model.cursor(.log) == 0)
        #expect(Screen.draw(model).text.contains("REWOUND"))
    }

    @Test("a mark, and the newest event, that are later than the film ask for the rest of it")
    func beyond() {
        for key in [Key.character("]"), .end] {
            var model = live()
            let end = Self.film.timeline.lastNumber
            let short = Film(
                timeline: Timeline(
                    from: Self.film.timeline.state(at: 0),
                    events: Array(Self.film.timeline.events(in: 1...end - 20))
                ),
                isStrict: false,
                nameOfDevice: Self.film.nameOfDevice,
                wallClock: Self.film.wallClock
            )
            _ = press(&model, .home)
            _ = model.update(.filmed(short))
            model.add(Timeline.Mark(number: end - 5, label: "Deadlock"))

            #expect(press(&model, key) == [.film])
            _ = model.update(.filmed(Self.film))

            #expect(model.rewind?.number == (key == .end ? end : end - 5))
        }
    }
}
