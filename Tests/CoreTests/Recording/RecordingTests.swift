import Foundation
import Testing

@testable import Core

@Suite("Recording", .timeLimit(.minutes(5)))
struct RecordingTests {
    /// Steps through all programs, and keeps what really happened beside the recording.
    private static func stepped(seed: UInt64) -> (MemoryFile, Timeline) {
        let test = TestEngine(
            capacity: 3,
            producers: 3,
            consumers: 3,
            source: ListSource(seconds: Array(repeating: 1.5, count: 3000)),
            programs: PatientPrograms.fiveSeconds
        ) {
            $0.seed = seed
            TestEngine.record(&$0)
        }
        let file = MemoryFile()
        let recorder = test.record(to: file.sink)
        var random = RandomNumbers(seed: seed)
        for step in 1...3000 {
            if step.isMultiple(of: 100) {
                let index = Int.random(in: 0...ProgramCatalog.all.count, using: &random)
                _ = test.engine.gate.changeProgram(to: index)
                test.engine.gate.setRate(.normal.next(faster: step.isMultiple(of: 200)))
                if step.isMultiple(of: 500) { test.engine.gate.setRate(.maximum) }
            }
            _ = test.engine.gate.step()
            test.clock.advance(by: .milliseconds(Int.random(in: 0...40, using: &random)))
        }
        test.engine.gate.resume()
        test.engine.gate.pause()
        test.engine.stop()
        recorder.finish()
        return (file, test.engine.timeline())
    }

    @Test("is read back as it was: events, states, ledger", arguments: [1, 2] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        let (file, timeline) = Self.stepped(seed: seed)

        let run = try RecordedRun(bytes: file.bytes)

        #expect(run.hasEnded && !run.isTorn)
        #expect(run.header.capacity == 3 && run.header.programs.name == "patient")
        #expect(run.timeline.lastNumber == timeline.lastNumber)
        #expect(run.timeline.events == timeline.events, "seed \(seed)")
        for number in stride(from: 0, through: timeline.lastNumber, by: 100) {
            #expect(run.timeline.state(at: number) == timeline.state(at: number), "\(number)")
        }
        #expect(run.timeline.lastState == timeline.lastState)
        let last = timeline.lastNumber
        #expect(run.timeline.cpuTimes(at: last) == timeline.cpuTimes(at: last))
        #expect(run.devices.name(of: DeviceID(2)) == "disk \"2\"")
        #expect(timeline.lastState.lost + timeline.lastState.doubled > 0)
    }

    @Test("knows every kind of event")
    func everyEvent() throws {
        let (one, two) = (ThreadID(0), ThreadID(1))
        var legacy = Legacy()
        (legacy.unit, legacy.unitHandedTo) = (.full, one)
        (legacy.freesMutex, legacy.mutexHandedTo) = (true, two)
        (legacy.notified, legacy.woken) = (.changed, one)
        let facts: [(Event.Fact, ThreadID?)] = [
            (.threadJoined(.producer, ordinal: 1, isAgent: false), one),
            (.threadJoined(.consumer, ordinal: 4000, isAgent: true), two), (.threadEnded, one),
            (.awaitedJobs, one), (.jobsArrived, one),
            (.produced(DeviceID(999_999), cpuTime: Job.longestCPUTime), one),
            (.produced(.other, cpuTime: Microseconds(1)), one), (.inserted(slot: 65_535), one),
            (.removed(slot: 0), two), (.executionStarted, two),
            (.executionFinished(DeviceID(7), cpuTime: Microseconds(1_000_001)), two),
            (.executionFinished(nil, cpuTime: .zero), two), (.indexRead(slot: 3), one),
            (.indexMoved(to: 65_535), one), (.waited(.full), two), (.blocked(.mutex), one),
            (.timedOut(.empty), one), (.withdrew, one), (.signalled(.mutex, handedTo: two), one),
            (.signalled(.full, handedTo: nil), one), (.handedOver(.empty, to: two), nil),
            (.handedOver(.empty, to: two), one),
            (.waitedCondition(.changed, mutexHandedTo: nil), one),
            (.waitedCondition(.notFull, mutexHandedTo: two), one),
            (.notified(.notEmpty, woken: two), one), (.notified(.notFull, woken: nil), one),
            (.jumped(to: 254), one), (.paused, nil), (.resumed, nil),
            (.rateChanged(.maximum), nil), (.rateChanged(Rate(thousandths: 1)), nil),
            (.programChanged(index: 3, compacts: true), nil),
            (.programChanged(index: 0, compacts: false), nil), (.cancelled, nil),
            (.quantumEnded(cpuTime: Microseconds(1_500_000)), two), (.putBack(slot: 65_535), two),
            (.killed(Legacy()), one), (.killed(legacy), two), (.revived, one),
            (.slowed(true), two), (.slowed(false), two),
        ]
        var settings = KernelSettings()
        settings.policy = try PriorityFirst("slow=5,urgent=-3")
        settings.capacity = 65_536
        let header = RecordingHeader(settings, began: WallTime(milliseconds: 0))
        let name: @Sendable (DeviceID) -> String = { $0 == .other ? "(other)" : "d\($0.index)" }
        var encoder = RecordingEncoder(header, library: header.library, nameOfDevice: name)
        let longest: UInt64 = (1 << 40) - 1
        let events = facts.enumerated().map { index, fact in
            Event(fact.0, by: fact.1, at: Microseconds(longest - 100 + UInt64(index)))
        }
        for event in events { encoder.add(event) }

        var decoder = RecordingDecoder()
        let lines = encoder.writer.bytes.split(separator: 10).map(Array.init)
        #expect(try decoder.addHeader(lines[0]) == nil)
        for line in lines.dropFirst() { try decoder.add(line) }

        #expect(decoder.events == events)
        #expect(decoder.header == header)
        #expect(Set(facts.map { EventName($0.0) }) == Set(EventName.allCases))
        for device in [0, 7, 999_999].map({ DeviceID($0) }) {
            #expect(decoder.devices.name(of: device) == name(device))
        }
    }

