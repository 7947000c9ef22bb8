import Testing

@testable import TerminalUI

@Suite("A box")
struct BoxTests {
    @Test("a box has its title above and its footer below")
    func titleAndFooter() {
        var buffer = CellBuffer(width: 20, height: 3)

        buffer.box(buffer.bounds, title: "Semaphores", footer: "5 + 8 = 13 ✓")

        #expect(
            buffer.text == """
                ┌ Semaphores ──────┐
                │                  │
                └ 5 + 8 = 13 ✓ ────┘
                """
        )
        #expect(buffer[2, 0].style == .title)
        #expect(buffer[0, 0].style == .border)
        #expect(buffer[2, 2].style == .value)
    }

    @Test(
        "a small box shows what fits",
        arguments: [
            (1, 1, "│"), (1, 2, "│\n│"), (2, 1, "┌┐"), (2, 2, "┌┐\n└┘"), (3, 2, "┌─┐\n└─┘"),
            (5, 2, "┌ … ┐\n└───┘"), (6, 1, "┌ L… ┐"), (7, 1, "┌ Log ┐"),
        ]
    )
    func degrades(width: Int, height: Int, expected: String) {
        var buffer = CellBuffer(width: width, height: height)

        buffer.box(buffer.bounds, title: "Log")

        #expect(buffer.text == expected)
    }

    @Test("a box inside a larger buffer leaves its surroundings alone")
    func leavesSurroundings() {
        var buffer = CellBuffer(width: 5, height: 4)
        buffer.fill(buffer.bounds, character: ".")

        buffer.box(Rect(x: 1, y: 1, width: 3, height: 2), title: "")

        #expect(buffer.text == ".....\n.┌─┐.\n.└─┘.\n.....")
    }
}
