import TerminalUI
import Testing

@testable import Core
@testable import Dashboard

/// An engine here, its own screen, and a watcher's screen of it, without a terminal or a socket.
private final class TwoScreens {
    private final class Jobs: JobSource {
        func giveBack(_ job: QueuedJob) {}
        let isClosed = false

        func take(into jobs: UnsafeMutableBufferPointer<QueuedJob>) -> Int {
            jobs[0] = QueuedJob(Job(device: DeviceID(3), cpuTime: .seconds(2)), arrival: .zero)
            return 1
        }

        func letGo(_ parker: Parker) { parker.unpark() }
    }

    private final class NoReplies: ReplySender {
        func send(_ ticket: ReplyTicket) {}
        func forget(_ ticket: ReplyTicket) {}
    }

    let engine: Engine
    let clock = ManualClock()
    let reading: WatchReading
    var encoder: WatchEncoder
    var decoder = WatchDecoder()
    let names = Guarded<[UInt32: String]>([:])
    let watch: WatchLook
    let own: EngineLook
    var ownModel: DashboardModel
    var model: DashboardModel
    var isFirst = true

    static let name: @Sendable (DeviceID) -> String = { "lamp\($0.index)" }

    init(capacity: Int = 4, programs: ProgramPair = ProgramCatalog.correct) throws {
        var settings = EngineSettings()
        settings.kernel.capacity = capacity
        settings.kernel.programs = programs
        settings.kernel.recordsEverything = true
        (settings.producers, settings.consumers) = (2, 2)
        settings.startsPaused = true
        engine = Engine(settings, source: Jobs(), replies: NoReplies(), clock: clock)
        engine.start()
        let source = WatchSource(
            engine,
            settings: settings,
            began: WallTime(milliseconds: 0),
            nameOfDevice: Self.name,
            counters: { WatchCounters() }
        ).telling(
            of: Mailboxes.standardName,
            among: [
                WatchMailbox(name: Mailboxes.standardName, destinations: ["port 5555", "odd"]),
                WatchMailbox(name: "left"),
            ]
        )
        reading = WatchReading(source, clients: ClientNames(), roll: MailboxRoll([engine, engine]))
        encoder = WatchEncoder(source.greeting, nameOfDevice: Self.name)
        watch = WatchLook(nameOfDevice: { [names] device in
            names.withLock { $0[device.index] } ?? "?"
        })
        let watched = Watched(
            engine: engine,
            settings: settings,
            clock: clock,
            endpoint: "localhost 5555",
            nameOfDevice: Self.name,
            counters: { ReceiverCounters() },
            waitingInInbox: { 0 },
            began: WallTime(milliseconds: 0)
        )
        own = EngineLook(watched, file: nil)
        let view = WatchView(name: "localhost:5555", link: .live, isGreeted: true)
        model = DashboardModel(
            watching: view,
            source.greeting,
            size: (80, 24),
            nameOfDevice: Self.name
        )
        ownModel = model
        ownModel.watch = nil
        for line in encoder.hello.split(separator: 10) { _ = try decoder.add(Array(line)) }
        _ = watch.greet(source.greeting)
    }

    deinit { engine.stop() }

    /// One frame, and one look of the screen here, at the same moment.
    func tick() throws {
        let before = reading.state.number
        var (frame, _) = reading.look(watchers: 1)
        if isFirst { frame = reading.keyframe(frame) }
        for line in encoder.encode(frame, after: before).split(separator: 10) {
            guard let told = try decoder.add(Array(line)) else { continue }
            names.withLock { $0.merge(decoder.names) { $1 } }
            watch.take(told, at: .now)
            watch.lose()
        }
        let look = own.look()
        _ = ownModel.update(.looked(look))
        if let look = watch.look() { _ = model.update(.looked(look)) }
        // The screen here has seen the beginning, before anybody watched.
        if isFirst { ownModel.live.log = EventLog() }
        isFirst = false
    }

    func walk(_ steps: Int) {
        for _ in 0..<steps {
            _ = engine.gate.step()
            clock.advance(by: .milliseconds(13))
        }
    }
}

extension CellBuffer {
    /// All lines but the title, which says that somebody watches, and the keys, of which a watcher's
    /// screen has fewer.
    fileprivate var panes: [Substring] {
        text.split(separator: "\n").dropFirst().dropLast().map { $0 }
    }
}

@Suite("A watcher's screen", .timeLimit(.minutes(5)))
struct WatchScreenTests {
    @Test(
        "is the server's own, cell for cell, at the same moment",
        arguments: [ProgramCatalog.correct, ProgramCatalog.monitor, ProgramCatalog.swappedWaits]
    )
    func sameCells(programs: ProgramPair) throws {
        let screens = try TwoScreens(programs: programs)
        try screens.tick()

        for _ in 0..<30 {
            screens.walk(8)
            try screens.tick()
            for size in [(80, 24), (120, 40), (40, 12)] {
                screens.model.size = size
                screens.ownModel.size = size
                #expect(Screen.draw(screens.model).panes == Screen.draw(screens.ownModel).panes)
            }
        }

        #expect(screens.model.live.log.count > 50)
        #expect(screens.model.live.state.produced > 0)
    }

