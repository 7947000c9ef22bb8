import Core
import TerminalUI
import Testing

@testable import Dashboard

@Suite("Theory and schedules", .timeLimit(.minutes(5)))
struct PanelTests {
    private func text(_ model: DashboardModel, _ key: Character) -> String {
        var model = model
        let comparison = model.comparison
        _ = model.update(.key(.character(key)))
        model.comparison = comparison
        return Screen.draw(model).text
    }

    @Test("t shows theory beside what is measured, and any key goes back")
    func theory() {
        var model = Fixture.busy()
        let before = Screen.draw(model).text

        _ = model.update(.key(.character("t")))
        let shown = Screen.draw(model).text
        let effects = model.update(.key(.character("n")))

        #expect(shown.contains("Theory: M/M/2/5"))
        for word in ["lambda", "1/mu", "rho", "Little's law", "measured", "turned away"] {
            #expect(shown.contains(word), "\(word) is not in\n\(shown)")
        }
        #expect(effects.isEmpty && Screen.draw(model).text == before)
    }

    @Test("with few jobs it says so instead of giving figures")
    func fewJobs() {
        let shown = text(Fixture.busy(jobs: 20), "t")

        #expect(shown.contains("not enough jobs yet"))
        #expect(!shown.contains("rho"))
    }

    @Test("T asks for the comparison, shows it when it is there, and the chart at once")
    func schedules() {
        var model = Fixture.busy()
        let comparison = model.comparison

        let effects = model.update(.key(.character("T")))
        let waiting = Screen.draw(model).text
        if let comparison { _ = model.update(.compared(comparison)) }
        let shown = Screen.draw(model).text

        #expect(effects == [.compareSchedules])
        #expect(waiting.contains("rehearsing") && waiting.contains("C2   "))
        #expect(shown.contains("fifo measured") && shown.contains("sjf"))
        #expect(shown.contains("a character is"))
    }

    @Test("a rehearsal under the present policy is what was measured")
    func faithful() throws {
        let (film, rehearsal) = Fixture.busyFilm(jobs: 60)
        let jobs = film.timeline.executedJobs(upTo: .max, limit: 1000)

        let comparison = ScheduleComparison(
            jobs,
            on: ScheduleComparison.Shape(policy: FirstInFirstOut(), consumers: 2, capacity: 3)
        )

        #expect(jobs.map(\.number) == rehearsal.finished.map(\.id))
        let measured = try #require(comparison.rows.first?.means)
        let fifo = try #require(comparison.rows.first { $0.name == "fifo" }?.means)
        #expect(abs(measured.turnaround - fifo.turnaround) < 0.05 * measured.turnaround)
    }

    @Test(
        "both fit every size, also in ASCII",
        arguments: [(20, 5), (30, 8), (40, 12), (60, 15), (80, 24), (200, 60), (1, 1), (0, 0)]
    )
    func sizes(width: Int, height: Int) {
        for key: Character in ["t", "T"] {
            for jobs in [0, 3, 60] {
                var model = Fixture.busy(jobs: jobs, width: width, height: height)
                let comparison = model.comparison
                _ = model.update(.key(.character(key)))
                model.comparison = comparison
                let frame = Screen.draw(model)
                #expect(frame.width == width && frame.height == height)
                // The last line has the key of the help.
                let plain = frame.asciified().text.split(separator: "\n").dropLast().joined()
                #expect(!plain.contains("?"), "\(plain)")
            }
        }
    }

    @Test("the smallest screen has the figure that matters most")
    func smallest() {
        #expect(text(Fixture.busy(width: 30, height: 10), "t").contains("lambda"))
        #expect(text(Fixture.busy(width: 40, height: 12), "T").contains("fifo"))
    }
}
