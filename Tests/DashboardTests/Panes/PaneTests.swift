import Core
import TerminalUI
import Testing

@testable import Dashboard

@Suite("Every pane")
struct PaneTests {
    @Test(
        "draws in any area without a crash, and leaves the cells outside alone",
        arguments: PaneKind.allCases
    )
    func anyArea(kind: PaneKind) {
        let pane = PaneCatalog.pane(kind)
        let sizes = [(0, 0), (0, 5), (5, 0), (1, 1), (2, 2), (3, 9), (20, 1), (40, 3), (78, 22)]

        for (_, make) in Fixture.all {
            for (width, height) in sizes {
                var frame = CellBuffer(width: 82, height: 26)
                let area = Rect(x: 2, y: 2, width: width, height: height)
                pane.draw(make(80, 24), into: &frame, area: area)
                pane.drawCompact(make(80, 24), into: &frame, area: area)
                pane.drawRuled(make(80, 24), into: &frame, area: area)
                pane.drawBoxed(make(80, 24), into: &frame, area: area)

                #expect(inkOutside(area, frame) == 0, "\(kind) at \(width)×\(height)")
            }
        }
    }

    private func inkOutside(_ area: Rect, _ frame: CellBuffer) -> Int {
        var count = 0
        for y in 0..<frame.height {
            for x in 0..<frame.width where frame[x, y] != Cell() {
                let cell = Rect(x: x, y: y, width: 1, height: 1)
                if area.intersection(cell).isEmpty { count += 1 }
            }
        }
        return count
    }
}

@Suite("The buffer's pane")
struct BufferPaneTests {
    private func fold(_ cpuTimes: [Double], capacity: Int = 15) -> EngineState {
        var fold = Fold(capacity: capacity, producers: 1, consumers: 1)
        for cpuTime in cpuTimes { fold.insert("P1", device: 3, seconds: cpuTime) }
        return fold.state
    }

    @Test(
        "shows the jobs in the order in which the policy lets them go, the next one marked",
        arguments: [
            ("fifo", "▸3:5 3:1 3:4"), ("sjf", "▸3:1 3:4 3:5"), ("ljf", "▸3:5 3:4 3:1"),
        ]
    )
    func order(policy: String, expected: String) throws {
        let policy = try #require(PolicyCatalog.policy(named: policy))
        let model = Fixture.model(fold([5, 1, 4]), policy: policy)

        #expect(BufferPane.picture(model).line(0) == " " + expected)
        #expect(BufferPane.picture(model).style(of: "▸") == .strong)
        #expect(BufferPane.title(model) == "Buffer 3/15")
    }

    @Test("says that it is empty")
    func empty() {
        let text = BufferPane.text(Fixture.empty())

        #expect(text.contains("no jobs") && text.contains("0 %"))
    }

    @Test("counts the jobs that find no place", arguments: 12...60)
    func more(width: Int) {
        let model = Fixture.model(fold(Array(repeating: 2, count: 15)))
        let picture = BufferPane.picture(model, width: width, height: 3)
        let shown = picture.line(0).split(separator: " ")
        let jobs = shown.count { $0.hasSuffix("3:2") }
        let rest = shown.last.flatMap { $0.hasPrefix("+") ? Int($0.dropFirst()) : nil } ?? 0

        #expect(jobs + rest == 15, "\(picture.line(0))")
    }

    @Test("marks no job as the next where it does not know all")
    func partial() {
        let text = BufferPane.text(Fixture.partial(), width: 80)

        #expect(!text.contains("▸"))
        #expect(text.contains("+8"))
    }

    @Test("shows how full it is and how full it was")
    func history() {
        var model = Fixture.model(fold([1, 1, 1, 1, 1], capacity: 10))
        for second in 0..<3 {
            model.live.history.note(second * 5, at: .seconds(Double(second)))
        }
        let picture = BufferPane.picture(model, width: 28, height: 3)

        #expect(picture.line(1) == " ██████████░░░░░░░░░░  50 %")
        #expect(picture.line(2) == " ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▅█  20 s")
    }

    @Test("says how many received jobs wait outside")
    func outside() {
        var model = Fixture.empty()
        #expect(BufferPane.footer(model, height: 8) == nil)

        model.live.waitingInInbox = 7
        #expect(BufferPane.footer(model, height: 8) == "7 received, not yet produced")
    }
}