    @Test("of an engine at full speed drops nothing, while the engine waits for it")
    func fullSpeed() throws {
        let jobs = 8000
        let test = TestEngine(
            capacity: 4,
            producers: 2,
            consumers: 2,
            source: ListSource(seconds: (0..<jobs).map { Double($0 % 7) }),
            paused: false
        ) {
            TestEngine.record(&$0)
            $0.kernel.recordsEverything = false
            $0.kernel.eventCapacity = 512
            $0.kernel.threadLimit = 8
            $0.kernel.execution = .account
            $0.kernel.executionLimit = UInt64(jobs)
        }
        let file = MemoryFile()
        // A disk that takes nothing before somebody waits for it.
        let recorder = test.record(
            to: RecordingSink { [engine = test.engine] bytes in
                while file.bytes.isEmpty && !engine.kernel.isBehind { sched_yield() }
                return file.sink.write(bytes)
            }
        )

        test.engine.waitUntilComplete()
        test.engine.stop()
        recorder.finish()

        let last = test.engine.kernel.completeState()
        let run = try RecordedRun(bytes: file.bytes)
        #expect(recorder.eventCount == last.number)
        #expect(run.timeline.lastState == last)
        #expect(run.timeline.lastState.violations().isEmpty)
        #expect(test.engine.recordingDelay.waits > 0)
    }

    @Test("that cannot be written ends with a reason, and the engine runs on")
    func broken() throws {
        let test = TestEngine(
            source: ListSource(seconds: Array(repeating: 1, count: 20_000)),
            paused: false
        ) {
            TestEngine.record(&$0)
            $0.kernel.eventCapacity = 512
            $0.kernel.threadLimit = 8
            $0.kernel.execution = .account
            $0.kernel.executionLimit = 20_000
        }
        let noSpace = SystemError("write", number: 28)
        let pieces = Guarded(0)
        let told = Guarded<[RecordingFailure]>([])
        // The disk is full after the first piece.
        let sink = RecordingSink { _ in
            pieces.withLock { count in
                count += 1
                return count > 1 ? noSpace : nil
            }
        }

        let recorder = test.record(to: sink) { failure in told.withLock { $0.append(failure) } }
        test.engine.waitUntilComplete()
        test.engine.stop()
        recorder.finish()

        #expect(test.engine.kernel.completeState().consumed == 20_000)
        #expect(recorder.brokenBy == .cannotWrite(noSpace))
        #expect(told.withLock { $0 } == [.cannotWrite(noSpace)])
        #expect(recorder.eventCount > 0)
    }

