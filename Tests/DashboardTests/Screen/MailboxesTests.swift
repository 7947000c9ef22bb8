import Core
import TerminalUI
import Testing

@testable import Dashboard

@Suite("Mailboxes on the screen", .timeLimit(.minutes(5)))
struct MailboxesTests {
    private func rows(_ count: Int) -> [MailboxList.Row] {
        (0..<count).map { number in
            var counts = BufferCounts()
            (counts.capacity, counts.depth) = (number + 2, number % 3)
            (counts.empty, counts.full) = (counts.capacity - counts.depth, counts.depth)
            (counts.produced, counts.consumed) = (UInt64(number) * 1000, 7)
            (counts.waitingPut, counts.waitingTake) = (number, number == 1 ? 2 : 0)
            return MailboxList.Row(
                name: number == 0 ? "default" : "box\(number)",
                counts: counts,
                isPaused: number == 2,
                destinations: [
                    Destination(.process, "4711 signalbox"), Destination(.port, "5555"),
                    Destination(.socket, "udp 127.0.0.1 5555"),
                    Destination(.socket, "tcp 127.0.0.1 5555"),
                ]
            )
        }
    }

    private func model(_ count: Int, width: Int = 80, height: Int = 24) -> DashboardModel {
        var model = Fixture.sketch(width: width, height: height)
        model.mailboxes.rows = rows(count)
        return model
    }

    private func pressed(_ model: DashboardModel, _ keys: Key...) -> (DashboardModel, [Effect]) {
        var model = model
        var effects: [Effect] = []
        for key in keys { effects = model.update(.key(key)) }
        return (model, effects)
    }

    @Test("M lists them with depth, semaphores, who waits, and the selected one's destinations")
    func list() {
        let (model, effects) = pressed(model(3), .character("M"))

        let text = Screen.draw(model).text

        #expect(effects.isEmpty && model.panel == .mailboxes)
        #expect(text.contains("┌ Mailboxes ─"))
        #expect(text.contains(#/name +depth +empty +full +put +taken +waiting/#))
        #expect(text.contains(#/>default\* +0/2 +2 +0 +0 +7 +-/#), "\(text)")
        #expect(text.contains(#/ box1 +1/3 +2 +1 +1000 +7 +1 put, 2 take/#), "\(text)")
        #expect(text.contains(#/ box2 +2/4 .* PAUSED/#))
        #expect(text.contains("Messages reach default by"))
        #expect(text.contains("process  4711 signalbox") && text.contains("port     5555"))
        #expect(text.contains("socket   udp 127.0.0.1 5555"))
        #expect(text.contains("         tcp 127.0.0.1 5555"))
    }

    @Test("j and k select, enter asks for the selected one, any other key goes back")
    func select() {
        let (open, _) = pressed(model(3), .character("M"))

        let (last, enter) = pressed(open, .character("j"), .down, .down, .enter)
        let (same, nothing) = pressed(open, .down, .up, .up, .enter)
        let (closed, other) = pressed(open, .character("n"))
        let (again, _) = pressed(open, .character("M"))

        #expect(enter == [.showMailbox(2)] && last.panel == nil)
        #expect(nothing.isEmpty && same.panel == nil)
        #expect(closed.panel == nil && other.isEmpty && again.panel == nil)
    }

    @Test("the title says which mailbox is shown where there are several")
    func title() {
        var several = model(3)
        several.mailboxes.shown = 1

        #expect(Screen.draw(several).text.hasPrefix(" signalbox  mailbox box1  "))
        #expect(!Screen.draw(model(1)).text.contains("mailbox"))
    }

    @Test("where there is no server, or only a recording, M says so")
    func none() {
        let (lesson, _) = pressed(model(0), .character("M"))
        let (recording, _) = pressed(
            DashboardModel(
                replaying: Fixture.film(of: "correct"),
                setup: Fixture.empty().setup,
                marks: []
            ),
            .character("M")
        )

        #expect(lesson.panel == nil && lesson.notice?.contains("one buffer") == true)
        #expect(recording.panel == nil && recording.notice?.contains("recording") == true)
    }

