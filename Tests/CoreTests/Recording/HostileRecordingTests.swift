import Testing

@testable import Core

@Suite("Recordings from strangers", .timeLimit(.minutes(5)))
struct HostileRecordingTests {
    private static let header =
        "{\"format\":\"signalbox recording\",\"version\":1,\"capacity\":2,\"policy\":\"fifo\","
        + "\"service\":\"fair\",\"execution\":\"sleep\",\"rate\":1,"
        + "\"began\":\"2026-03-01T12:00:00.000Z\",\"program\":\"tiny\",\"summary\":\"\","
        + "\"correct\":false,\"misplaces_jobs\":false,"
        + "\"producer\":[\"produce\",\"insert\"],\"consumer\":[\"remove\",\"execute\"]}"
    private static let joined =
        "{\"number\":1,\"t\":0,\"thread\":\"P1\",\"event\":\"thread_joined\",\"role\":\"producer\","
        + "\"ordinal\":1}"

    private func read(_ lines: [String]) throws(RecordingError) -> RecordedRun {
        try RecordedRun(bytes: Array((lines.joined(separator: "\n") + "\n").utf8))
    }

    private func problem(_ line: String) -> LineProblem? {
        do throws(RecordingError) {
            _ = try read([Self.header, Self.joined, line])
            return nil
        } catch {
            guard case .line(3, let problem) = error else { return nil }
            return problem
        }
    }

    /// An event of P1.
    private static func event(_ rest: String, number: String = "2", t: String = "1.5") -> String {
        "{\"number\":\(number),\"t\":\(t),\"thread\":\"P1\",\(rest)}"
    }

    @Test("unknown fields, other spaces and another order do no harm")
    func tolerance() throws {
        let run = try read([
            Self.header, Self.joined,
            " { \"event\" : \"produced\" , \"extra\" : [\"a\", \"b\\u00e9\"], \"x\": -1.5e9, \"y\":null,"
                + "\"cpu_seconds\":2.5, \"device\":\"\\u00fc\\\"\", \"thread\":\"P1\",\"t\":1, \"number\":2 }\r",
        ])

        #expect(run.devices.name(of: DeviceID(1)) == "ü\"")
        #expect(run.timeline.lastState.threads[0].job?.cpuTime == .seconds(2.5))
        #expect(!run.isTorn && !run.hasEnded)
    }

    @Test(
        "an error names line, field and limit",
        arguments: [
            ("", .notFlatJSON(position: 0)),
            ("null", .notFlatJSON(position: 0)),
            ("{\"a\":{\"b\":1}}", .notFlatJSON(position: 5)),
            ("{\"a\":[[\"b\"]]}", .notFlatJSON(position: 6)),
            ("{\"a\":1}{", .notFlatJSON(position: 7)),
            ("{\"a\u{0}\":1}", .notFlatJSON(position: 3)),
            ("{\"number\":2}", .missing("t")),
            (event("\"event\":\"waited\""), .missing("semaphore")),
            (
                event("\"event\":\"waited\",\"semaphore\":\"red\""),
                .unknownName(field: "semaphore", "red")
            ),
            (event("\"event\":\"danced\""), .unknownEvent("danced", version: 3)),
            (event("\"event\":7"), .notA("text", field: "event")),
            (event("\"event\":\"awaited_jobs\"", number: "3"), .wrongNumber(3, expected: 2)),
            (
                event("\"event\":\"awaited_jobs\"", number: "99999999999999999999"),
                .outOfRange(field: "number", allowed: 0...UInt64.max)
            ),
            (
                event("\"event\":\"awaited_jobs\"", number: "-2"),
                .notA("a whole number", field: "number")
            ),
            (
                event("\"event\":\"awaited_jobs\"", t: "1099512"),
                .outOfRange(field: "t", allowed: 0...1_099_511)
            ),
            (
                event("\"event\":\"awaited_jobs\"", t: "99999999999999999999999"),
                .notA("a number with at most six decimals", field: "t")
            ),
            (
                event("\"event\":\"awaited_jobs\"", t: "1e5"),
                .notA("a number with at most six decimals", field: "t")
            ),
            (
                event("\"event\":\"inserted\",\"slot\":2"),
                .outOfRange(field: "slot", allowed: 0...1)
            ),
            (event("\"event\":\"inserted\",\"slot\":0"), .impossible("P1 has no job")),
            (event("\"event\":\"removed\",\"slot\":0"), .impossible("slot 0 is empty")),
            (event("\"event\":\"jumped\",\"line\":3"), .impossible("the producer has 2 lines")),
            (
                event("\"event\":\"jumped\",\"line\":0"),
                .outOfRange(field: "line", allowed: 1...255)
            ),
            (
                event("\"event\":\"waited\",\"semaphore\":\"full\""),
                .impossible("full has no unit")
            ),
            (
                event("\"event\":\"signalled\",\"semaphore\":\"full\",\"handed_to\":\"P1\""),
                .impossible("P1 does not wait for full")
            ),
            (
                event("\"event\":\"signalled\",\"semaphore\":\"full\",\"handed_to\":\"C9\""),
                .unknownName(field: "handed_to", "C9")
            ),
            (event("\"event\":\"jobs_arrived\""), .impossible("P1 does not await jobs")),
            (
                event("\"event\":\"produced\",\"device\":\"\\u001b[2J\",\"cpu_seconds\":1"),
                .badText(field: "device", limit: 64)
            ),
            (
                event("\"event\":\"produced\",\"device\":\"d\",\"cpu_seconds\":86401"),
                .outOfRange(field: "cpu_seconds", allowed: 0...86_400)
            ),
            (
                event(
                    "\"event\":\"produced\",\"device\":\"d\",\"device_number\":1000001,"
                        + "\"cpu_seconds\":1"
                ), .outOfRange(field: "device_number", allowed: 0...1_000_000)
            ),
            (
                "{\"number\":2,\"t\":1,\"event\":\"rate_changed\",\"rate\":0}",
                .outOfRange(field: "rate", allowed: 1...1000)
            ),
            (
                "{\"number\":2,\"t\":1,\"event\":\"program_changed\",\"compacts\":true,"
                    + "\"program\":\"p\",\"summary\":\"\",\"correct\":true,\"misplaces_jobs\":true,"
                    + "\"producer\":[],\"consumer\":[]}", .program(.correctAndMisplacing)
            ),
            (
                "{\"number\":2,\"t\":1,\"event\":\"program_changed\",\"compacts\":true,"
                    + "\"program\":\"p\",\"summary\":\"\",\"correct\":true,\"misplaces_jobs\":false,"
                    + "\"producer\":[1],\"consumer\":[]}", .notFlatJSON(position: 137)
            ),
            (
                joined.replacing("\"number\":1", with: "\"number\":2"),
                .impossible("P1 has joined already")
            ),
            ("{\"end\":7}", .wrongNumber(7, expected: 1)),
        ] as [(String, LineProblem)]
    )
    func problems(line: String, expected: LineProblem) {
        #expect(problem(line) == expected)
    }

