/// A rectangle of cells on the screen; the origin is the top left corner.
///
/// Splitting never fails: what does not fit is cut, and what is left over is empty. So a layout
/// written for a large screen degrades by itself on a small one.
package struct Rect: Equatable, Sendable {
    package var x: Int
    package var y: Int
    package var width: Int
    package var height: Int

    package init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = max(0, width)
        self.height = max(0, height)
    }

    /// The column after the last one.
    package var maxX: Int { x + width }

    /// The row after the last one.
    package var maxY: Int { y + height }

    /// Whether there is no cell inside.
    package var isEmpty: Bool { width == 0 || height == 0 }

    /// The rectangle without its outermost cells on all four sides; empty when nothing is left.
    package func inset(by cells: Int = 1) -> Rect {
        let columns = min(cells, width)
        let rows = min(cells, height)
        return Rect(
            x: x + columns,
            y: y + rows,
            width: width - 2 * cells,
            height: height - 2 * cells
        )
    }

    /// Cuts off the uppermost rows.
    package func splitTop(_ rows: Int) -> (top: Rect, rest: Rect) {
        let cut = clamped(rows, to: height)
        return (
            top: Rect(x: x, y: y, width: width, height: cut),
            rest: Rect(x: x, y: y + cut, width: width, height: height - cut)
        )
    }

    /// Cuts off the lowest rows.
    package func splitBottom(_ rows: Int) -> (rest: Rect, bottom: Rect) {
        let (rest, bottom) = splitTop(height - clamped(rows, to: height))
        return (rest: rest, bottom: bottom)
    }

    /// Cuts off the leftmost columns.
    package func splitLeft(_ columns: Int) -> (left: Rect, rest: Rect) {
        let cut = clamped(columns, to: width)
        return (
            left: Rect(x: x, y: y, width: cut, height: height),
            rest: Rect(x: x + cut, y: y, width: width - cut, height: height)
        )
    }

    /// Cuts off the rightmost columns.
    package func splitRight(_ columns: Int) -> (rest: Rect, right: Rect) {
        let (rest, right) = splitLeft(width - clamped(columns, to: width))
        return (rest: rest, right: right)
    }

    /// The cells that are in both rectangles; empty when there are none.
    package func intersection(_ other: Rect) -> Rect {
        let left = max(x, other.x)
        let top = max(y, other.y)
        return Rect(
            x: left,
            y: top,
            width: min(maxX, other.maxX) - left,
            height: min(maxY, other.maxY) - top
        )
    }

    private func clamped(_ cells: Int, to limit: Int) -> Int {
        min(max(0, cells), limit)
    }
}