    @Test("goes to a file and comes from it, also in pieces; a full disk is a reason")
    func files() throws {
        let (file, timeline) = Self.stepped(seed: 4)
        let folder = FileManager.default.temporaryDirectory.path
        let path = "\(folder)/signalbox-recording-\(getpid())"
        defer { unlink(path) }

        let written = file.bytes.withUnsafeBytes(try RecordingSink(creating: path).write)
        let run = try RecordedRun(contentsOf: path)

        #expect(written == nil)
        #expect(run.timeline.lastState == timeline.lastState)
        let full = try RecordingSink(creating: "/dev/full")
        #expect(file.bytes.withUnsafeBytes(full.write) == SystemError("write", number: ENOSPC))
        #expect(throws: RecordingError.cannotRead(SystemError("open", number: ENOENT))) {
            try RecordedRun(contentsOf: path + "-missing")
        }
        #expect(throws: SystemError("open", number: ENOENT)) {
            try RecordingSink(creating: path + "-missing/file")
        }
    }

    @Test("into a pipe that nobody reads ends with a reason, when the run is over")
    func stalledPipe() throws {
        let test = TestEngine(
            source: ListSource(seconds: Array(repeating: 1, count: 20_000)),
            paused: false
        ) {
            TestEngine.record(&$0)
            $0.kernel.eventCapacity = 512
            $0.kernel.threadLimit = 8
            $0.kernel.execution = .account
        }
        var ends: [Int32] = [0, 0]
        try SystemError.check("pipe") { pipe(&ends) }
        defer { for end in ends { close(end) } }
        let recorder = test.record(
            to: try RecordingSink(creating: "/proc/self/fd/\(ends[1])")
        )

        test.until("the threads wait for the recorder") { _ in test.engine.kernel.isBehind }
        #expect(recorder.brokenBy == nil, "as long as the run goes on, a reader may be slow")
        test.engine.stop()
        recorder.finish()

        guard case .cannotWrite(let error) = recorder.brokenBy else {
            Issue.record("the recording did not end early")
            return
        }
        #expect(error.number == ETIMEDOUT)
        #expect("\(error)" == "its reader takes nothing any more")
    }

    @Test("holds up a stepped engine only until there is room, and never its end")
    func held() throws {
        let test = TestEngine(
            source: ListSource(seconds: Array(repeating: 1, count: 20_000)),
            paused: false
        ) {
            TestEngine.record(&$0)
            $0.kernel.eventCapacity = 512
            $0.kernel.threadLimit = 8
            $0.kernel.execution = .account
        }
        let gate = Guarded(false)
        let file = MemoryFile()
        let recorder = test.record(
            to: RecordingSink { bytes in
                while !gate.withLock({ $0 }) { Parker().park(atMost: .milliseconds(1)) }
                return file.sink.write(bytes)
            }
        )

        test.until("the threads wait for the recorder") { _ in
            test.engine.kernel.isBehind
        }
        test.engine.gate.pause()
        gate.withLock { $0 = true }
        let before = test.state.number
        for _ in 0..<50 { _ = test.engine.gate.step() }
        #expect(test.state.number >= before + 50)
        test.engine.stop()
        recorder.finish()

        let run = try RecordedRun(bytes: file.bytes)
        #expect(run.timeline.lastState == test.engine.kernel.completeState())
    }

    @Test("two threads of one name are told apart")
    func sameName() throws {
        let header = RecordingHeader(KernelSettings(), began: WallTime(milliseconds: 0))
        var encoder = RecordingEncoder(header, library: header.library) { _ in "d" }
        let facts: [Event.Fact] = [
            .threadJoined(.producer, ordinal: 1, isAgent: true),
            .threadJoined(.consumer, ordinal: 1, isAgent: true),
        ]
        let events = facts.enumerated().map { Event($1, by: ThreadID($0), at: Microseconds(7)) }
        for event in events + [Event(.awaitedJobs, by: ThreadID(1), at: Microseconds(8))] {
            encoder.add(event)
        }

        let run = try RecordedRun(bytes: encoder.writer.bytes)

        #expect(run.timeline.events.prefix(2) == events[...])
        #expect(run.timeline.lastState.threads[1].phase == .awaitingJobs)
        #expect(run.header == header)
    }

    @Test("the time when it began survives, and what is no time is none")
    func wallTime() {
        for milliseconds in [0, 1, 1_767_225_599_999, 253_402_300_799_999] as [Int64] {
            let time = WallTime(milliseconds: milliseconds)
            #expect(WallTime(time.description) == time)
        }
        for text in ["", "2026-13-01T00:00:00.000Z", "2026-02-30T00:00:00.000Z", "now"] {
            #expect(WallTime(text) == nil)
        }
    }
}