    @Test("M lists the server's mailboxes with their destinations, and enter asks for another one")
    func mailboxes() throws {
        let screens = try TwoScreens()
        screens.model.mailboxes.rows = screens.watch.mailboxes
        screens.walk(8)
        try screens.tick()
        _ = screens.model.update(.mailboxesRead(screens.watch.mailboxes))

        _ = screens.model.update(.key(.character("M")))
        let text = Screen.draw(screens.model).text
        _ = screens.model.update(.key(.down))
        let effects = screens.model.update(.key(.enter))

        let counts = screens.engine.kernel.counts
        #expect(screens.watch.mailboxes.map(\.counts) == [counts, counts])
        #expect(text.contains("┌ Mailboxes") && text.contains("left"), "\(text)")
        #expect(text.contains("port     5555"), "\(text)")
        #expect(text.contains("\(counts.depth)/4"), "\(text)")
        #expect(effects == [.showMailbox(1)])
        #expect(Screen.draw(screens.model).line(0).contains("mailbox default"))
    }

    @Test("the help lists exactly the keys that do something")
    func help() throws {
        let screens = try TwoScreens()
        try screens.tick()
        screens.model.mailboxes.rows = screens.watch.mailboxes
        let listed = Help.pages(of: screens.model).joined().joined().compactMap { line in
            if case .keys(let row) = line { row } else { nil }
        }
        let labels = " \(listed.map(\.label).joined(separator: " ")) "
        let refusals = [WatchView.readOnly, "only the server's own screen shows that"]

        for binding in KeyBinding.all {
            for key in binding.keys {
                var model = screens.model
                _ = model.update(.key(key))
                let isRefused = refusals.contains(model.notice ?? "")
                #expect(labels.contains(" \(key.label) ") != isRefused, "\(key.label)")
            }
        }
        #expect(listed.contains { $0.help == "quit; the server goes on" })
    }

    @Test("before somebody looked, how full the buffer was is blank; an empty one is a line")
    func unknownPast() throws {
        let screens = try TwoScreens()
        try screens.tick()
        let early = Screen.draw(screens.model).text
        screens.clock.advance(by: .seconds(300))
        screens.model.live.history = OccupancyHistory()
        screens.walk(1)
        try screens.tick()

        let late = Screen.draw(screens.model).text

        let line = String(repeating: "▁", count: 10)
        #expect(early.contains(line) && !late.contains(line), "\(late)")
    }

    @Test("keys that would change the server say that it can only be looked at")
    func readOnly() throws {
        let screens = try TwoScreens()
        try screens.tick()

        for key in " nsavVcxXp+-dD1b".map(Key.character) + [.enter] {
            screens.model.notice = nil
            let effects = screens.model.update(.key(key))
            #expect(effects.isEmpty, "\(key)")
            #expect(screens.model.notice == WatchView.readOnly, "\(key)")
        }
        _ = screens.model.update(.key(.character("W")))
        #expect(screens.model.notice == "only the server's own screen shows that")
        #expect(screens.model.panel == nil)
        #expect(screens.model.update(.key(.left)) == [.film])
        #expect(screens.model.update(.key(.character("T"))) == [.compareSchedules])
        #expect(screens.model.update(.key(.character("q"))) == [.quit])
    }

