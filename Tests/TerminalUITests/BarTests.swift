import Testing

@testable import TerminalUI

@Suite("Bars and histories")
struct BarTests {
    @Test(
        "a bar looks empty only at zero and full only at one",
        arguments: [(0, 0), (0.001, 1), (0.53, 5), (0.999, 9), (1, 10), (-1, 0), (7, 10)]
    )
    func honestEnds(fraction: Double, filled: Int) {
        let bar = Bar.draw(fraction: fraction, width: 10)

        #expect(bar.filled == String(repeating: "█", count: filled))
        #expect(bar.empty == String(repeating: "░", count: 10 - filled))
    }

    @Test("a bar without a value or without room is empty")
    func degenerate() {
        #expect(Bar.draw(fraction: .nan, width: 2) == (filled: "", empty: "░░"))
        #expect(Bar.draw(fraction: 1, width: -1) == (filled: "", empty: ""))
    }

    @Test("a history shows the newest values at the right")
    func newestAtTheRight() {
        #expect(Sparkline.text(values: [0, 0.01, 0.5, 1], width: 6) == "  ▁▂▅█")
        #expect(Sparkline.text(values: [1, 0, 0.5], width: 2) == "▁▅")
        #expect(Sparkline.text(values: [.nan, -1, 9], width: 3) == "▁▁█")
        #expect(Sparkline.text(values: [1], width: 0).isEmpty)
    }

    @Test(
        "clipped text keeps its width and says that it was cut",
        arguments: [
            ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("日本", 3, "日…"), ("日本", 4, "日本"),
            ("ab", 1, "…"), ("ab", 0, ""), ("", 4, ""),
        ]
    )
    func clipping(text: String, width: Int, expected: String) {
        #expect(clipped(text, to: width) == expected)
        #expect(displayWidth(of: clipped(text, to: width)) <= width)
    }
}
