import Testing

@testable import TerminalUI

@Suite("A rectangle")
struct RectTests {
    private let area = Rect(x: 2, y: 3, width: 10, height: 5)

    @Test("the two parts of a split are clamped and cover the whole", arguments: -2...12)
    func splitsCover(cells: Int) {
        let (top, below) = area.splitTop(cells)
        let (above, bottom) = area.splitBottom(cells)
        let (left, beside) = area.splitLeft(cells)
        let (before, right) = area.splitRight(cells)

        let rows = min(max(0, cells), 5)
        let columns = min(max(0, cells), 10)
        #expect(top == Rect(x: 2, y: 3, width: 10, height: rows))
        #expect(below == Rect(x: 2, y: 3 + rows, width: 10, height: 5 - rows))
        #expect(above == Rect(x: 2, y: 3, width: 10, height: 5 - rows))
        #expect(bottom == Rect(x: 2, y: 8 - rows, width: 10, height: rows))
        #expect(left == Rect(x: 2, y: 3, width: columns, height: 5))
        #expect(beside == Rect(x: 2 + columns, y: 3, width: 10 - columns, height: 5))
        #expect(before == Rect(x: 2, y: 3, width: 10 - columns, height: 5))
        #expect(right == Rect(x: 12 - columns, y: 3, width: columns, height: 5))
    }

    @Test("an inset takes cells from all four sides until nothing is left")
    func insets() {
        #expect(area.inset() == Rect(x: 3, y: 4, width: 8, height: 3))
        #expect(area.inset(by: 3).isEmpty)
        #expect(Rect(x: 0, y: 0, width: 1, height: 1).inset().isEmpty)
    }

    @Test("an intersection holds the common cells only")
    func intersections() {
        let other = Rect(x: 8, y: 0, width: 10, height: 5)

        #expect(area.intersection(other) == Rect(x: 8, y: 3, width: 4, height: 2))
        #expect(area.intersection(Rect(x: 12, y: 3, width: 4, height: 4)).isEmpty)
        #expect(area.maxX == 12)
        #expect(area.maxY == 8)
    }
}