    @Test("it looks back as far as it has seen")
    func rewind() throws {
        let screens = try TwoScreens()
        try screens.tick()
        let first = screens.model.live.state.number
        screens.walk(40)
        try screens.tick()

        _ = screens.model.update(.key(.left))
        _ = screens.model.update(.filmed(try #require(screens.watch.film)))
        _ = screens.model.update(.key(.home))

        #expect(screens.model.rewind?.number == first)
        #expect(Screen.draw(screens.model).text.contains("REWOUND"))
    }

    @Test("a server that leads back within its run has begun another one")
    func leadsBack() throws {
        let screens = try TwoScreens()
        let again = try TwoScreens()
        screens.walk(40)
        try screens.tick()
        screens.walk(1)
        var frame = WatchFrame()
        frame.state = again.reading.state

        let goesOn = screens.watch.take(WatchFrame(), at: .now)
        let leadsBack = screens.watch.take(frame, at: .now)

        #expect(!goesOn && leadsBack)
        #expect(screens.watch.state?.number == again.reading.state.number)
    }

    @Test("a lost connection is said, and the picture stays", arguments: [(80, 24), (20, 5)])
    func lost(size: (Int, Int)) throws {
        let screens = try TwoScreens()
        try screens.tick()
        screens.walk(30)
        try screens.tick()
        screens.model.size = size
        let before = Screen.draw(screens.model).panes
        var view = try #require(screens.model.watch)

        view.link = .lost("Connection refused", retryAfter: 4)
        _ = screens.model.update(.linked(view))
        let lost = Screen.draw(screens.model)
        view.link = .live
        _ = screens.model.update(.linked(view))

        #expect(lost.text.contains("LOST"))
        #expect(lost.panes.dropLast() == before.dropLast())
        if size.0 == 80 {
            #expect(lost.text.contains("Connection refused; trying again in 4 s"))
        }
        #expect(screens.model.notice == "connected again to localhost:5555")
    }

    @Test("an end that the server told is no accident")
    func ended() throws {
        let screens = try TwoScreens()
        try screens.tick()
        var view = try #require(screens.model.watch)

        view.link = .ended
        _ = screens.model.update(.linked(view))
        let text = Screen.draw(screens.model).text
        view.link = .live
        _ = screens.model.update(.linked(view))

        #expect(text.contains("ENDED") && text.contains("localhost:5555 has ended"))
        #expect(!text.contains("LOST"))
        #expect(screens.model.notice == "connected again to localhost:5555")
    }

    @Test("before the server has said anything the page says what is tried")
    func waiting() {
        let view = WatchView(name: "far:1", link: .lost("Connection refused", retryAfter: 2))
        var model = DashboardModel(watching: view, size: (80, 24))
        _ = model.update(.linked(view))

        let text = Screen.draw(model).text

        #expect(text.contains("far:1: Connection refused"))
        #expect(text.contains("signalbox serve far 1"))
        for size in [(20, 5), (1, 1)] {
            model.size = size
            _ = Screen.draw(model)
        }
    }

    @Test(
        "a stream with any bytes changed breaks no screen",
        arguments: 1...4 as ClosedRange<UInt64>
    )
    func changed(seed: UInt64) throws {
        let screens = try TwoScreens(programs: ProgramCatalog.noMutex)
        var random = RandomNumbers(seed: seed)
        let view = WatchView(name: "far:1", link: .live, isGreeted: true)
        var shown = 0
        for _ in 0..<60 {
            screens.walk(20)
            _ = screens.reading.look(watchers: 1)
            let frame = screens.reading.keyframe(WatchFrame())
            let bytes = screens.encoder.encode(frame, after: 0)
            for _ in 0..<4 {
                var decoder = screens.decoder
                let look = WatchLook(nameOfDevice: { "\($0.index)" })
                let greeting = try #require(decoder.greeting)
                _ = look.greet(greeting)
                for var line in bytes.split(separator: 10).map(Array.init) {
                    if Int.random(in: 0..<4, using: &random) == 0 {
                        let digits = line.indices.filter { (48...57).contains(line[$0]) }
                        if let place = digits.randomElement(using: &random) {
                            line[place] = UInt8.random(in: 48...57, using: &random)
                        }
                    }
                    guard let told = try? decoder.add(line) else { continue }
                    look.take(told, at: .now)
                }
                guard let seen = look.look() else { continue }
                shown += 1
                var model = DashboardModel(
                    watching: view,
                    greeting,
                    size: (100, 40),
                    nameOfDevice: { "\($0.index)" }
                )
                _ = model.update(.looked(seen))
                for panel in [nil, .why, .theory, .watchers] as [DashboardModel.Panel?] {
                    model.panel = panel
                    _ = Screen.draw(model)
                }
            }
        }
        #expect(shown > 0, "seed \(seed)")
    }
}

@Suite("The page of watchers", .timeLimit(.minutes(5)))
struct WatchersPanelTests {
    @Test("lists who watches, and the title counts them", arguments: [(80, 24), (20, 5)])
    func panel(size: (Int, Int)) {
        var model = Fixture.sketch(width: size.0, height: size.1)
        _ = model.update(.key(.character("W")))
        let empty = Screen.draw(model).text
        var row = WatcherRow(address: "192.0.2.7", since: .seconds(65))
        (row.sent, row.skipped) = (1234, 56)
        model.live.watchers = [row]

        let text = Screen.draw(model).text
        model.live.watchers.append(
            WatcherRow(address: "192.0.2.8", mailbox: "left", since: .seconds(70))
        )
        let two = Screen.draw(model).text
        model.live.watchers.removeLast()

        #expect(empty.contains("nobody"))
        #expect(text.contains("192.0"))
        guard size.0 == 80 else { return }
        #expect(two.contains("192.0.2.7 default") && two.contains("192.0.2.8 left"), "\(two)")
        #expect(text.contains(#/192\.0\.2\.7 .*1:05 +1234 +56/#), "\(text)")
        model.panel = nil
        #expect(Screen.draw(model).text.contains("1 watcher"))
    }
}
