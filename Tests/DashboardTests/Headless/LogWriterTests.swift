import Core
import Foundation
import Testing

@testable import Dashboard

@Suite("The log's writer")
struct LogWriterTests {
    /// What comes out of a pipe after `write` has written to the other end.
    private func written(
        _ format: LogFormat,
        device: String = "3",
        _ write: (inout LogWriter) -> Void
    ) throws -> String {
        let pipe = Pipe()
        var writer = LogWriter(
            Output(descriptor: pipe.fileHandleForWriting.fileDescriptor),
            format: format,
            sentences: Sentences { _ in device },
            wallClock: WallClock(ManualClock()),
            whenBroken: {}
        )
        write(&writer)
        writer.flush()
        try pipe.fileHandleForWriting.close()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    private func produced() -> (Event, EngineState) {
        let fold = Fold(capacity: 2, producers: 1, consumers: 1)
        let fact = Event.Fact.produced(DeviceID(1), cpuTime: .seconds(2.5))
        return (Event(fact, by: fold.id("P1"), at: .seconds(1.5)), fold.state)
    }

    @Test("text is a time and a sentence a line")
    func text() throws {
        let (event, state) = produced()

        let text = try written(.text) { $0.add(event, before: state) }

        #expect(text.hasSuffix("  P1 produced job 1 (device 3, 2.5 s)\n"))
        #expect(text.prefixMatch(of: /\d\d:\d\d:\d\d\.\d\d\d  P1/) != nil)
    }

    @Test("JSON is an object a line, whatever the device is called")
    func json() throws {
        let (event, state) = produced()
        let name = #"a"b\c/d 学生 🚂"#

        let text = try written(.json, device: name) { writer in
            writer.add(event, before: state)
            writer.add(Event(.paused, by: nil, at: .seconds(2)), before: state)
        }
        let lines = try text.split(separator: "\n").map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }

        #expect(lines.count == 2)
        #expect(lines[0]["number"] as? Int == 3)
        #expect(lines[0]["seconds"] as? Double == 1.5)
        #expect(lines[0]["thread"] as? String == "P1")
        #expect(lines[0]["text"] as? String == "P1 produced job 1 (device \(name), 2.5 s)")
        #expect(lines[1]["text"] as? String == "paused" && lines[1]["thread"] == nil)
    }

    @Test("a gap is told in both formats")
    func gap() throws {
        var state = Fold(capacity: 2, producers: 1, consumers: 1).state
        state.number = 400

        let text = try written(.text) { $0.addGap(312, to: state) }
        let json = try written(.json) { $0.addGap(312, to: state) }

        #expect(text.contains("… 312 events not shown"))
        #expect(json == "{\"not_shown\":312,\"number\":400}\n")
    }

    @Test("what goes wrong is told once, after the event that it began with")
    func faults() throws {
        let film = Fixture.film(of: "swapped-waits")
        let timeline = film.timeline
        func all(_ writer: inout LogWriter) {
            timeline.walk(from: 0, to: timeline.lastNumber) { writer.add($0, before: $1) }
        }

        let text = try written(.text, all)
        let json = try written(.json, all)

        let lines = text.split(separator: "\n")
        let deadlocks = lines.filter { $0.contains("  Deadlock. P1 holds mutex (line 2)") }
        #expect(
            deadlocks.count == 1 && deadlocks[0].hasSuffix("Swap lines 2 and 3 of the producer.")
        )
        #expect(json.contains(#""fault":"Deadlock""#))
    }

    @Test("whoever writes to a closed pipe is told so")
    func closed() throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let output = Output(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        var timesBroken = 0
        var writer = LogWriter(
            output,
            format: .text,
            sentences: Sentences { _ in "" },
            wallClock: WallClock(ManualClock()),
            whenBroken: { timesBroken += 1 }
        )

        let state = Fold(capacity: 2, producers: 1, consumers: 1).state
        writer.addGap(1, to: state)
        writer.flush()
        writer.addGap(1, to: state)
        writer.flush()

        #expect(!writer.isIntact)
        #expect(timesBroken == 1)
    }
}

@Suite("The time of day")
struct WallClockTests {
    /// The milliseconds since midnight that a text tells.
    private func milliseconds(_ text: String) throws -> Int {
        let match = try #require(text.wholeMatch(of: /(\d\d):(\d\d):(\d\d)\.(\d\d\d)/))
        let parts = [match.1, match.2, match.3, match.4].compactMap { Int($0) }
        return ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 1000 + parts[3]
    }

    @Test("goes on as the engine's clock does", arguments: [0, 0.0015, 1, 61.25, 3600, 100_000])
    func goesOn(seconds: Double) throws {
        let clock = WallClock(ManualClock())
        let day = 86_400_000

        let before = try milliseconds(clock.time(at: .zero))
        let after = try milliseconds(clock.time(at: .seconds(seconds)))

        // A millisecond may begin between the two; a change of summer time would move it by hours.
        let passed = ((after - before) % 3_600_000 + day) % 3_600_000
        let expected = Int(seconds * 1000) % 3_600_000
        #expect(passed == expected || passed == (expected + 1) % 3_600_000)
    }
}
