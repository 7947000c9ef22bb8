extension CellBuffer {
    /// Calls `body` with the columns of one row whose cells differ from another picture's.
    ///
    /// A wide character counts as a whole: when either half differs, both are named.
    func forEachChange(
        from other: CellBuffer,
        row y: Int,
        width shown: Int,
        _ body: (Int) -> Void
    ) {
        let start = y * width
        var didLeft = false
        for x in 0..<shown {
            let index = start + x
            let isWide = x + 1 < width && cells[index + 1].isContinuation
            let differs =
                cells[index] != other.cells[index]
                || (isWide && cells[index + 1] != other.cells[index + 1])
                || (didLeft && cells[index].isContinuation)
            if differs { body(x) }
            didLeft = differs
        }
    }
}
