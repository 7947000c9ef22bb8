import Testing

@testable import Core

@Suite("Watchers", .timeLimit(.minutes(5)))
struct WatchServiceTests {
    @Test(
        "whoever is told knows the engine's state, whenever it came and however often it stalled",
        arguments: [1, 2, 3, 4] as [UInt64]
    )
    func sameState(seed: UInt64) throws {
        let run = WatchedRun(seed: seed)
        let steady = run.join()
        var others: [TestLink] = []

        for tick in 0..<120 {
            // More than a frame can hold, sometimes.
            run.walk(run.chance(10) ? 300 : 12)
            if tick.isMultiple(of: 20) { others.append(run.join()) }
            for link in others { link.isWritable = run.chance(60) }
            run.service.tell()

            let state = run.test.state.untimed
            for link in [steady] + others where try link.readAll() > 0 {
                #expect(link.decoder.state?.untimed == state, "seed \(seed), tick \(tick)")
            }
        }

        #expect(others.count == 6 && run.services.book.skipped > 0)
        let whole = others.flatMap(\.frames).count { $0.state != nil }
        let partial = others.flatMap(\.frames).count { $0.state == nil }
        #expect(whole > 6 && partial > 6, "seed \(seed): \(whole) and \(partial)")
    }

    @Test("a rendezvous is watched as a buffer is, messages on the table and all")
    func rendezvous() throws {
        let run = WatchedRun(seed: 9, capacity: 0, programs: ProgramCatalog.rendezvous) {
            $0.kernel.choices = [ProgramCatalog.rendezvous]
        }
        let link = run.join()

        for tick in 0..<60 {
            run.walk(7)
            link.isWritable = tick % 5 != 3
            run.service.tell()
            guard try link.readAll() > 0 else { continue }
            #expect(link.decoder.state?.untimed == run.test.state.untimed, "tick \(tick)")
        }

        #expect(link.decoder.state?.consumed ?? 0 > 0)
    }

    @Test("the steady one folds the very events, and needs no state once it has one")
    func events() throws {
        let run = WatchedRun(seed: 5)
        let link = run.join()
        run.service.tell()
        let first = run.test.state.number

        for _ in 0..<20 {
            run.walk(10)
            run.service.tell()
        }
        try link.readAll()

        #expect(link.frames.dropFirst().allSatisfy { $0.state == nil })
        let told = link.frames.flatMap(\.events)
        let timeline = run.test.engine.timeline()
        #expect(told == Array(timeline.events(in: first + 1...timeline.lastNumber)))
    }

    @Test("who does not read gets nothing more, and then the state instead of what it missed")
    func stalled() throws {
        let run = WatchedRun(seed: 7)
        let (link, other) = (run.join(), run.join())
        run.service.tell()
        try link.readAll()
        link.isWritable = false
        let written = link.bytes.count

        for _ in 0..<50 {
            run.walk(10)
            run.service.tell()
        }
        let whileStalled = link.bytes.count
        link.isWritable = true
        run.service.tell()
        try link.readAll()
        try other.readAll()

        #expect(whileStalled == written, "not a byte for who does not read")
        #expect(link.frames.count == 2 && link.frames.last?.state != nil)
        #expect(link.decoder.state?.untimed == run.test.state.untimed)
        #expect(other.frames.dropFirst().allSatisfy { $0.state == nil }, "it missed nothing")
        #expect(other.decoder.state?.untimed == run.test.state.untimed)
        #expect(run.services.book.rows.map(\.skipped) == [50, 0])
    }

    @Test("where nothing moves nothing is said, but that the server is there")
    func silence() throws {
        let run = WatchedRun()
        let link = run.join()
        run.service.tell()

        for _ in 0..<WatchService.longestSilence - 1 { run.service.tell() }
        let early = try link.readAll()
        run.service.tell()
        let late = try link.readAll()
        run.counters.withLock { $0.refused = 7 }
        run.service.tell()
        let counted = try link.readAll()

        #expect(early == 1 && late == 1 && counted == 1)
        #expect(link.frames.last?.counters.refused == 7)
    }

    @Test("every frame knows the same of all mailboxes, told when it changed and once a second")
    func mailboxes() throws {
        let run = WatchedRun(seed: 2, others: ["left"])
        let link = run.join("left")
        let service = try #require(run.services["left"])
        service.tell()
        let first = run.test.engine.kernel.counts
        run.walk(3)
        service.tell()
        run.test.clock.advance(by: .seconds(1))
        service.tell()
        let late = run.join("left")
        service.tell()
        try link.readAll()
        try late.readAll()

        let greeting = try #require(link.decoder.greeting)
        #expect(greeting.mailbox == "left")
        #expect(greeting.mailboxes.map(\.name) == ["default", "left"])
        let told = link.frames.map { $0.mailboxes?.map(\.buffer) }
        let last = run.test.engine.kernel.counts
        #expect(told == [[first, first], nil, [last, last], nil])
        #expect(late.frames.first?.mailboxes?.map(\.buffer) == [last, last])
        #expect(late.frames.first?.mailboxes?.map(\.isPaused) == [true, true])
    }