@Suite("The panes of a rendezvous")
struct RendezvousPaneTests {
    /// P1 hands a job to C1, P2 waits for a receiver.
    private func meeting(lends: Bool = false) -> DashboardModel {
        var fold = Fold(
            capacity: 0,
            producers: 2,
            consumers: 2,
            programs: ProgramCatalog.rendezvous
        )
        fold.apply(.signalled(.empty, handedTo: nil), by: "C1")
        fold.apply(.blocked(.full), by: "C1")
        if lends { return Fixture.model(fold.state) }
        for name in ["P1", "P2"] {
            fold.apply(.produced(DeviceID(3), cpuTime: .seconds(5)), by: name)
        }
        fold.apply(.waited(.empty), by: "P1")
        fold.apply(.blocked(.empty), by: "P2")
        return Fixture.model(fold.state)
    }

    @Test("say who hands what to whom, and who waits for a partner")
    func hands() {
        let picture = BufferPane.picture(meeting(), width: 38, height: 4)

        #expect(BufferPane.title(meeting()) == "Rendezvous: no slots")
        #expect(picture.line(0) == " P1 ▸ 3:5 ▸ C1")
        #expect(picture.line(1) == " waiting to send: P2")
    }

    @Test("say who is ready, and that a place was lent")
    func lent() {
        let model = meeting(lends: true)

        #expect(BufferPane.picture(model, width: 38, height: 4).line(0) == " ready to receive: C1")
        #expect(
            SemaphoresPane.footer(model, height: 8) == "1 + 0 + 0 in hand - 1 lent = 0 ✓"
        )
    }

    @Test("are drawn in any area without a crash", arguments: PaneKind.allCases)
    func anyArea(kind: PaneKind) {
        for model in [meeting(), meeting(lends: true)] {
            for (width, height) in [(0, 0), (1, 1), (3, 2), (20, 1), (20, 5), (80, 24)] {
                var frame = CellBuffer(width: 80, height: 24)
                let area = Rect(x: 0, y: 0, width: width, height: height)
                let pane = PaneCatalog.pane(kind)
                pane.draw(model, into: &frame, area: area)
                pane.drawCompact(model, into: &frame, area: area)
                var zoomed = model
                zoomed.isZoomed = true
                pane.draw(zoomed, into: &frame, area: area)
                Presenter.draw(model, into: &frame, area: area)
            }
        }
    }
}

@Suite("The semaphores' pane")
struct SemaphoresPaneTests {
    @Test("shows value, owner and waiters by name")
    func sketch() {
        let picture = SemaphoresPane.picture(Fixture.sketch(), width: 38, height: 3)

        #expect(picture.line(0) == " empty  6 ■■■■■■")
        #expect(picture.line(1) == " full   7 ■■■■■■■")
        #expect(picture.line(2) == " mutex  0 held by C1  waiting P1")
        #expect(SemaphoresPane.footer(Fixture.sketch(), height: 8) == "6 + 7 + 2 in hand = 15 ✓")
        #expect(picture.style(of: "waiting") == .waiting)
    }

    @Test("names the waiters that fit and counts the others", arguments: 35...120)
    func manyWaiters(width: Int) {
        let line = SemaphoresPane.picture(Fixture.crowded(), width: width, height: 3).line(2)
        let parts = line.drop { $0 != "w" }.split(separator: " ").dropFirst()
        let names = parts.count { $0.hasPrefix("P") }
        let rest = parts.last.flatMap { $0.hasPrefix("+") ? Int($0) : nil } ?? 0

        // "waiting 31" where no name fits.
        let count = parts.count == 1 ? parts.last.flatMap { Int($0) } : names + rest
        #expect(count == 31, "\(line)")
    }

    @Test("rings the alarm where somebody waits at zero")
    func alarm() {
        var fold = Fold(capacity: 1, producers: 1, consumers: 1)
        fold.apply(.blocked(.full), by: "C1")

        let picture = SemaphoresPane.picture(Fixture.model(fold.state), width: 38, height: 3)

        #expect(picture.line(1) == " full   0  waiting C1")
        #expect(picture.styles(1)[8] == .alarm)
    }

    @Test("accuses a sum that is wrong, and none that it cannot know")
    func sum() {
        var model = Fixture.sketch()
        model.live.state[.empty].value = 4
        #expect(SemaphoresPane.footer(model, height: 8) == "4 + 7 + 2 in hand is not 15 ✗")

        #expect(SemaphoresPane.footer(Fixture.partial(), height: 8) == nil)
    }