    @Test(
        "the page fits any size, and shows the selected one of many",
        arguments: [(1, 1), (5, 3), (20, 5), (40, 8), (80, 24), (200, 60)]
    )
    func sizes(width: Int, height: Int) {
        let (model, _) = pressed(
            model(32, width: width, height: height),
            .character("M"),
            .character("G")
        )

        let text = Screen.draw(model).text

        #expect(text.split(separator: "\n").count <= height)
        if width >= 20, height >= 5 { #expect(text.contains(">box31"), "\(text)") }
        if width >= 80 { #expect(text.contains("2 put") || text.contains("31 put"), "\(text)") }
    }
}

@Suite("The options of mailboxes")
struct MailboxOptionsTests {
    private func plan(_ arguments: String...) throws -> MailboxPlan {
        let command = try Signalbox.parseAsRoot(["serve"] + arguments)
        return try #require(command as? ServeCommand).mailboxes.plan()
    }

    @Test("mailboxes and ports come in the order in which they were given")
    func order() throws {
        let plan = try plan(
            "--mailbox",
            "left:3",
            "--also",
            "0=left",
            "--mailbox",
            "r.2_-:65536",
            "--also",
            "6000",
            "--also",
            "0"
        )

        #expect(plan.boxes.map(\.name) == ["left", "r.2_-"])
        #expect(plan.boxes.map(\.capacity) == [3, 65_536])
        #expect(plan.ports.map(\.number) == [0, 6000, 0])
        #expect(plan.ports.map(\.mailbox) == ["left", "default", "default"])
        #expect(plan.choosesPort)
    }

    @Test(
        "what cannot be is refused with the option and the limit",
        arguments: [
            (["--mailbox", "left"], "a name of 1 to 32 letters"),
            (["--mailbox", "a b:3"], "not 'a b:3'"),
            (["--mailbox", "left:x"], "such as left:3"),
            (["--mailbox", "left:65537"], "to 65536, not 65537"),
            (["--mailbox", "default:3"], "there is a mailbox default already"),
            (["--mailbox", "a:1", "--mailbox", "a:2"], "there is a mailbox a already"),
            (["--also", "65536"], "a port from 0 to 65535"),
            (["--also", "1=right"], "'right'; there are default."),
            (["--also", "6000", "--also", "6000"], "names port 6000 twice"),
        ]
    )
    func refused(arguments: [String], sentence: String) {
        do {
            _ = try Signalbox.parseAsRoot(["serve"] + arguments)
            Issue.record("accepted \(arguments)")
        } catch {
            #expect(Signalbox.message(for: error).contains(sentence), "\(error)")
        }
    }

    @Test("thirty-one beside the default one, and no more")
    func most() throws {
        let options = (1...32).flatMap { ["--mailbox", "b\($0):1"] }

        #expect(throws: (any Error).self) { try Signalbox.parseAsRoot(["serve"] + options) }
        let fewer = try Signalbox.parseAsRoot(["serve"] + options.dropLast(2))
        #expect(try (fewer as? ServeCommand)?.mailboxes.plan().boxes.count == 31)
    }

    @Test("a mailbox's engine has neither threads nor an end, nor a recorder that nobody reads")
    func settings() {
        var standard = EngineSettings()
        standard.kernel.executionLimit = 5
        standard.kernel.isDrained = true
        standard.startsPaused = true

        let own = MailboxEngines.settings(
            of: MailboxPlan.Box(name: "left", capacity: 3),
            beside: standard
        )

        #expect(own.producers == 0 && own.consumers == 0 && !own.startsPaused)
        #expect(own.kernel.capacity == 3 && own.kernel.executionLimit == nil)
        #expect(!own.kernel.isDrained)
        #expect(own.kernel.allows(own.kernel.programs))
    }

    @Test("a mailbox of capacity 0 is a rendezvous, beside whatever buffer and the other way round")
    func rendezvous() {
        var standard = EngineSettings()
        standard.kernel.policy = RoundRobin()
        standard.kernel.programs = ProgramCatalog.roundRobin(quantum: .seconds(1))
        var meeting = EngineSettings()
        meeting.kernel = KernelSettings(capacity: 0)

        let none = MailboxPlan.Box(name: "hand", capacity: 0)
        let some = MailboxPlan.Box(name: "left", capacity: 2)
        let all = [(none, standard), (none, meeting), (some, standard), (some, meeting)]
            .map { MailboxEngines.settings(of: $0.0, beside: $0.1).kernel }

        #expect(all.allSatisfy { $0.allows($0.programs) })
        #expect(all.map(\.isRendezvous) == [true, true, false, false])
        #expect(all.map(\.programs.name) == ["rendezvous", "rendezvous", "round-robin", "correct"])
    }
}
