import Core
import TerminalUI
import Testing

@testable import Dashboard

@Suite("Gantt charts", .timeLimit(.minutes(5)))
struct GanttDrawingTests {
    private func bar(
        _ job: UInt64,
        _ device: UInt32,
        _ start: Double,
        _ end: Double,
        by consumer: String = "C1"
    ) -> GanttChart.Bar {
        GanttChart.Bar(
            consumer: consumer,
            job: job,
            device: DeviceID(device),
            start: .seconds(start),
            end: .seconds(end)
        )
    }

    private func chart(_ bars: [GanttChart.Bar]) -> GanttChart {
        GanttChart(bars: bars, consumers: ["C1", "C2"])
    }

    private func lines(_ chart: GanttChart, names: [String], width: Int = 80) -> [String] {
        GanttDrawing(whole: chart, from: .zero, width: width) { names[Int($0.index)] }.lines
    }

    @Test("a character is a second; neighbours differ in shade; nobody's time is dotted")
    func plain() {
        let drawn = lines(
            chart([bar(1, 1, 0, 5), bar(2, 1, 5, 8), bar(3, 2, 2, 10, by: "C2")]),
            names: ["", "A", "printer"]
        )

        #expect(drawn == ["     0", "C1   A▓▓▓▓A▒▒··", "C2   ··printer▓"])
    }

    @Test("no number on the scale runs over the edge, or is cut there")
    func edge() {
        let start = Microseconds.seconds(912_345.678901)
        for width in 20...90 {
            let drawing = GanttDrawing(
                whole: chart([bar(1, 0, start.inSeconds, start.inSeconds + 7)]),
                from: start,
                width: width,
                nameOfDevice: { _ in "A" }
            )
            #expect(drawing.lines.allSatisfy { $0.count <= width }, "width \(width)")
        }
    }

    @Test("where a name has no room, what tells it from the others is left of it")
    func names() {
        let drawn = lines(
            chart([bar(1, 1, 0, 4), bar(2, 2, 4, 5), bar(3, 3, 5, 8)]),
            names: ["", "P1", "P2", "P10"]
        )

        #expect(drawn[1] == "C1   P1▓▓2P10")
    }

    @Test("jobs that share a consumer's time keep their shades apart")
    func quanta() {
        let bars = (0..<9).map { (second: Int) -> GanttChart.Bar in
            let device = UInt32(second % 3)
            return bar(UInt64(device), device, Double(second), Double(second) + 1)
        }

        #expect(lines(chart(bars), names: ["A", "B", "C"])[1] == "C1   ABCABCABC")
    }

    @Test("what is longer than the screen is scaled, and says so")
    func scaled() {
        let long = chart([bar(1, 1, 0, 600), bar(2, 2, 100, 200, by: "C2")])
        let drawing = GanttDrawing(whole: long, from: .zero, width: 40) { _ in "A" }

        #expect(drawing.note == "a character is 20 s")
        #expect(drawing.lines.allSatisfy { $0.count <= 40 })
        #expect(drawing.lines[0] == "     0         200       400")
    }

    @Test("the latest part is as wide as can be read, whatever the time")
    func latest() {
        let bars = (0..<300).map { (number: Int) -> GanttChart.Bar in
            let start = Double(number) / 100
            return bar(UInt64(number), 1, start, start + 0.01)
        }
        let drawing = GanttDrawing(latest: chart(bars), width: 60) { _ in "dev" }

        #expect(drawing.note == "a character is 0.005 s")
        #expect(drawing.lines.allSatisfy { displayWidth(of: $0) <= 60 })
        #expect(drawing.lines[1].hasPrefix("C1   "))
    }

    @Test("any chart fits any width, and an empty one is a scale")
    func anyWidth() {
        #expect(lines(chart([]), names: [], width: 3) == ["     0", "C1   ", "C2   "])
        for seed in UInt64(0)..<200 {
            var random = RandomNumbers(seed: seed)
            let count = Int.random(in: 0...30, using: &random)
            let bars = (0..<count).map { (number: Int) -> GanttChart.Bar in
                let start = Double.random(in: 0...1e4, using: &random)
                let length = Double.random(in: 0...1e3, using: &random)
                return bar(UInt64(number), UInt32(number % 3), start, start + length)
            }
            let width = Int.random(in: 1...120, using: &random)
            let drawn = lines(chart(bars), names: ["学生端末", "e\u{301}", "x"], width: width)

            #expect(
                drawn.dropFirst().allSatisfy { displayWidth(of: $0) <= max(6, width) },
                "seed \(seed)"
            )
        }
    }
}