    @Test("fits into a line or two, with owner and waiters", arguments: [(20, 2), (40, 1)])
    func compact(width: Int, height: Int) {
        var frame = CellBuffer(width: width, height: height)
        SemaphoresPane.drawCompact(Fixture.sketch(), into: &frame, area: frame.bounds)
        let text = frame.text.replacing("held by ", with: "")

        for fact in ["empty 6", "full 7", "mutex 0 C1 ←P1"] { #expect(text.contains(fact)) }
    }

    @Test("shows who waits for a condition")
    func conditions() {
        var fold = Fold(capacity: 1, producers: 1, consumers: 1)
        fold.apply(.waited(.mutex), by: "C1")
        fold.apply(.waitedCondition(.notEmpty, mutexHandedTo: nil), by: "C1")

        let text = SemaphoresPane.text(Fixture.model(fold.state))

        #expect(text.contains("notEmpty  waiting C1"))
    }
}

@Suite("The devices' pane")
struct DevicesPaneTests {
    @Test("shows a bar that is long for much CPU time")
    func bars() {
        let picture = DevicesPane.picture(Fixture.sketch(), width: 38)
        let filled = (0..<3).map { row in picture.line(row).count { $0 == "█" } }

        #expect(picture.line(0).hasPrefix(" 3     12 s") && picture.line(0).hasSuffix("4 jobs"))
        #expect(picture.line(1).contains("7.5 s") && picture.line(2).contains("1 job"))
        #expect(filled == filled.sorted(by: >) && filled[0] > filled[2])
    }

    @Test("tells how to send a job while there is none", arguments: [(24, 3), (24, 2), (60, 5)])
    func invitation(width: Int, height: Int) {
        let text = DevicesPane.text(Fixture.empty(), width: width, height: height)

        #expect(text.contains("echo anna:3 |") && text.contains("5555"))
    }

    @Test("invites nobody who has sent a job already")
    func noInvitation() {
        var fold = Fold(capacity: 2, producers: 1, consumers: 1)
        fold.insert("P1", device: 1, seconds: 5)
        var received = Fixture.empty()
        received.live.counters.accepted = 1

        for model in [Fixture.model(fold.state), received] {
            #expect(DevicesPane.picture(model).line(0) == " no job is done yet")
        }
    }

    @Test("counts the rows below, beside what was refused")
    func below() {
        var model = Fixture.crowded()
        #expect(DevicesPane.footer(model, height: 8) == "56 more")
        #expect(DevicesPane.footer(Fixture.sketch(), height: 8) == nil)

        model.chosenDevice = model.devices[63].identity
        #expect(DevicesPane.footer(model, height: 8) == nil)
    }

    @Test("keeps the selected row in sight", arguments: [0, 1, 7, 8, 63])
    func scrolls(cursor: Int) throws {
        var model = Fixture.crowded()
        model.chosenDevice = model.devices[cursor].identity

        let picture = DevicesPane.picture(model, width: 60)
        let selected = try #require((0..<8).first { picture.styles($0)[0] == .selected })

        #expect(picture.line(selected).contains("\(100_000 - cursor).5 s"))
    }

    @Test("aligns names of any width")
    func wideNames() {
        let picture = DevicesPane.picture(Fixture.crowded(), width: 60)
        let ends = (0..<8).map { displayWidth(of: picture.line($0)) }

        #expect(Set(ends).count == 1)
    }
}

@Suite("The threads' pane")
struct ThreadsPaneTests {
    @Test("shows each thread's statement and what it means")
    func sketch() {
        let picture = ThreadsPane.picture(Fixture.sketch(), width: 38)

        #expect(picture.line(0) == " P1 wait(mutex)    blocked 2 s")
        #expect(picture.line(1) == " C1 remove         critical section")
        #expect(picture.line(2).hasPrefix(" C2 execute"))
        #expect(picture.style(of: "wait(mutex)") == .waiting)
        #expect(picture.style(of: "remove") == .critical)
    }

    @Test("shows progress in tenths, which a pause stops and the rate changes")
    func progress() {
        var fold = Fold(capacity: 2, producers: 1, consumers: 1)
        fold.insert("P1", device: 1, seconds: 5)
        fold.remove("C1")
        fold.apply(.executionStarted, by: "C1")
        fold.time = .seconds(1)
        fold.apply(.rateChanged(Rate(thousandths: 2000)))
        var model = Fixture.model(fold.state)
        model.live.now = .seconds(1.7)
        #expect(ThreadsPane.text(model).contains("2.4 of 5 s"))

        fold.time = .seconds(1.7)
        fold.apply(.paused)
        model.live.state = fold.state
        model.live.now = .seconds(60)
        #expect(ThreadsPane.text(model).contains("2.4 of 5 s"))
    }

