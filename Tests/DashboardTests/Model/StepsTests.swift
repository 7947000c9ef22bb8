import Core
import TerminalUI
import Testing

@testable import Dashboard

@Suite("Steps, slow motion and other programs")
struct StepsTests {
    private func press(_ model: inout DashboardModel, _ keys: Key...) -> [Effect] {
        keys.flatMap { model.update(.key($0)) }
    }

    @Test("a pause moves the focus to the threads; enter steps the one that is selected")
    func selected() {
        var model = Fixture.sketch()

        #expect(press(&model, .enter) == [.pause, .stepThread(ThreadID(0))])
        #expect(model.focus == .threads)
        #expect(press(&model, .down, .enter) == [.stepThread(ThreadID(1))])
        #expect(press(&model, .down, .down, .enter) == [.stepThread(ThreadID(2))])
    }

    @Test("without threads enter says so")
    func nobody() {
        var model = Fixture.empty()

        #expect(press(&model, .enter).isEmpty)
        #expect(model.notice == "there is no thread to step")
    }

    @Test("s steps at a pace that + and - change; space holds it and lets it go on, s ends it")
    func slowMotion() {
        var model = Fixture.sketch()

        #expect(press(&model, .character("s")) == [.pause])
        #expect(model.update(.paceTick) == [.step])
        #expect(press(&model, .character("+"), .character("+")).isEmpty)
        #expect(model.pace?.text == "8/s")
        for _ in 0..<9 { _ = press(&model, .character("-")) }
        #expect(model.pace?.text == "0.5/s" && model.pace?.interval == .seconds(2))
        #expect(model.notice == "slow motion is as slow as it gets")
        #expect(press(&model, .character(" ")).isEmpty)
        #expect(model.update(.paceTick).isEmpty)
        #expect(press(&model, .character(" ")).isEmpty)
        #expect(model.update(.paceTick) == [.step])
        #expect(press(&model, .character("s")).isEmpty)
        #expect(model.pace == nil && model.live.state.isPaused)
        #expect(press(&model, .character(" ")) == [.resume])
    }

    @Test("c runs the correct program of the same kind, which frees whoever is stuck")
    func correct() {
        var model = Fixture.deadlock()

        #expect(press(&model, .character("c")) == [.changeProgram(0)])
        model.live.state.programs = ProgramCatalog.named("if-not-while") ?? ProgramCatalog.monitor
        let monitor = ProgramCatalog.all.firstIndex(of: ProgramCatalog.monitor) ?? 0
        #expect(press(&model, .character("c")) == [.changeProgram(monitor)])
    }

    @Test("in the past, keys that move the engine only say so; space pauses it all the same")
    func inThePast() {
        var model = Fixture.deadlock()
        _ = press(&model, .left)
        _ = model.update(.filmed(Fixture.film(of: "swapped-waits")))

        for key in "nsavVc+-" {
            #expect(press(&model, .character(key)).isEmpty)
            #expect(model.notice?.hasPrefix("you look at the past") == true)
        }
        #expect(press(&model, .character(" ")) == [.pause])
        #expect(model.notice == "the engine is paused" && model.rewind != nil)
    }

