import Testing

@testable import TerminalUI

@Suite("The ASCII likeness of a screen")
struct AsciiTests {
    @Test("every character becomes one of the same width")
    func likenesses() {
        var buffer = CellBuffer(width: 24, height: 3)
        buffer.write("┌─┐▸■✓↑↓←→·×…█░", x: 0, y: 0)
        buffer.write("▁▂▃▄▅▆▇█", x: 0, y: 1)
        buffer.write("日e\u{301}ş\u{2603}a", x: 0, y: 2)

        let ascii = buffer.asciified()

        #expect(ascii.line(0) == "+-+>#*^v<>.x~#.")
        #expect(ascii.line(1) == "_.-=+*%#")
        #expect(ascii.line(2) == "??es?a")
        #expect(ascii.text.unicodeScalars.allSatisfy { $0.isASCII })
        #expect(ascii.styles(0) == buffer.styles(0))
    }
}