    @Test("says it in short rather than cut", arguments: 20...40)
    func short(width: Int) {
        let text = ThreadsPane.text(Fixture.sketch(), width: width)

        #expect(!text.contains("of …") && !text.contains("critical s…"))
    }

    @Test("a producer without jobs, and a thread that has ended, step back")
    func faint() {
        var fold = Fold(capacity: 2, producers: 1, consumers: 1)
        fold.apply(.awaitedJobs, by: "P1")
        fold.apply(.threadEnded, by: "C1")

        let picture = ThreadsPane.picture(Fixture.model(fold.state))

        #expect(
            picture.line(0).contains("waits for a job 0 s") && picture.line(1).contains("ended")
        )
        #expect(picture.style(of: "waits for a job") == .faint)
    }

    @Test("counts the threads that a snapshot leaves out")
    func hidden() {
        #expect(ThreadsPane.footer(Fixture.partial(), height: 8) == "95 more")
        #expect(ThreadsPane.footer(Fixture.partial(), height: 3) == "96 more")
    }

    @Test(
        "cuts a device's name only where there is no room for it",
        arguments: [(30, "execute prin…:5 0.0 of 5 s"), (38, "execute printer:5 0.0 of 5 s")]
    )
    func longName(width: Int, expected: String) {
        var fold = Fold(capacity: 2, producers: 1, consumers: 1)
        fold.insert("P1", device: 5, seconds: 5)
        fold.remove("C1")
        fold.apply(.executionStarted, by: "C1")

        let picture = ThreadsPane.picture(Fixture.model(fold.state), width: width)

        #expect(picture.line(1) == " C1 " + expected)
    }

    @Test("a wait for a job is said in short where it is narrow", arguments: [(38, 0), (30, 1)])
    func awaiting(width: Int, index: Int) {
        var fold = Fold(capacity: 2, producers: 1, consumers: 1)
        fold.apply(.awaitedJobs, by: "P1")

        let line = ThreadsPane.picture(Fixture.model(fold.state), width: width).line(0)

        let expected = ["waits for a job 0 s", "no job 0 s"][index]
        #expect(line.hasSuffix("        " + expected))
    }
}

@Suite("The log's pane")
struct LogPaneTests {
    @Test("shows the newest first, moved down by the cursor")
    func newestFirst() {
        var model = Fixture.sketch()
        #expect(LogPane.picture(model, width: 78).line(0).contains("job 30"))
        #expect(LogPane.title(model) == "Log, newest first")

        model.cursors[.log] = 4
        #expect(LogPane.picture(model, width: 78).line(0).contains("job 26"))
        #expect(LogPane.title(model) == "Log, 4 newer above")
    }

    @Test("draws a full page even where the cursor is at its end", arguments: [24, 29])
    func fullPage(cursor: Int) {
        var model = Fixture.sketch()
        model.cursors[.log] = cursor

        let picture = LogPane.picture(model, width: 78, height: 7)

        #expect(picture.line(0).contains("job 7 ") && picture.line(6).contains("job 1 "))
    }

    @Test("gives up the time where it is narrow", arguments: [(40, 1), (60, 9), (78, 15)])
    func narrow(width: Int, start: Int) {
        let line = LogPane.picture(Fixture.sketch(), width: width).line(0)

        #expect(Array(line).dropFirst(start).starts(with: "P1 produced job 30"))
    }
}

@Suite("The program's and the times' pane")
struct ProgramPaneTests {
    @Test("shows the programs that run, with the threads at their lines")
    func program() {
        let text = ProgramPane.text(Fixture.sketch(), width: 34, height: 15)

        for line in ["3 wait(mutex) ◂ P1", "3 remove ◂ C1", "6 execute ◂ C2", "1 produce\n"] {
            #expect(text.contains(line), "\(text)")
        }
    }

    @Test("names the threads that fit and counts the others")
    func manyThreads() {
        let text = ProgramPane.text(Fixture.crowded(), width: 34, height: 15)

        #expect(text.contains("3 wait(mutex) ◂ P2 P3 P4 P5 +27"), "\(text)")
    }

    @Test("shows mean, median and 99 % of each time")
    func times() {
        let picture = TimesPane.picture(Fixture.sketch(), width: 34, height: 4)

        #expect(picture.line(0) == "               mean median   99 %")
        #expect(picture.line(3) == " turnaround   2.5 s  2.0 s 1234 s")
        #expect(TimesPane.text(Fixture.empty()).contains("no job done yet"))
    }
}