    @Test("v goes through the library, V back, one program a press")
    func programs() {
        var model = Fixture.sketch()
        let count = ProgramCatalog.all.count

        #expect(
            press(&model, .character("v"), .character("v")) == [1, 2].map { .changeProgram($0) }
        )
        #expect(
            press(&model, .character("V"), .character("V"), .character("V"))
                == [1, 0, count - 1].map { .changeProgram($0) }
        )
    }

    @Test("a policy that cannot bear a program leaves it out")
    func allowed() {
        var model = Fixture.crowded()
        let wanted = ProgramCatalog.all.indices.filter { !ProgramCatalog.all[$0].misplacesJobs }

        let effects = (0..<wanted.count).flatMap { _ in press(&model, .character("v")) }

        #expect(effects == (wanted.dropFirst() + [0]).map { .changeProgram($0) })
    }

    @Test("the adversary searches, then steps its schedule thread by thread")
    func attack() {
        var model = Fixture.sketch()
        let schedule = [ThreadID(1), ThreadID(1), ThreadID(0)]
        let forecast = Adversary.Forecast(runsAllRight: 11, runs: 20)

        #expect(press(&model, .character("a")) == [.pause, .searchAttack])
        _ = model.update(.attackPlanned(.breaks(schedule), forecast))
        for (done, id) in schedule.enumerated() {
            #expect(
                Screen.draw(model).text.hasSuffix(
                    "random runs all right: 11 of 20; the adversary: statement \(done) of 3"
                )
            )
            #expect(model.attack == .driving(schedule: schedule, done: done, forecast: forecast))
            #expect(model.update(.paceTick) == [.stepThread(id)])
            _ = model.update(.stepped(.permitted(id)))
        }
        #expect(model.attack == nil && model.pace == nil)
        #expect(model.notice == "broken in 3 statements; random runs all right: 11 of 20")
    }

    @Test("the adversary waits for jobs, and gives up when something else happened")
    func attackInterrupted() {
        var model = Fixture.sketch()
        let forecast = Adversary.Forecast(runsAllRight: 0, runs: 20)
        _ = press(&model, .character("a"))
        _ = model.update(.attackPlanned(.breaks([ThreadID(0)]), forecast))

        _ = model.update(.stepped(.awaitsJobs(ThreadID(0))))
        #expect(
            model.notice
                == "the adversary waits for a job from a device; then it goes on by itself"
        )
        #expect(model.attack == .driving(schedule: [ThreadID(0)], done: 0, forecast: forecast))
        _ = model.update(.stepped(.blocked(ThreadID(0), .semaphore(.empty))))
        #expect(model.attack == nil && model.pace == nil)
    }

    @Test("where nothing breaks the program, the adversary says how far it looked")
    func attackInVain() {
        var model = Fixture.sketch()
        let forecast = Adversary.Forecast(runsAllRight: 20, runs: 20)

        _ = press(&model, .character("a"))
        _ = model.update(.attackPlanned(.safe(situations: 1234), forecast))

        #expect(model.attack == nil)
        #expect(
            model.notice
                == "nothing breaks it: all 1234 situations looked at; "
                + "random runs all right: 20 of 20"
        )

        model.live.state.programs = ProgramCatalog.named("one-condition") ?? ProgramCatalog.correct
        _ = press(&model, .character("a"))
        _ = model.update(.attackPlanned(.safe(situations: 1), forecast))
        #expect(
            model.notice
                == "nothing breaks it: all 1 situation looked at; try fewer slots, more threads"
        )
    }

    @Test("a second press of a calls the adversary off, also while it searches")
    func attackCalledOff() {
        var model = Fixture.sketch()

        #expect(
            press(&model, .character("a"), .character("a")) == [
                .pause, .searchAttack, .cancelAttack,
            ]
        )
        #expect(model.attack == nil)
    }

    private let unknown = Adversary.Forecast(runsAllRight: 0, runs: 20)

    /// The adversary is about to step the second thread twice.
    private func attacked() -> DashboardModel {
        var model = Fixture.sketch()
        _ = press(&model, .character("a"))
        let schedule = [ThreadID(1), ThreadID(1)]
        _ = model.update(.attackPlanned(.breaks(schedule), unknown))
        return model
    }

    @Test("a step of another thread than the adversary's ends its schedule")
    func attackCrossed() {
        var model = attacked()

        _ = model.update(.stepped(.permitted(ThreadID(0))))

        #expect(model.attack == nil && model.pace == nil)
        #expect(model.notice?.hasPrefix("something else happened") == true)

        model = attacked()
        #expect(press(&model, .character("n")) == [.step])
        #expect(model.attack == nil && model.pace == nil)
    }

    @Test("another program ends the adversary's schedule and its pace, but not slow motion")
    func attackedProgramChanged() {
        var model = attacked()

        #expect(press(&model, .character("v")) == [.changeProgram(1)])
        #expect(model.attack == nil && model.pace == nil)

        _ = press(&model, .character("s"), .character("v"))
        #expect(model.pace == .usual)
    }

    @Test(
        "whoever steps while the adversary searches calls it off",
        arguments: ["n", "s", "enter"]
    )
    func attackStepped(key: String) {
        var model = Fixture.sketch()
        _ = press(&model, .character("a"))

        let effects = press(
            &model,
            key.first.map { key == "enter" ? .enter : .character($0) } ?? .tab
        )

        #expect(effects.first == .cancelAttack)
        #expect(model.attack == nil)
    }

    @Test("what is broken already is not called unbreakable")
    func attackedWhenBroken() {
        var model = Fixture.sketch()
        model.live.verdict = Verdict(title: "Deadlock", text: "", drawing: [])

        #expect(press(&model, .character("a")).isEmpty)

        #expect(model.notice == "it is broken already: Deadlock; c runs the correct program")
        #expect(model.attack == nil)
    }

    @Test("a program that the engine refuses is not blamed on the policy")
    func refused() {
        var model = Fixture.sketch()

        _ = model.update(.programChanged(to: ProgramCatalog.monitor, false))

        #expect(model.notice == "the run is about to end: it keeps its program")
    }

    @Test("escape hides what is shown and shows what is hidden, also when it is something new")
    func hidden() {
        var model = Fixture.sketch()
        let (first, second) = (
            Verdict(title: "Lost job", text: "1 job", drawing: []),
            Verdict(title: "Deadlock", text: "P1", drawing: [])
        )
        model.live.verdict = first
        _ = press(&model, .escape)
        #expect(model.verdict == nil)

        model.live.verdict = Verdict(title: "Lost job", text: "2 jobs", drawing: [])
        #expect(model.verdict == nil, "the same, going on")
        model.live.verdict = second
        #expect(model.verdict == second)
        _ = press(&model, .escape)
        #expect(model.verdict == nil)
        _ = press(&model, .escape)
        #expect(model.verdict == second)
    }
}