    @Test("watchers of several mailboxes are told of theirs, and counted together")
    func several() throws {
        let run = WatchedRun(seed: 4, others: ["left"])
        let (one, other) = (run.join(), run.join("left"))
        run.walk(5)

        run.service.tell()
        run.services["left"]?.tell()
        try one.readAll()
        try other.readAll()

        for link in [one, other] {
            #expect(link.frames.last?.counters.watchers == 2)
            #expect(link.decoder.state?.untimed == run.test.state.untimed)
        }
        run.service.leave(one)
        #expect(run.services.book.rows.map(\.mailbox) == ["left"])
    }

    @Test("while nobody watches no timer goes, and nothing is read")
    func rest() {
        let run = WatchedRun()
        let link = run.join()
        run.loop.advanceTime(by: .seconds(1))
        let sent = run.services.book.sent

        run.service.leave(link)
        run.walk(10)
        run.loop.advanceTime(by: .seconds(10))

        #expect(sent > 0 && run.services.book.sent == sent)
        #expect(run.services.book.rows.isEmpty)
    }

    @Test("what no event says comes along: devices, times, names, clients, counters")
    func rows() throws {
        let run = WatchedRun(seed: 3, threads: 1)
        let agent = run.test.engine.kernel.join(
            .consumer,
            ordinal: 1,
            parker: Parker(),
            isAgent: true
        )
        // Nobody executes it: it rests, so that no step is given to it.
        run.test.engine.kernel.noteAwaiting(agent)
        run.clients.set("127.0.0.1 51234", ofAgent: 1)
        let early = run.join()
        run.service.tell()
        run.walk(400)
        run.test.clock.advance(by: .seconds(2))
        run.service.tell()
        let late = run.join()
        run.service.tell()

        for link in [early, late] {
            try link.readAll()
            let frame = try #require(link.frames.last { $0.devices != nil })
            #expect(frame.devices == run.test.engine.ledger.top(64))
            #expect(link.frames.contains { $0.times?.count == 3 })
            #expect(link.frames.contains { $0.clients == [1: "127.0.0.1 51234"] })
        }
        #expect(late.decoder.names[1] == "disk \"1\"")
        #expect(late.decoder.state?[agent]?.name == "A1")
        #expect(late.frames.last?.counters.watchers == 2)
    }

    @Test("many threads and slots make a state of bounded size that goes on all the same")
    func bounded() throws {
        let run = WatchedRun(seed: 11, capacity: 200, threads: 40)
        run.walk(3000)
        let link = run.join()

        for _ in 0..<40 {
            run.service.tell()
            run.walk(100)
        }
        run.service.tell()
        try link.readAll()

        let state = try #require(link.decoder.state)
        #expect(state.threadCount == 80 && state.threads.count == 64)
        #expect(state.number == run.test.state.number)
        #expect(state.occupied == run.test.state.occupied)
        #expect(link.bytes.count < 40 * 65_536)
    }

    @Test("a guest takes from nobody the events that were asked for", arguments: [false, true])
    func guest(isGuest: Bool) {
        let test = TestEngine(
            source: ListSource(seconds: Array(repeating: 1, count: 1000))
        ) {
            $0.kernel.recordsEverything = false
            $0.kernel.eventCapacity = 64
        }
        let host = Observer(test.engine, budget: 8)
        let other = Observer(test.engine, budget: 8, isGuest: isGuest)
        func step() { for _ in 0..<100 { _ = test.engine.gate.step() } }
        step()
        _ = host.look()
        step()

        _ = other.look()
        var seen = 0
        let missed = host.look { _, _ in seen += 1 }

        #expect(missed > 0)
        #expect((seen >= 8) == isGuest, "who is no guest begins a new run of events")
    }

    @Test("a guest who is alone asks for events itself")
    func lonelyGuest() {
        let test = TestEngine(
            source: ListSource(seconds: Array(repeating: 1, count: 1000))
        ) {
            $0.kernel.recordsEverything = false
            $0.kernel.eventCapacity = 64
        }
        let guest = Observer(test.engine, budget: 8, isGuest: true)
        for _ in 0..<100 { _ = test.engine.gate.step() }
        for _ in 0..<12 { _ = guest.look() }

        var seen = 0
        for _ in 0..<5 { _ = test.engine.gate.step() }
        let missed = guest.look { _, _ in seen += 1 }

        #expect(seen > 0 && missed == 0)
    }
}
