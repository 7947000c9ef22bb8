import Testing

@testable import TerminalUI

@Suite("A buffer of cells")
struct CellBufferTests {
    @Test("text outside the buffer is cut and its end is still reported", arguments: [-3, 0, 7])
    func clipsAtTheBuffer(x: Int) {
        var buffer = CellBuffer(width: 8, height: 1)

        let end = buffer.write("abcde", x: x, y: 0)

        #expect(end == min(x + 5, 8))
        let expected = String(repeating: " ", count: max(0, x)) + "abcde".dropFirst(max(0, -x))
        #expect(buffer.line(0) == String(expected.prefix(8)))
    }

    @Test("a row outside the buffer changes nothing", arguments: [-1, 1])
    func clipsRows(y: Int) {
        var buffer = CellBuffer(width: 4, height: 1)

        let end = buffer.write("ab", x: 0, y: y)

        #expect(buffer == CellBuffer(width: 4, height: 1))
        #expect(end == 2)
    }

    @Test("text stays inside its width and its clip")
    func clipsAtWidthAndClip() {
        var buffer = CellBuffer(width: 10, height: 1)

        let narrow = buffer.write("abcdef", x: 0, y: 0, width: 2)
        let inside = buffer.write(
            "uvwxyz",
            x: 3,
            y: 0,
            in: Rect(x: 4, y: 0, width: 2, height: 1)
        )

        #expect(narrow == 2)
        #expect(inside == 6)
        #expect(buffer.line(0) == "ab  vw")
    }

    @Test("a wide character takes two cells and is never split at an edge")
    func wideCharacters() {
        var buffer = CellBuffer(width: 5, height: 1)

        let end = buffer.write("日本語", x: 0, y: 0)

        #expect(end == 4)
        #expect(buffer.line(0) == "日本")
        #expect(buffer[1, 0].isContinuation)
        #expect(!buffer[4, 0].isContinuation)
    }

    @Test("a wide character cut at the left leaves a space")
    func wideCharacterAtTheLeftEdge() {
        var buffer = CellBuffer(width: 4, height: 1)

        buffer.write("日x", x: -1, y: 0)

        #expect(buffer.line(0) == " x")
    }

    @Test("overwriting half of a wide character blanks the other half", arguments: [0, 1])
    func overwritesHalves(x: Int) {
        var buffer = CellBuffer(width: 2, height: 1)
        buffer.write("日", x: 0, y: 0)

        buffer.write("a", x: x, y: 0)

        #expect(buffer.line(0) == (x == 0 ? "a" : " a"))
        #expect(!buffer[1, 0].isContinuation)
    }

    @Test(
        "characters that could move something become U+FFFD",
        arguments: ["\u{1b}", "\n", "\r\n", "\t", "\u{9b}", "\u{7f}", "\u{202e}", "\u{2028}"]
    )
    func replacesControls(text: String) {
        var buffer = CellBuffer(width: 4, height: 1)

        buffer.write(text + "a", x: 0, y: 0)

        let count = text.unicodeScalars.count
        #expect(buffer.line(0) == String(repeating: "\u{fffd}", count: count) + "a")
        #expect(displayWidth(of: text) == count)
    }

    @Test("combining marks join the character before them, and only a few of them")
    func combiningMarks() {
        var buffer = CellBuffer(width: 4, height: 1)

        let end = buffer.write("e\u{301}日\u{301}", x: 0, y: 0)
        var piled = CellBuffer(width: 2, height: 1)
        piled.write("a" + String(repeating: "\u{301}", count: 40), x: 0, y: 0)

        #expect(end == 3)
        #expect(buffer[0, 0].character == "e\u{301}")
        #expect(buffer[1, 0].character == "日\u{301}")
        #expect(piled[0, 0].character.unicodeScalars.count == 5)
    }

    @Test("a mark without a character is shown as U+FFFD")
    func loneMark() {
        var buffer = CellBuffer(width: 2, height: 1)

        buffer.write("\u{301}a", x: 0, y: 0)

        #expect(buffer.line(0) == "\u{fffd}a")
    }

    @Test("right-aligned text ends at the edge, and too long text is cut at the right")
    func writesRight() {
        var buffer = CellBuffer(width: 8, height: 2)

        let end = buffer.writeRight("12 s", x: 1, y: 0, width: 6)
        buffer.writeRight("abcdefgh", x: 1, y: 1, width: 6)

        #expect(end == 7)
        #expect(buffer.text == "   12 s\n abcdef")
    }

    @Test("filling and restyling stop at the buffer's edges")
    func fillsAndRestyles() {
        var buffer = CellBuffer(width: 3, height: 2)

        buffer.fill(Rect(x: 1, y: -4, width: 9, height: 5), character: "·", style: .faint)
        buffer.restyle(Rect(x: 2, y: 0, width: 5, height: 5), .alarm)
        buffer.fill(Rect(x: 9, y: 9, width: 2, height: 2), character: "x")

        #expect(buffer.text == " ··\n")
        #expect(buffer.styles(0) == [.plain, .faint, .alarm])
        #expect(buffer.styles(1) == [.plain, .plain, .alarm])
    }

    @Test("no drawing outside a buffer without cells fails")
    func emptyBuffer() {
        var buffer = CellBuffer(width: 0, height: 0)

        buffer.write("a", x: 0, y: 0)
        buffer.fill(Rect(x: 0, y: 0, width: 4, height: 4), character: "x")
        buffer.box(Rect(x: 0, y: 0, width: 4, height: 4), title: "t")

        #expect(buffer.text.isEmpty)
    }

    @Test("reading a cell outside the buffer is a caller's bug")
    func readingOutside() async {
        await #expect(processExitsWith: .failure) {
            _ = CellBuffer(width: 2, height: 2)[2, 0]
        }
    }
}