    @Test("a line without end and one of bytes that are no text are errors")
    func bytes() {
        let start = Array((Self.header + "\n{\"").utf8)
        let long = start + Array(repeating: UInt8(ascii: "a"), count: 3 << 20)
        #expect(throws: RecordingError.line(2, .tooLong(limit: 65_536))) {
            try RecordedRun(bytes: long)
        }
        let invalid = start + [0xff, 0xfe] + Array("\":1}\n".utf8)
        #expect(throws: RecordingError.line(2, .invalidUTF8)) { try RecordedRun(bytes: invalid) }
        #expect(throws: RecordingError.empty) { try RecordedRun(bytes: []) }
        #expect(throws: RecordingError.unknownVersion(4, known: 3)) {
            try read([Self.header.replacing("\"version\":1", with: "\"version\":4")])
        }
        #expect(throws: RecordingError.notARecording(.notFlatJSON(position: 0))) {
            try read(["hello"])
        }
        #expect(throws: RecordingError.line(4, .afterTheEnd)) {
            try read([Self.header, Self.joined, "{\"end\":1}", "{\"end\":1}"])
        }
    }

    @Test("cut off anywhere, it is read up to its last whole line, and says so")
    func torn() throws {
        let text = [Self.header, Self.joined, Self.event("\"event\":\"awaited_jobs\"")]
        let bytes = Array(text.joined(separator: "\n").utf8)
        let first = Self.header.utf8.count
        let second = first + 1 + Self.joined.utf8.count

        for length in first...bytes.count {
            let run = try RecordedRun(bytes: Array(bytes[..<length]))
            let events = length == bytes.count ? 2 : length >= second ? 1 : 0
            #expect(run.timeline.lastNumber == UInt64(events), "length \(length)")
            let isWhole = [first, first + 1, second, second + 1, bytes.count].contains(length)
            #expect(run.isTorn == !isWhole, "length \(length)")
        }
        for length in 0..<first {
            #expect(throws: RecordingError.self) {
                try RecordedRun(bytes: Array(bytes[..<length]))
            }
        }
    }

    @Test("whatever is changed in a recording, reading it ends", arguments: 1...20)
    func changed(seed: Int) {
        let header = RecordingHeader(KernelSettings(), began: WallTime(milliseconds: 0))
        let lines = seed.isMultiple(of: 2) ? Self.lively(header) : Self.disturbed(header, seed)
        var random = RandomNumbers(seed: UInt64(seed))
        for _ in 0..<40 {
            var changed = lines
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<changed.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: changed.swapAt(place, Int.random(in: 0..<changed.count, using: &random))
                case 1: changed.remove(at: place)
                case 2: changed[place] = changed[Int.random(in: 0..<changed.count, using: &random)]
                default:
                    var bytes = changed[place]
                    guard !bytes.isEmpty else { continue }
                    let index = Int.random(in: 0..<bytes.count, using: &random)
                    bytes[index] = UInt8.random(in: 0...255, using: &random)
                    changed[place] = bytes
                }
            }
            // The numbers put right, so that the meaning of events is what is checked.
            let run = try? RecordedRun(
                bytes: Array(Self.renumbered(changed).joined(separator: [10]))
            )
            guard let run else { continue }
            #expect(run.timeline.lastState.occupied >= 0, "seed \(seed)")
            Self.lookAt(run.timeline)
            for semaphore in run.timeline.lastState.semaphores {
                #expect(semaphore.value >= 0 && semaphore.waiterCount == semaphore.waiters.count)
            }
        }
    }

    /// A short run with waiting, jobs and changes of the program.
    private static func lively(_ header: RecordingHeader) -> [[UInt8]] {
        let test = TestEngine(
            capacity: 2,
            producers: 2,
            consumers: 2,
            source: ListSource(seconds: Array(repeating: 1, count: 100))
        )
        for step in 1...200 {
            if step.isMultiple(of: 40) { _ = test.engine.gate.changeProgram(to: step / 40) }
            _ = test.engine.gate.step()
        }
        test.engine.stop()
        let small = RecordingHeader(test.engine.kernel.settings, began: header.began)
        var encoder = RecordingEncoder(small, library: small.library) { "\($0.index)" }
        for event in test.engine.timeline().events { encoder.add(event) }
        return encoder.writer.bytes.split(separator: 10).map(Array.init)
    }

    /// A run in which jobs take turns, and threads are killed, revived and slowed.
    private static func disturbed(_ header: RecordingHeader, _ seed: Int) -> [[UInt8]] {
        var random = RandomNumbers(seed: UInt64(seed))
        var settings = EngineSettings()
        settings.kernel.capacity = 2
        settings.kernel.policy = RoundRobin()
        settings.kernel.programs = ProgramCatalog.roundRobin(quantum: .seconds(1))
        (settings.producers, settings.consumers, settings.startsPaused) = (2, 2, true)
        let rehearsal = Rehearsal(settings)
        for number in 0..<50 {
            rehearsal.send(
                Job(device: DeviceID(UInt32(number % 3)), cpuTime: .seconds(2.5)),
                at: .zero
            )
        }
        for _ in 0..<200 {
            let id = ThreadID(Int.random(in: 0..<4, using: &random))
            switch Int.random(in: 0..<30, using: &random) {
            case 0: _ = rehearsal.kill(id)
            case 1, 2: _ = rehearsal.revive(id)
            case 3: _ = rehearsal.slow(id, Bool.random(using: &random))
            case 4: _ = rehearsal.changeProgram(to: Bool.random(using: &random) ? 0 : 1)
            default: _ = rehearsal.step()
            }
        }
        let small = RecordingHeader(rehearsal.kernel.settings, began: header.began)
        var encoder = RecordingEncoder(small, library: small.library) { "\($0.index)" }
        for event in rehearsal.takeEvents() { encoder.add(event) }
        return encoder.writer.bytes.split(separator: 10).map(Array.init)
    }

    /// What the dashboard and the exports make of a run.
    private static func lookAt(_ timeline: Timeline) {
        let start = timeline.state(at: 0)
        var (meter, record) = (QueueMeter(from: start), GanttRecord(from: start))
        var watch = FaultWatch(isStrict: false)
        let sentences = Sentences { "\($0.index)" }
        timeline.walk(from: 1, to: .max) { event, before in
            var after = before
            after.apply(event)
            meter.note(event, before: before, after: after)
            record.note(event, before: before)
            _ = watch.note(event, before: before, after: after)
            _ = sentences.sentence(for: event, before: before)
            _ = after.violations()
            for thread in after.threads { _ = after.foresee(thread.id) }
        }
        _ = (meter.figures, record.chart(at: timeline.lastState.time))
        _ = timeline.executedJobs(upTo: .max, limit: 10)
        _ = JobList(of: timeline) { "\($0.index)" }
    }

    private static func renumbered(_ lines: [[UInt8]]) -> [[UInt8]] {
        lines.enumerated().map { index, line in
            guard index > 0, let comma = line.firstIndex(of: UInt8(ascii: ",")) else { return line }
            return Array("{\"number\":\(index)".utf8) + line[comma...]
        }
    }
}
